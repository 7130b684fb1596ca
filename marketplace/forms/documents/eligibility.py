"""Whether the structure may give tax receipts: what it declares, and what a coordinator checks."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import DateInput, field_of
from marketplace.forms.talk.files import CleanFileField
from marketplace.models import Eligibility


class EligibilityForm(forms.ModelForm):
    """The structure's declaration. Its three tests are separate boxes, so that nobody ticks "general interest"
    without reading."""

    not_for_profit = forms.BooleanField(
        label=_("Our activity isn’t for profit and doesn’t compete with companies."), required=False
    )
    open_circle = forms.BooleanField(
        label=_("We don’t work for a small circle of people only."), required=False
    )
    disinterested = forms.BooleanField(
        label=_("Those who lead us draw no profit from it."), required=False
    )
    proof = CleanFileField(
        label=_("The proof: the tax office’s letter, the statutes…"), required=False
    )
    field_order = (
        "status",
        "category",
        "not_for_profit",
        "open_circle",
        "disinterested",
        "proof",
        "reference",
        "note",
    )

    class Meta:
        model = Eligibility
        fields = ["status", "category", "reference", "note"]
        widgets = {"status": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the statuses without the empty choice of Django: one of them says that the structure doesn't know."""
        super().__init__(*args, **kwargs)
        field_of(self, "status", forms.TypedChoiceField).choices = Eligibility.Status.choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        status = cleaned.get("status")
        if status in Eligibility.ELIGIBLE and not cleaned.get("category"):
            self.add_error(
                "category", _("Say as which kind of body: it is printed on the receipt.")
            )
        if status in Eligibility.ELIGIBLE and not self.instance.organisation.purpose:
            self.add_error(
                "status",
                _(
                    "Say first, on your organisation’s page, what it does: receipts have to print it."
                ),
            )
        tests = ("not_for_profit", "open_circle", "disinterested")
        if status == Eligibility.Status.SELF_DECLARED and not all(
            cleaned.get(name) for name in tests
        ):
            self.add_error(
                "status",
                _(
                    "The three sentences below have to be true. If one isn’t, or you doubt, choose “to be checked”: a coordinator helps you."
                ),
            )
        return cleaned


class EligibilityCheckForm(forms.ModelForm):
    read = forms.IntegerField(widget=forms.HiddenInput)  # the declaration that was on the screen

    class Meta:
        model = Eligibility
        fields = ["status", "valid_until", "note"]
        widgets = {
            "status": forms.RadioSelect,
            "valid_until": DateInput,
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {"note": _("The structure reads it.")}

    def clean_valid_until(self) -> date | None:
        day = self.cleaned_data["valid_until"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("This date is already past."))
        return day
