"""The gatherings of a pôle that took place in a period: how many, for how many, and whom they served."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from common.spoken import BY_TAG, Spoken, spoken_in
from marketplace.figures import discretion
from marketplace.figures.comparison import Choice
from marketplace.models import Attendance, Gathering, Unannounced
from marketplace.models.gatherings.gatherings import GatheringQuerySet
from marketplace.models.market.meeting import speaking
from marketplace.rules.few import FEW
from marketplace.states import AttendanceStatus, GatheringStatus


@dataclass(frozen=True)
class Held:
    """`came` counts those without a name too; `structures` are those in whose name or of which somebody came; `served`, of who came, those who said that it served; `use` what they said three
    months later."""

    sessions: int
    seats: int
    came: int
    structures: int
    served: int
    use: dict[str, int]
    spoken: list[tuple[str, int]]
    """How many of the sessions are held in each language but French, those of the most first."""

    @property
    def served_told(self) -> int | str:
        return discretion.number(self.served)

    @property
    def use_told(self) -> str:
        """What those said who were asked three months later; from five answers on, since of fewer each is guessed."""
        said = sum(self.use.values())
        if said < FEW:
            return ""
        return _("yes %(yes)s, a little %(little)s, no %(no)s") % {
            "yes": self.use.get(Attendance.Use.YES, 0),
            "little": self.use.get(Attendance.Use.LITTLE, 0),
            "no": self.use.get(Attendance.Use.NO, 0),
        }


def of(choice: Choice) -> Held | None:
    """None without any, and where a filter asks what gatherings don't say: of all filters they know languages."""
    if choice.filters.keys() - {"language"}:
        return None
    first, after = (
        timezone.make_aware(datetime.combine(day, time())) for day in (choice.first, choice.after)
    )
    rows = Gathering.objects.filter(
        pole=choice.pole,
        status=GatheringStatus.TOOK_PLACE,
        starts_at__gte=first,
        starts_at__lt=after,
    ).order_by()
    if tag := choice.filters.get("language"):
        rows = rows.filter(speaking(BY_TAG[tag]))
    by_language = list(rows.values_list("languages").annotate(Count("pk"), Sum("seats")))
    if not by_language:
        return None
    return Held(
        sessions=sum(sessions for _mask, sessions, _seats in by_language),
        seats=sum(seats for _mask, _sessions, seats in by_language),
        spoken=_spoken(by_language),
        **_who_came(rows),
    )


def _who_came(rows: GatheringQuerySet) -> dict[str, Any]:
    """`came`, `structures`, `served` and `use`, of who had put their name down and of the others."""
    there = Attendance.objects.filter(gathering__in=rows.values("pk"), status=AttendanceStatus.CAME)
    by_house = there.order_by().values_list("organisation", "serves", "uses").annotate(Count("pk"))
    uncalled = Unannounced.objects.filter(gathering__in=rows.values("pk")).order_by()
    houses, came, served, use = set(), 0, 0, Counter[str]()
    for house, serves, uses, people in by_house:
        houses.add(house)
        came += people
        served += people if serves else 0
        use[uses] += people
    for house, people in uncalled.values_list("organisation").annotate(Sum("people")):
        houses.add(house)
        came += people or 0
    del use[""]  # hasn't said
    return {"came": came, "structures": len(houses - {None}), "served": served, "use": dict(use)}


def _spoken(by_language: list[tuple[int, int, int]]) -> list[tuple[str, int]]:
    found: dict[Spoken, int] = defaultdict(int)
    for mask, sessions, _seats in by_language:
        for one in spoken_in(mask & ~Spoken.FRENCH):
            found[one] += sessions
    return [(str(one.label), n) for one, n in sorted(found.items(), key=lambda line: -line[1])]
