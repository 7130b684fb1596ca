"""The forms of members: who is invited, and in which role."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms.addresses import AddressField, AddressInput
from accounts.models import Membership, Organisation

WHAT_ROLES_DO = {
    Membership.Role.ADMINISTRATOR: _("invites people, chooses roles, and does all that follows"),
    Membership.Role.REPRESENTATIVE: _("writes and answers in the organisation’s name"),
    Membership.Role.EMPLOYEE: _(
        "has their own offer, missions and messages, and sees nothing else"
    ),
}


def _role_field(organisation: Organisation, chosen: str) -> forms.ChoiceField:
    """The roles that there are here, each with what it does."""
    said = _("%(role)s: %(does)s")
    choices = [
        (role.value, said % {"role": role_words(role, organisation), "does": WHAT_ROLES_DO[role]})
        for role in Membership.roles_in(organisation)
    ]
    return forms.ChoiceField(
        label=_("Role"), choices=choices, initial=str(chosen), widget=forms.RadioSelect
    )


def role_words(role: str, organisation: Organisation) -> Any:
    return capfirst(Membership.words_of(role, organisation))


class InvitationForm(forms.Form):
    email = AddressField(
        label=_("E-mail address of your colleague"),
        max_length=254,
        widget=AddressInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_lends = organisation.may_offer and not organisation.may_ask
        usual = Membership.Role.EMPLOYEE if only_lends else Membership.Role.REPRESENTATIVE
        self.fields["role"] = _role_field(organisation, usual)

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RoleForm(forms.Form):
    """The role of one person."""

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = _role_field(membership.organisation, membership.role)


class RolesForm(forms.Form):
    """The roles of several people on one page: a field for each membership, by its number."""

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        memberships: Iterable[Membership],
        employees: Iterable[int] = (),
        **kwargs: Any,
    ) -> None:
        """`employees`: the numbers of the memberships for which that role is put forward."""
        super().__init__(*args, **kwargs)
        self.memberships = list(memberships)
        proposed = set(employees)
        roles = [
            (role.value, role_words(role, organisation))
            for role in Membership.roles_in(organisation)
        ]
        for one in self.memberships:
            role = Membership.Role.EMPLOYEE if one.pk in proposed else one.role
            self.fields[f"role-{one.pk}"] = forms.ChoiceField(
                label=str(one.user), choices=roles, initial=role
            )

    def clean(self) -> dict[str, Any]:
        """A role that another administrator has changed since the page was read isn't overwritten unseen."""
        for one in self.memberships:
            if self.data.get(f"was-{one.pk}", one.role) != one.role:
                self.add_error(
                    f"role-{one.pk}",
                    _("Somebody has changed this role meanwhile: look at it again, then save."),
                )
        return self.cleaned_data

    @property
    def rows(self) -> list[tuple[Membership, forms.BoundField]]:
        return [(one, self[f"role-{one.pk}"]) for one in self.memberships]

    def chosen(self) -> dict[int, str]:
        """The role of each membership, by its number."""
        return {one.pk: self.cleaned_data[f"role-{one.pk}"] for one in self.memberships}
