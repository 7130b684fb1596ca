"""A company's programme, and what it gives each year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import DateInput
from marketplace.forms.period import PeriodMixin
from marketplace.models import CompanyProgramme, Contract


class ProgrammeForm(PeriodMixin, forms.ModelForm):
    may_be_over = True
    begun_within = 50
    days_per_year = forms.DecimalField(
        label=_("Days a year, per person"),
        min_value=0.5,
        max_value=366,
        max_digits=5,
        decimal_places=1,
        localize=True,
    )
    hours_per_day = forms.DecimalField(
        label=_("Hours in a day"),
        min_value=1,
        max_value=12,
        max_digits=3,
        decimal_places=1,
        localize=True,
        initial=7,
    )
    contracts = forms.MultipleChoiceField(
        label=_("Open to"),
        choices=Contract.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: to everyone."),
    )

    class Meta:
        model = CompanyProgramme
        fields = [
            "name",
            "days_per_year",
            "hours_per_day",
            "seniority_months",
            "contracts",
            "months_before_retirement",
            "starts_on",
            "ends_on",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}
        labels = {"seniority_months": _("Months with the employer before taking part")}
        help_texts = {
            "months_before_retirement": _(
                "Only for an end-of-career programme; leave it empty otherwise."
            ),
        }

    def clean_seniority_months(self) -> int:
        months = self.cleaned_data["seniority_months"]
        if months > 600:
            raise forms.ValidationError(_("That is more than fifty years: write months, not days."))
        return months

    def clean_months_before_retirement(self) -> int | None:
        months = self.cleaned_data["months_before_retirement"]
        if months is not None and months > 120:
            raise forms.ValidationError(_("That is more than ten years before retirement."))
        return months
