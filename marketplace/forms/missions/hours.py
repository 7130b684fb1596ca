"""Hours as people write them (3, 3,5, 3.5, 3h30), and a week of them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from common import as_written
from common.dates import spoken
from marketplace.models import Departure, Mission, TeamMember

WRITTEN = re.compile(
    r"^(?P<hours>\d{1,3})(?:[.,](?P<part>\d{1,2})|\s*h\s*(?P<minutes>[0-5]?\d)?)?$", re.IGNORECASE
)
MOST = 24


class HoursField(forms.CharField):
    """A number of hours: a Decimal, or None when nothing is written."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 5}
        super().__init__(
            required=False, max_length=20, widget=forms.TextInput(attrs=attrs), **options
        )

    def clean(self, value: Any) -> Decimal | None:
        written = str(super().clean(value)).strip().replace("\u202f", "").replace("\xa0", "")
        if not written:
            return None
        if written.startswith(("-", "−")):
            raise ValidationError(_("Hours can’t be negative."))
        hours = _read(written)
        if hours is None:
            raise ValidationError(_("Write hours as 3, 3.5 or 3h30."))
        if hours > MOST:
            raise ValidationError(_("A day has 24 hours at the most."))
        return hours


def _read(written: str) -> Decimal | None:
    if found := WRITTEN.match(written):
        if found["part"]:
            return Decimal(f"{found['hours']}.{found['part']}")
        minutes = (Decimal(found["minutes"] or 0) / 60).quantize(Decimal("0.01"))
        return Decimal(found["hours"]) + minutes
    said = as_written.time(written)  # "3 heures", "une demi-heure"
    return said.amount if said and said.in_days is False else None


class WeekForm(forms.Form):
    """Seven days from a Monday, each with its hours and words. Days to come, days outside the mission and days
    after the last day in the company have no fields."""

    def __init__(
        self,
        *args: Any,
        mission: Mission,
        monday: date,
        entries: dict,
        today: date,
        gone: Sequence[Departure | TeamMember],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mission, self.today, self.gone = mission, today, gone
        self.days = [monday + timedelta(days=number) for number in range(7)]
        for day in self.days:
            entry = entries.get(day)
            said = spoken(day, "l j F")
            self.fields[f"hours_{day:%Y%m%d}"] = HoursField(
                label=said[0].upper() + said[1:],
                initial=shown(entry.hours) if entry else None,
                disabled=bool(entry and entry.is_confirmed) or day > today,
            )
            self.fields[f"what_{day:%Y%m%d}"] = forms.CharField(
                label=_("What was done, %(day)s") % {"day": said},
                required=False,
                max_length=200,
                initial=entry.what if entry else "",
                disabled=bool(entry and entry.is_confirmed) or day > today,
            )
        self.entries = entries

    @property
    def rows(self) -> list[dict]:
        return [
            {
                "day": day,
                "is_to_come": day > self.today,
                "is_after": not self.entries.get(day)
                and any(one.takes_away(day) for one in self.gone),
                "is_outside": not self.entries.get(day) and self._is_outside(day),
                "hours": self[f"hours_{day:%Y%m%d}"],
                "what": self[f"what_{day:%Y%m%d}"],
                "entry": self.entries.get(day),
            }
            for day in self.days
        ]

    @property
    def was_in_a_team(self) -> bool:
        """Whether the last day is one in a team: whoever steps out of it stays with their employer."""
        return any(isinstance(one, TeamMember) for one in self.gone)

    @property
    def has_days_outside(self) -> bool:
        return any(map(self._is_outside, self.days))

    def _is_outside(self, day: date) -> bool:
        return not self.mission.starts_on <= day <= self._last_day

    @cached_property
    def _last_day(self) -> date:
        return self.mission.lasted_until

    @property
    def written(self) -> dict[date, tuple[Decimal | None, str]]:
        return {
            day: (self.cleaned_data[f"hours_{day:%Y%m%d}"], self.cleaned_data[f"what_{day:%Y%m%d}"])
            for day in self.days
            if day <= self.today and not (self.entries.get(day) and self.entries[day].is_confirmed)
        }


def shown(hours: Decimal) -> str:
    """The hours without useless zeros: 3,5 rather than 3,50."""
    return number_format(hours.normalize() if hours % 1 else int(hours), use_l10n=True)


class ContestForm(forms.Form):
    why = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever writes the hours reads it and can correct them."),
    )
