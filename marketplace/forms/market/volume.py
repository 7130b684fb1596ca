"""An amount of time, given in hours or in days as people prefer, stored in hours."""

from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common import as_written
from marketplace.forms.fields import NumberField
from marketplace.models.market.choices import Format
from marketplace.models.market.needs import HOURS_A_DAY

MOST_HOURS = 2000
LONGEST_DAY = 10


class Shape(NamedTuple):
    """What a format means: least and most hours for each person, days from the first to the last, hours a day on
    average."""

    least: int
    most: int = MOST_HOURS
    days: int = 1
    a_day: int = LONGEST_DAY


SHAPES = {
    Format.ONE_HOUR: Shape(1, 2),
    Format.ONE_DAY: Shape(3, LONGEST_DAY),
    Format.SHORT: Shape(7, 70, days=2),
    Format.SPLIT: Shape(3, days=8, a_day=3),
    Format.LONG: Shape(7, days=56),
}
ANY_SHAPE = Shape(1)
OTHER_HOURS = _(
    "“%(format)s” means from %(least)s to %(most)s hours per person, and you ask for %(hours)s: change the format or the time."
)
TOO_FEW_HOURS = _(
    "“%(format)s” means at least %(least)s hours per person, and you ask for %(hours)s: change the format or the time."
)
TOO_FEW_DAYS = _(
    "“%(format)s” takes at least %(days)s days from the first to the last: change the format or the dates."
)
NO_ROOM = _(
    "From the first day to the last there is room for %(room)s hours at the most: change the dates or the time."
)


class VolumeField(NumberField):
    """An amount of time with or without its unit: "20", "20 heures", "une demi-journée"."""

    def to_python(self, value: Any) -> Any:
        said = as_written.time(value) if isinstance(value, str) else None
        return super().to_python(f"{said.amount:.1f}" if said else value)


def unit_of(text: str) -> str:
    """The unit that was written with the amount; "" without one."""
    said = as_written.time(text)
    if said is None or said.in_days is None:
        return ""
    return VolumeMixin.DAYS if said.in_days else VolumeMixin.HOURS


class VolumeMixin(forms.Form):
    """Adds `volume` and `unit`; gives `cleaned_data["hours"]`, a whole number: an hour that is begun counts."""

    HOURS, DAYS = "hours", "days"
    volume = VolumeField(
        label=_("How much time in all"),
        min_value=Decimal("0.5"),
        max_digits=6,
        decimal_places=1,
        error_messages={
            "min_value": _("Half an hour at the least."),
            "invalid": _("Write a number, for instance 20, 20 hours, 3 days or half a day."),
        },
        help_text=_(
            "Roughly, per person. A day counts for seven hours; we round up to a whole hour."
        ),
    )
    unit = forms.ChoiceField(
        label=_("counted in"), choices=[(HOURS, _("hours")), (DAYS, _("days"))], initial=HOURS
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        volume = cleaned.get("volume")
        if volume is not None:
            unit = unit_of(str(self["volume"].data)) or cleaned.get("unit")
            hours = volume * HOURS_A_DAY if unit == self.DAYS else volume
            cleaned["hours"] = ceil(hours)
            if cleaned["hours"] > MOST_HOURS:
                self.add_error(
                    "volume",
                    _("That is more than a year of work: split it into several missions."),
                )
        if "hours" in cleaned and not self.has_error("volume"):
            self._look_for_contradictions(cleaned)
        return cleaned

    def _look_for_contradictions(self, cleaned: dict) -> None:
        """Add an error when the hours don't fit the format, or else the two dates: one error at a time."""
        hours, chosen = cleaned["hours"], cleaned.get("format")
        shape = SHAPES[Format(chosen)] if chosen else ANY_SHAPE
        told = {"format": capfirst(Format(chosen).label) if chosen else "", "hours": hours}
        told |= {"least": shape.least, "most": shape.most, "days": shape.days}
        if not shape.least <= hours <= shape.most:
            sentence = TOO_FEW_HOURS if shape.most == MOST_HOURS else OTHER_HOURS
            self.add_error("volume", sentence % told)
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if self.has_error("volume") or not (starts_on and ends_on):
            return
        days = (ends_on - starts_on).days + 1
        room = days * shape.a_day
        if days < shape.days:
            self.add_error("length" if cleaned.get("length") else "format", TOO_FEW_DAYS % told)
        elif hours > room:
            self.add_error("volume", NO_ROOM % {"room": room})

    def initial_volume(self, hours: int | None) -> None:
        """Show the hours as days when they are whole days."""
        if hours is None:
            return
        whole_days = hours >= 2 * HOURS_A_DAY and hours % HOURS_A_DAY == 0
        self.initial.setdefault("unit", self.DAYS if whole_days else self.HOURS)
        self.initial.setdefault("volume", hours // HOURS_A_DAY if whole_days else hours)
