"""A period from one day to another: in order, and not further away than anybody can plan."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

YEAR = timedelta(days=365)
STARTS_WITHIN, ENDS_WITHIN = 3 * YEAR, 6 * YEAR


class PeriodMixin(forms.Form):
    """Checks `starts_on` and `ends_on`. `may_be_over` says that the period may lie in the past."""

    may_be_over = False
    begun_within = 3  # years

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        today = timezone.localdate()
        if ends_on and ends_on < today and not self.may_be_over:
            self.add_error("ends_on", _("This date is already past."))
        elif starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The end comes before the beginning."))
        elif ends_on and ends_on - today > ENDS_WITHIN:
            self.add_error("ends_on", _("That is more than six years away: is the year right?"))
        if starts_on and today - starts_on > self.begun_within * YEAR:
            years = {"years": self.begun_within}
            self.add_error(
                "starts_on", _("That is more than %(years)s years ago: is the year right?") % years
            )
        if starts_on and starts_on - today > STARTS_WITHIN:
            self.add_error(
                "starts_on", _("That is more than three years away: come back nearer the time.")
            )
        return cleaned
