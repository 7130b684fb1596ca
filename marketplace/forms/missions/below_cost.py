"""A coordinator's answer to a loan that would be billed below its cost."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import WholeField
from marketplace.models.missions.sheets import AT_COST


class BelowCostForm(forms.Form):
    share = WholeField(
        label=_("Share of the cost that is billed, in %"),
        min_value=0,
        max_value=AT_COST - 1,
        help_text=_("Your answer is for this share: a yes for more than it too, a no for less."),
    )
    agrees = forms.TypedChoiceField(
        label=_("May the loan be billed so little?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("A word for both sides"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With a no, what would do."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("agrees") is False and not cleaned.get("words"):
            self.add_error("words", _("Say why, in a few words: both sides read it."))
        return cleaned
