"""A volume of time, said in hours or in days as people prefer, kept in hours."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models.needs import HOURS_A_DAY

MOST_HOURS = 2000


class VolumeMixin(forms.Form):
    """Adds `volume` and `unit`; gives `cleaned_data["hours"]`, a whole number."""

    HOURS, DAYS = "hours", "days"
    volume = forms.DecimalField(
        label=_("How much time in all"),
        min_value=Decimal("0.5"),
        max_digits=6,
        decimal_places=1,
        localize=True,
        error_messages={"min_value": _("Half an hour at the least.")},
        help_text=_("Roughly, per person. A day counts for seven hours."),
    )
    unit = forms.ChoiceField(
        label=_("counted in"), choices=[(HOURS, _("hours")), (DAYS, _("days"))], initial=HOURS
    )

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        volume = cleaned.get("volume")
        if volume is not None:
            hours = volume * HOURS_A_DAY if cleaned.get("unit") == self.DAYS else volume
            cleaned["hours"] = max(1, round(hours))
            if cleaned["hours"] > MOST_HOURS:
                self.add_error(
                    "volume",
                    _("That is more than a year of work: split it into several missions."),
                )
        return cleaned

    def initial_volume(self, hours: int | None) -> None:
        """Show whole days as days."""
        if hours is None:
            return
        whole_days = hours >= 2 * HOURS_A_DAY and hours % HOURS_A_DAY == 0
        self.initial.setdefault("unit", self.DAYS if whole_days else self.HOURS)
        self.initial.setdefault("volume", hours // HOURS_A_DAY if whole_days else hours)
