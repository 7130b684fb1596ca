"""Who is charged with what in an organisation."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import colleagues
from accounts.models import Membership, Organisation
from marketplace.forms.fields import field_of
from marketplace.models import Duty


class MemberField(forms.ModelChoiceField):
    """A choice among the members of one organisation, shown without its name."""

    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class DutyForm(forms.Form):
    membership = MemberField(Membership.objects.none(), label=_("Who"))
    kind = forms.ChoiceField(
        label=_("Charged with"),
        help_text=_(
            "Whoever is charged with more than managing a team represents the organisation from then on: they write and answer in its name."
        ),
    )
    capacity = forms.CharField(
        label=_("Capacity"),
        max_length=120,
        required=False,
        help_text=_("As it is written under a signature: president, managing director…"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        also = str(self.data.get("membership") or self.initial.get("membership") or "")
        named = Q(pk=also if also.isascii() and also.isdecimal() and len(also) < 18 else None)
        members = colleagues.among(organisation, also=named)
        members = members.select_related("user", "organisation")
        field_of(self, "membership", MemberField).queryset = members
        field_of(self, "kind", forms.ChoiceField).choices = [
            (kind.value, Duty.words_of(kind, organisation)) for kind in Duty.kinds_of(organisation)
        ]
