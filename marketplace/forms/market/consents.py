"""A person's answer to a request for their consent: yes, or no with a word."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.addresses import AddressField
from accounts.models import User
from marketplace.models import ConsentKind, Employee, SkillFamily
from marketplace.models.market.consents import WORDS


class ConsentForm(forms.Form):
    field_order = ("answer", "manager_name", "manager_email", "family", "reason")
    answer = forms.ChoiceField(
        choices=[("YES", _("Yes")), ("NO", _("No"))], widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=_("A word, if you wish"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    family = forms.BooleanField(label=WORDS[ConsentKind.FAMILY], required=False)

    manager_name = forms.CharField(label=_("Name of your manager"), max_length=160, strip=True)
    manager_email = AddressField(
        label=_("E-mail address of your manager"),
        help_text=_("We ask for their agreement by a link."),
    )

    def __init__(
        self,
        *args: Any,
        families: Collection[SkillFamily],
        employee: Employee | None = None,
        **kwargs: Any,
    ) -> None:
        """Whoever answers for an offer may agree to its `families` being shown too, and reads which; of a mission
        nothing more is asked, but of who comes in a team: the manager of this `employee`."""
        super().__init__(*args, **kwargs)
        self.employee = employee
        for name in ("manager_name", "manager_email"):
            if employee is None:
                del self.fields[name]
            else:
                self.initial.setdefault(name, getattr(employee, name))
                self.fields[name].required = self.data.get("answer") != "NO"
        self.fields["family"].help_text = " · ".join(str(one) for one in families)
        if not families:
            del self.fields["family"]

    def clean(self) -> dict[str, Any]:
        """A yes to come in a team says whose agreement is asked; a no asks for nothing more."""
        cleaned = super().clean() or self.cleaned_data
        if self.employee is None:
            return cleaned
        if cleaned.get("answer") == "NO":
            self.errors.pop("manager_email", None)
            return cleaned
        given = cleaned.get("manager_email", "")
        if given and self.employee.person in User.objects.lately_of_mailbox(given):
            self.add_error("manager_email", _("This is your own address: give your manager’s."))
        return cleaned

    @property
    def manager(self) -> tuple[str, str]:
        said = self.cleaned_data
        return said.get("manager_name", ""), said.get("manager_email", "")
