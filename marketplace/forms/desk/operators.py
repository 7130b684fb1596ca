"""The forms by which operators of a pôle ask that one be seated there, and answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.addresses import AddressField
from accounts.models import Organisation, Pole, Seat


class WordForm(forms.Form):
    """A word that goes with a no, and is told to those who had asked."""

    reason = forms.CharField(
        label=_("If it is no: a word to those who had asked"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AddressForm(forms.Form):
    """Where the first person of an operator is invited again."""

    email = AddressField(label=_("E-mail address of its first coordinator"))


class ProposeForm(forms.Form):
    """An operator of the site, or the name of one that isn't there yet and the address of its first person."""

    operator = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Which operator?"),
        required=False,
        empty_label=_("It isn’t on the site yet"),
    )
    name = forms.CharField(
        label=_("Its name"),
        max_length=160,
        required=False,
        help_text=_("Only for an operator that isn’t on the site yet."),
    )
    email = AddressField(
        label=_("E-mail address of its first coordinator"),
        required=False,
        help_text=_("The invitation is sent there once the pôle has agreed, and not before."),
    )
    role = forms.CharField(
        label=_("Its role in the pôle"),
        max_length=300,
        required=False,
        help_text=_("In a sentence, for instance: follows the missions of the coast."),
    )

    def __init__(self, *args: Any, pole: Pole, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Seat.objects.live().filter(pole=pole).values("operator")
        found = Organisation.objects.operators().accepted().exclude(pk__in=there).order_by("name")
        choices: forms.ModelChoiceField = self.fields["operator"]  # type: ignore[assignment]
        choices.queryset = found

    def clean(self) -> dict[str, Any]:
        """One or the other: an operator of the list, or both the name and the address of a new one."""
        said = super().clean() or {}
        if said.get("operator"):
            if said.get("name"):
                self.add_error(
                    "name", _("Choose an operator in the list, or write a new one: not both.")
                )
            return said
        for field, words in (
            ("name", _("Choose an operator in the list, or write the name of a new one.")),
            ("email", _("Write to whom the invitation is sent.")),
        ):
            if not said.get(field) and field not in self.errors:
                self.add_error(field, words)
        return said
