"""The gatherings to come that teach what a need asks for: on its page, and where nobody is found for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Commune, User
from common.dates import spoken
from marketplace.models import Attendance, Gathering, Need
from marketplace.models.gatherings.attendances import SEATED
from marketplace.models.gatherings.gatherings import GatheringQuerySet
from marketplace.models.market.need_skills import read_wanted
from marketplace.models.market.needs import NEAR_KM
from marketplace.views.gatherings.gatherings import seats_in_words

MOST = 3


@dataclass(frozen=True)
class Session:
    gathering: Gathering
    named: list[str]
    seats: str

    @property
    def skills(self) -> str:
        return ", ".join(self.named)

    @property
    def day(self) -> str:
        return spoken(self.gathering.day, "j F")


def for_need(need: Need, reader: User, now: datetime) -> list[Session]:
    """Those near the need's commune or online, open to the reader, the next first; not the one that it is there to lead."""
    read_wanted(need)
    wanted = {row.skill_id: str(row.skill) for row in need.wanted.all()}
    if not _is_any_taught(wanted, now):
        return []
    others = _near(wanted, need.commune.position, reader, now).exclude(need=need.pk)
    return _of(others, wanted)


def for_somebody(person: User, wished: dict[int, str], now: datetime) -> list[Session]:
    """Those that teach what somebody would like to learn, with a seat left: near their commune or online, the next first;
    not those at which they have put their name down."""
    if not _is_any_taught(wished, now):
        return []
    at = person.commune.position if person.commune else None
    rows = _near(wished, at, person, now)
    rows = rows.exclude(pk__in=person.attendances.standing().order_by().values("gathering"))
    return _of(rows.alias(taken=_seats_taken()).filter(taken__lt=F("seats")), wished)


def _is_any_taught(wanted: dict[int, str], now: datetime) -> bool:
    """Anywhere: where nothing is, as mostly, what is near needn't be found."""
    taught = Gathering.skills.through.objects.filter(skill__in=list(wanted))
    return bool(wanted) and taught.filter(gathering__starts_at__gt=now).exists()


def _near(
    wanted: dict[int, str], at: tuple[float, float] | None, reader: User, now: datetime
) -> GatheringQuerySet:
    near = ~Q(link="")
    if at:
        around = Commune.objects.within(*at, NEAR_KM).values_list("pk", flat=True)
        near |= Q(commune__in=list(around))
    taught = Gathering.skills.through.objects.filter(skill__in=list(wanted)).values("gathering")
    return Gathering.objects.to_come(now).listed_for(reader).filter(near, pk__in=taught)


def _seats_taken() -> Coalesce:
    seated = Attendance.objects.filter(gathering=OuterRef("pk"), status__in=SEATED).order_by()
    return Coalesce(Subquery(seated.values("gathering").annotate(n=Count("pk")).values("n")), 0)


def _of(rows: GatheringQuerySet, wanted: dict[int, str]) -> list[Session]:
    rows = rows.with_what_pages_show().order_by("starts_at", "pk")
    found = list(rows.annotate(held=_seats_taken())[:MOST])
    taught = Gathering.skills.through.objects.filter(gathering__in=found, skill__in=list(wanted))
    of_each: dict[int, list[str]] = {}
    for number, skill in taught.order_by("pk").values_list("gathering", "skill"):
        of_each.setdefault(number, []).append(wanted[skill])
    return [
        Session(one, of_each[one.pk], seats_in_words(max(0, one.seats - one.held))) for one in found
    ]
