"""What an hour costs, and the value that the company declares."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.actions.documents.estimates import Estimate
from marketplace.actions.documents.valuations import gifts_of
from marketplace.forms.documents.receipts import WarnedForm
from marketplace.forms.fields import EurosField
from marketplace.law.value import Impossible, hourly_cost
from marketplace.models import CompanyYear


class HourCostForm(forms.Form):
    gross = EurosField(label=_("Gross pay over the period, in euros"))
    charges = EurosField(label=_("Employer’s charges over the period"))
    aids = EurosField(label=_("Aids tied to the contract"), required=False)
    hours = EurosField(label=_("Hours paid over the period"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.errors:
            return said
        try:
            said["cost"] = hourly_cost(
                said["gross"], said["charges"], said["aids"] or Decimal(0), said["hours"]
            )
        except Impossible as refusal:
            raise ValidationError(str(refusal)) from None
        if not said["cost"]:
            raise ValidationError(_("The cost of an hour can’t be zero."))
        return said


AVERAGE_WORDS = _(
    "This value is reckoned with an average cost of an hour, of the company or of a grade, and not with what each person costs. The company has made sure that it may keep it, and holds what proves it."
)


class ValueForm(WarnedForm):
    amount = EurosField(label=_("Value of the gift, in euros"), min_value=Decimal("0.01"))
    average = forms.BooleanField(
        label=AVERAGE_WORDS,
        required=False,
        help_text=_(
            "Needed to keep the amount reckoned here; of no use beside a figure of your own."
        ),
    )
    certified = forms.BooleanField(
        label=_("The company stands by this value and keeps what proves it.")
    )
    warned = forms.BooleanField(
        label=_("I keep this amount, though it is beyond the cap shared out by hours."),
        required=False,
        widget=forms.HiddenInput,
    )
    read = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def about(self, estimate: Estimate | None) -> "ValueForm":
        """Ask about the average only where there is one."""
        if estimate is None or not estimate.rests_on_average:
            del self.fields["average"]
        return self

    @property
    def confirmed(self) -> str:
        """The words that were ticked, as they were read."""
        return str(AVERAGE_WORDS) if self.cleaned_data.get("average") else ""

    def read_again(self, estimate: Estimate | None) -> None:
        """The page shows the estimate of now: what is sent next has read that one."""
        self.data = dict(self.data.items()) | {"read": str(estimate.gift) if estimate else ""}


class CompanyYearForm(forms.ModelForm):
    turnover = EurosField(label=_("Turnover of the year, without tax"))
    other_gifts = EurosField(label=_("Other gifts of the year, made elsewhere"), required=False)
    in_difficulty = EurosField(
        label=_("Of all the gifts, those to bodies that help people in difficulty"), required=False
    )

    class Meta:
        model = CompanyYear
        fields = ["turnover", "other_gifts", "in_difficulty"]

    def clean_other_gifts(self) -> Decimal:
        return self.cleaned_data["other_gifts"] or Decimal(0)

    def clean_in_difficulty(self) -> Decimal:
        """Raises ValidationError when this part is more than all of the year's gifts: those made elsewhere, and
        those with a receipt here."""
        part = self.cleaned_data["in_difficulty"] or Decimal(0)
        elsewhere = self.cleaned_data.get("other_gifts") or Decimal(0)
        if part > elsewhere + gifts_of(self.instance.organisation, self.instance.year):
            raise ValidationError(_("A part can’t be more than the whole of the year’s gifts."))
        return part
