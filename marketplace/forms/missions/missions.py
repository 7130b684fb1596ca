"""The short forms of a mission: its renewal, or why it stops."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.forms.fields import PlannedHoursField
from marketplace.forms.missions.sheets import date_field, refuse_too_long
from marketplace.forms.period import PeriodMixin
from marketplace.models import Mission
from marketplace.models.missions.sheets import DATES, MOST_HOURS


class RenewForm(PeriodMixin, forms.Form):
    may_be_over = True
    begun_within = 6
    starts_on = date_field(_("From"))
    ends_on = date_field(_("Until"))
    hours = PlannedHoursField(
        label=_("Hours planned"),
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("For the renewal alone."),
    )


class DatesForm(PeriodMixin, forms.Form):
    """From when to when, where the need had no dates. `read`: the version of the sheet that was on the screen."""

    read = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = date_field(_("First day"))
    ends_on = date_field(_("Last day"))

    def __init__(self, *args: Any, mission: Mission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mission = mission

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        refuse_too_long(self, self.mission)
        return cleaned

    @property
    def values(self) -> dict[str, date]:
        return {name: self.cleaned_data[name] for name in DATES}


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("A word, if you wish"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
