"""The gatherings to come that teach what a need asks for: on its page, and where nobody is found for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Commune, User
from common.dates import spoken
from marketplace.models import Gathering, Need
from marketplace.models.market.needs import NEAR_KM
from marketplace.views.gatherings.gatherings import seats_in_words, seats_taken

MOST = 3


@dataclass(frozen=True)
class Session:
    gathering: Gathering
    skills: str
    seats: str

    @property
    def day(self) -> str:
        return spoken(self.gathering.day, "j F")


def for_need(need: Need, reader: User, now: datetime) -> list[Session]:
    """Those near the need's commune or online, open to the reader, the next first."""
    wanted = {row.skill_id: str(row.skill) for row in need.wanted.select_related("skill")}
    if not wanted:
        return []
    around = Commune.objects.within(*need.commune.position, NEAR_KM).values_list("pk", flat=True)
    rows = (
        Gathering.objects.to_come(now)
        .listed_for(reader)
        .filter(~Q(link="") | Q(commune__in=list(around)), skills__in=list(wanted))
    )
    found = list(rows.distinct().with_what_pages_show().order_by("starts_at", "pk")[:MOST])
    taught = Gathering.skills.through.objects.filter(gathering__in=found, skill__in=list(wanted))
    of_each: dict[int, list[str]] = {}
    for number, skill in taught.order_by("pk").values_list("gathering", "skill"):
        of_each.setdefault(number, []).append(wanted[skill])
    taken = seats_taken(found)
    return [
        Session(
            one,
            ", ".join(of_each[one.pk]),
            seats_in_words(max(0, one.seats - taken.get(one.pk, 0))),
        )
        for one in found
    ]
