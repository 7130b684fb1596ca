"""How long a need takes, as its writer says it: in one choice, or in figures; and what the site has deduced of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.choices import Format

HOURS_A_DAY = 7
# In `Need.deduced`: nobody has said how the hours are spread; they were said in figures, and not by one of the choices.
RHYTHM, LENGTH = "rhythm", "length"


class Length(models.TextChoices):
    """How long a mission takes, in one choice that says its hours and its format."""

    HOUR = "HOUR", _("an hour of advice")
    HALF_DAY = "HALF_DAY", _("half a day")
    DAY = "DAY", _("a day")
    DAYS = "DAYS", _("two or three days, about 20 hours")
    MONTH = "MONTH", _("a month: a few hours a week, about 15 hours in all")
    QUARTER = "QUARTER", _("three months: a few hours a week, about 40 hours in all")
    HALF_YEAR = "HALF_YEAR", _("six months: about 80 hours in all")
    OTHER = "OTHER", _("otherwise: I say how long")


HOURS_OF = {
    Length.HOUR: (1, Format.ONE_HOUR),
    Length.HALF_DAY: (4, Format.ONE_DAY),
    Length.DAY: (HOURS_A_DAY, Format.ONE_DAY),
    Length.DAYS: (20, Format.SHORT),
    Length.MONTH: (15, Format.SPLIT),
    Length.QUARTER: (40, Format.SPLIT),
    Length.HALF_YEAR: (80, Format.LONG),
}
LENGTH_OF = {shape: length for length, shape in HOURS_OF.items()}
# Their words don't say what their format says: “two or three days” needn't be in a row.
WITHOUT_RHYTHM = {Length.HALF_DAY, Length.DAYS}


class HasLength:
    hours: int
    format: str
    deduced: str
    is_undated: bool

    @property
    def length(self) -> Length | None:
        """The choice by which its writer said how long it takes; None where they said it in figures."""
        if LENGTH in self.deduced.split():
            return None
        return LENGTH_OF.get((self.hours, Format(self.format)))

    @property
    def length_in_words(self) -> str:
        """That choice, where no dates say when it begins and ends; "" where the hours are to be told, and `rhythm`."""
        return str(self.length.label) if self.length and self.is_undated else ""

    @property
    def rhythm(self) -> str:
        """How its hours are spread, where somebody has said it."""
        return "" if RHYTHM in self.deduced.split() else str(Format(self.format).label)
