"""A change of what was signed: the sheet as it stands, and why it should be another."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.missions import SheetForm


class AmendmentForm(SheetForm):
    why = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: it is printed in the amendment, and those who sign read it."),
    )

    @property
    def values(self) -> dict:
        return {name: value for name, value in super().values.items() if name != "why"}
