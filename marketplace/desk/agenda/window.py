"""Which days are looked at, through which filters: read from the address, and written back to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from marketplace.desk.agenda.kinds import BY_CODE

DAY = timedelta(days=1)
VIEWS = {"semaine": _("Week"), "mois": _("Month"), "jour": _("Day")}
CAPS = {"semaine": 7, "mois": 3, "jour": 88}  # lines of a kind on one day, within 60 kB
FIRST, LAST = date(2000, 1, 3), date(2100, 12, 31)


@dataclass(frozen=True)
class Window:
    view: str
    day: date  # one of those that are looked at
    without: frozenset[str]  # the kinds that are left out
    whose: str
    operator: int

    @classmethod
    def of(cls, asked: Mapping[str, str], *, today: date, whose: str, operator: int) -> Self:
        """What can't be understood is left out, without an error."""
        view = asked.get("vue", "")
        without = frozenset(asked.get("sans", "").split(",")) & set(BY_CODE)
        day = min(max(_day(asked.get("le", "")) or today, FIRST), LAST)
        return cls(view if view in VIEWS else "semaine", day, without, whose, operator)

    @property
    def first(self) -> date:
        """The first day that is shown: of a month, the Monday before its first day."""
        if self.view == "jour":
            return self.day
        start = self.day.replace(day=1) if self.view == "mois" else self.day
        return start - DAY * start.weekday()

    @property
    def last(self) -> date:
        if self.view == "jour":
            return self.day
        if self.view == "semaine":
            return self.first + 6 * DAY
        end = self._month_on(1) - DAY
        return end + DAY * (6 - end.weekday())

    @property
    def cap(self) -> int:
        return CAPS[self.view]

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += DAY

    @property
    def before(self) -> date:
        if self.view == "mois":
            return self._month_on(-1)
        return self.day - DAY * (7 if self.view == "semaine" else 1)

    @property
    def after(self) -> date:
        if self.view == "mois":
            return self._month_on(1)
        return self.day + DAY * (7 if self.view == "semaine" else 1)

    def _month_on(self, number: int) -> date:
        months = self.day.year * 12 + self.day.month - 1 + number
        return date(months // 12, months % 12 + 1, 1)

    def shows(self, day: date) -> bool:
        """Whether the day is of the month that is looked at, and not one of the week that it begins or ends in."""
        return self.view != "mois" or day.month == self.day.month

    def with_(self, **changed: object) -> Self:
        return replace(self, **changed)  # type: ignore[arg-type]

    def turned(self, code: str) -> Self:
        """The same with this kind left out, or taken in again."""
        return replace(self, without=self.without ^ {code})

    @property
    def query(self) -> str:
        asked = {
            "vue": self.view if self.view != "semaine" else "",
            "le": self.day.isoformat(),
            "sans": ",".join(sorted(self.without)),
            "whose": self.whose,
            "operator": self.operator,
        }
        return urlencode({name: value for name, value in asked.items() if value})


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
