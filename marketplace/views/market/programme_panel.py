"""The first line of what somebody runs, a house each, for their first page."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from marketplace.desk import company_waits, programmes_open
from marketplace.desk.programmes_open import OpenProgramme, OpenRound
from marketplace.figures import programme_year
from marketplace.figures.programme_year import Headline
from marketplace.rules import permissions
from marketplace.views.market.programme_words import budget_bar

HOUSES, OPEN = 3, 2


@dataclass(frozen=True)
class Panel:
    """`waits`: how many things wait for the reader there, `awaited`: for others."""

    house: Organisation
    told: Headline
    budget_bar: str
    waits: int
    awaited: int
    programmes: list[OpenProgramme]
    rounds: list[OpenRound]


def for_home(request: SignedInRequest) -> list[Panel]:
    houses = permissions.houses_run_by(request.user, request.memberships)
    return [_panel(request, house) for house in houses[:HOUSES]]


def _panel(request: SignedInRequest, house: Organisation) -> Panel:
    today = timezone.localdate()
    told = programme_year.headline(house, today.year, today=today)
    lines = company_waits.of(request.user, request.memberships, house, now=timezone.now())
    mine = [line for line in lines if not line.is_theirs]
    return Panel(
        house,
        told,
        budget_bar(told),
        len(mine),
        len(lines) - len(mine),
        programmes_open.programmes(house, today=today, most=OPEN),
        programmes_open.rounds(house, today=today)[:OPEN],
    )
