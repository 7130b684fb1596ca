"""The counts of a month, and how two months add up.

Needs are counted in the month of their first posting, whatever becomes of them later: so that a funnel
speaks of the same needs from top to bottom. Everything else is counted in the month it happened.

| name | unit | counts |
|---|---|---|
| posted, qualified, answered, agreed, done, taught | needs | posted that month; published since; with a proposal; with a mission; with a mission delivered; served by a gathering |
| answer_days, agreement_days | {days: needs} | from the posting to the first proposal, to the first mission |
| read_days, unread_days | {working days: needs and organisations} | handed in that month: until a coordinator answered; how long they had waited when the figures were made |
| unmet | {skill code: needs} | required by needs published, without a mission and not served by a gathering |
| asked, silent | proposals | made that month; closed since without an answer |
| missions, repeats, newcomers | missions | agreed that month; of a structure that had one before; its first |
| together, together_qualified, together_agreed | needs | posted that month, and carried by several structures; published since; with a mission |
| met | pairs of structures | that met for the first time, of the whole pôle (first_meetings.py) |
| served | set of ids | the structures that received hours confirmed, by the day they were given |
| people | set of ids | who came, in the missions agreed that month |
| givers, valued | {regime: set of ids} | whose hours, whose value are counted that month |
| hours | {regime: hours} | confirmed, by the day they were given |
| value | {regime: euros} | declared that month |
| reviews, rating, again | reviews | given that month; the sum of their ratings; who would do it again |
| recommend, promoters, detractors | reviews | answers from 0 to 10; of 9 or 10; of 6 or less |
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Self

NO_REGIME = "NONE"
BEHIND = {"givers", "valued"}
BY_DAYS = {"answer_days", "agreement_days", "read_days", "unread_days"}
PERSONS = {"people", *BEHIND}  # long lists in a large pôle: not read where nobody is counted


@dataclass
class Counts:
    posted: int = 0
    qualified: int = 0
    answered: int = 0
    agreed: int = 0
    done: int = 0
    taught: int = 0
    asked: int = 0
    silent: int = 0
    missions: int = 0
    repeats: int = 0
    newcomers: int = 0
    together: int = 0
    together_qualified: int = 0
    together_agreed: int = 0
    met: int = 0
    reviews: int = 0
    rating: int = 0
    again: int = 0
    recommend: int = 0
    promoters: int = 0
    detractors: int = 0
    answer_days: Counter[int] = field(default_factory=Counter)
    agreement_days: Counter[int] = field(default_factory=Counter)
    read_days: Counter[int] = field(default_factory=Counter)
    unread_days: Counter[int] = field(default_factory=Counter)
    unmet: Counter[str] = field(default_factory=Counter)
    hours: Counter[str] = field(default_factory=Counter)  # of Decimal
    value: Counter[str] = field(default_factory=Counter)  # of Decimal
    served: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    givers: dict[str, set[int]] = field(default_factory=dict)
    valued: dict[str, set[int]] = field(default_factory=dict)

    def read_within(self, days: int) -> tuple[int, int]:
        """How many were read within these working days, and out of how many: what still waits without being late
        isn't counted."""
        in_time = sum(number for took, number in self.read_days.items() if took <= days)
        late = sum(number for waited, number in self.unread_days.items() if waited > days)
        return in_time, sum(self.read_days.values()) + late

    @property
    def everyone(self) -> set[int]:
        """The people engaged: those of the missions agreed, and those who gave hours, since the members of a team
        are known by their hours only."""
        return self.people.union(*self.givers.values())

    def add(self, other: Self) -> None:
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if not theirs:
                continue  # most are empty: adding nothing would take most of the time
            if each.name in BEHIND:
                for regime, people in theirs.items():
                    mine.setdefault(regime, set()).update(people)
            elif isinstance(mine, int):
                setattr(self, each.name, mine + theirs)
            else:
                mine.update(theirs)

    def as_json(self) -> dict[str, Any]:
        """The counts that aren't zero. Hours and euros are text, since JSON has no decimals."""
        kept: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if not value:
                continue
            if isinstance(value, set):
                value = sorted(value)
            elif each.name in BEHIND:
                value = {regime: sorted(people) for regime, people in sorted(value.items())}
            elif each.name in {"hours", "value"}:
                value = {key: str(amount) for key, amount in sorted(value.items())}
            elif isinstance(value, Counter):
                value = {str(key): count for key, count in sorted(value.items())}
            kept[each.name] = value
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        counts = cls()
        for name, value in kept.items():
            if name in {"people", "served"}:
                setattr(counts, name, set(value))
            elif name in BEHIND:
                setattr(counts, name, {regime: set(people) for regime, people in value.items()})
            elif name in {"hours", "value"}:
                setattr(counts, name, Counter({k: Decimal(v) for k, v in value.items()}))
            elif name in BY_DAYS:
                setattr(counts, name, Counter({int(k): v for k, v in value.items()}))
            elif name == "unmet":
                counts.unmet = Counter(value)
            else:
                setattr(counts, name, value)
        return counts


def total(several: Iterable[Counts]) -> Counts:
    whole = Counts()
    for counts in several:
        whole.add(counts)
    return whole


def quantile(days: Counter[int], share: Decimal) -> int | None:
    """The smallest number of days that covers this share of the cases; None without any."""
    cases = sum(days.values())
    seen = 0
    for number in sorted(days):
        seen += days[number]
        if seen >= share * cases:
            return number
    return None


def percent(part: int, whole: int) -> int | None:
    """The share in percent, rounded: 100 says all of them and 0 none, no less; None when `whole` is 0."""
    if not whole:
        return None
    if 0 < part < whole:
        return min(max(round(100 * part / whole), 1), 99)
    return 100 if part else 0
