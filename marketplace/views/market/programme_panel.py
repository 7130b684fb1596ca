"""The first line of what somebody runs, a house each, for their first page."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from marketplace.desk import company_waits, programmes_open
from marketplace.desk.company_waits import Waits
from marketplace.desk.programmes_open import OpenProgramme, OpenRound
from marketplace.figures import programme_year
from marketplace.figures.programme_year import Headline
from marketplace.rules import permissions
from marketplace.views.market import programme_words

HOUSES, OPEN = 3, 2


@dataclass(frozen=True)
class Panel:
    """`title` names a programme only where there is one; `given`: how many days, in the word of its frame; `people`: who gave
    time or was lent, of the headcount where it was said. `waits`: what waits for the reader there, and for others."""

    house: Organisation
    title: str
    given: str
    people: str
    told: Headline
    budget_bar: str
    waits: Waits
    programmes: list[OpenProgramme]
    rounds: list[OpenRound]


def for_home(request: SignedInRequest) -> list[Panel]:
    houses = permissions.houses_run_by(request.user, request.memberships)
    return [_panel(request, house) for house in houses[:HOUSES]]


def _panel(request: SignedInRequest, house: Organisation) -> Panel:
    today = timezone.localdate()
    told = programme_year.headline(house, today.year, today=today)
    return Panel(
        house,
        *programme_words.panel_words(told, house),
        told,
        programme_words.budget_bar(told),
        company_waits.of(request.user, request.memberships, house, now=timezone.now()),
        programmes_open.programmes(house, today=today, most=OPEN),
        programmes_open.rounds(house, today=today)[:OPEN],
    )
