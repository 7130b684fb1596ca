"""What an employer's people may take part in today: its programmes, with the places and days they have left this year, and its
rounds that may be answered. Reads only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from accounts.models import Organisation
from marketplace.desk.company_waits import page_of
from marketplace.models import CompanyProgramme, Round, RoundAnswer
from marketplace.rules import programme_hours

SHOWN = 6


@dataclass(frozen=True)
class OpenProgramme:
    """`places` and `days` are those left this year; None where the programme sets no limit."""

    programme: CompanyProgramme
    places: int | None
    days: Decimal | None


@dataclass(frozen=True)
class OpenRound:
    round: Round
    coming: int
    url: str

    @property
    def is_full(self) -> bool:
        return self.coming >= self.round.places


def programmes(company: Organisation, *, today: date, most: int = SHOWN) -> list[OpenProgramme]:
    rows = company.programmes.open_on(today).order_by("name", "pk")
    return [_with_what_is_left(programme, today.year) for programme in rows[:most]]


def _with_what_is_left(programme: CompanyProgramme, year: int) -> OpenProgramme:
    places = days = None
    if programme.places is not None:
        places = max(programme.places - programme_hours.places_taken(programme, year), 0)
    if programme.budget_days is not None:
        taken = programme_hours.hours_taken(programme, year) / programme.hours_per_day
        days = max(programme.budget_days - taken, Decimal(0)).quantize(Decimal("0.1"))
    return OpenProgramme(programme, places, days)


def rounds(company: Organisation, *, today: date) -> list[OpenRound]:
    comes = Count("answers", filter=Q(answers__answer=RoundAnswer.Answer.COMES))
    rows = company.rounds.open_on(today).annotate(coming=comes).order_by("answer_by", "pk")
    return [OpenRound(one, one.coming, page_of(one)) for one in rows[:SHOWN]]
