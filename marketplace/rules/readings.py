"""How soon a coordinator has promised to read a need or an organisation that was handed
in, and whether that is late.

The number of working days is the pôle's promise (`Promises.read_within`); all that
shows it or acts on it reads it here. It is late from the working day that follows the
last one promised.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import OrganisationStep, Pole
from accounts.states import OrganisationStatus
from common.dates import spoken
from marketplace.models import Need, Promises
from marketplace.models.market.needs import READ_WITH_ITS_NEEDS
from marketplace.rules import working_days

# The structure is waited for: its needs can't be published meanwhile.
AWAY = (OrganisationStatus.MORE_ASKED, OrganisationStatus.REFUSED, OrganisationStatus.SUSPENDED)


def days_of(poles: Collection[int] = ()) -> dict[int, int]:
    """The working days promised by each of these pôles; without any named, by all of them."""
    return each_of(poles, "read_within")[0]


def each_of(poles: Collection[int], *promises: str) -> list[dict[int, int]]:
    """The same for each of several promises, asked at once."""
    chosen = {"pk__in": poles} if poles else {}
    names = [f"promises__{promise}" for promise in promises]
    rows = list(Pole.objects.filter(**chosen).values_list("pk", *names))
    return [
        {row[0]: Promises.default_of(promise) if row[at] is None else row[at] for row in rows}
        for at, promise in enumerate(promises, 1)
    ]


def days_promised(promise: str = "read_within", *, pole: str = "pole") -> Cast:
    """An annotation: the working days of this promise of the row's pôle, as text."""
    kept = Promises.objects.filter(pole=OuterRef(pole)).values(promise)
    days = Coalesce(Subquery(kept), Promises.default_of(promise))
    return Cast(days, CharField())


def with_handing_in(needs: QuerySet[Need]) -> QuerySet[Any]:
    """Adds `handed_in_at` to needs: from when their answer is promised. It is when they were sent, or when their structure
    came back after that: refused, suspended or asked for more, nobody could read them."""
    back = OrganisationStep.objects.filter(
        organisation=OuterRef("organisation"), before__in=AWAY, after__in=READ_WITH_ITS_NEEDS
    )
    last = Subquery(back.order_by("-at", "-pk").values("at")[:1])
    later = When(back_at__gt=F("submitted_at"), then=F("back_at"))
    return needs.annotate(back_at=last, handed_in_at=Case(later, default=F("submitted_at")))


def in_words(days: Collection[int]) -> str:
    """“within 2 working days”; for pôles with different promises, from the least to the most."""
    least, most = min(days), max(days)
    if least < most:
        words = _("within %(least)s to %(most)s working days, depending on the pôle")
        return words % {"least": least, "most": most}
    return ngettext("within %(n)s working day", "within %(n)s working days", most) % {"n": most}


def in_words_for(poles: Collection[int] = ()) -> str:
    """The promise of these pôles in words; without any named, of all of them."""
    return in_words(set(days_of(poles).values()) or {Promises.default_of("read_within")})


def last_day(since: datetime, days: int) -> date:
    return working_days.after(timezone.localdate(since), days)


def promised_for(since: datetime | None, days: int, now: datetime) -> str:
    """The last day promised for what was handed in then, in words, once that day has passed; "" before."""
    if since is None or Bounds.of(days, timezone.localdate(now)).urgency(since) != "late":
        return ""
    return spoken(last_day(since, days), "l j F")


@dataclass(frozen=True)
class Bounds:
    """What was handed in before `late` is late; what was handed in before `soon` has come to the last of the days
    promised."""

    late: datetime
    soon: datetime

    @classmethod
    @lru_cache(maxsize=64)  # a list asks it for each of its lines
    def of(cls, days: int, today: date) -> "Bounds":
        today = working_days.worked_from(today)
        late, soon = (working_days.before(today, count) for count in (days + 1, days))
        return cls(working_days.end_of(late), working_days.end_of(soon))

    def urgency(self, since: datetime) -> str:
        return "late" if since <= self.late else "soon" if since <= self.soon else "calm"
