"""What an employer's people may take part in today: its programmes, with the places and days they have left this year, and its
rounds that may be answered. Reads only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from accounts.models import Organisation
from marketplace.models import CompanyProgramme, Round, RoundAnswer
from marketplace.rules import programme_hours, programme_quota
from marketplace.rules.programme_hours import Taken

SHOWN = 6


@dataclass(frozen=True)
class OpenProgramme:
    """`places` and `days` are those left this year; None where the programme sets no limit. `taken`: the days that missions
    have taken of it, or are planned to take."""

    programme: CompanyProgramme
    places: int | None
    days: Decimal | None
    taken: Decimal = Decimal(0)


@dataclass(frozen=True)
class OpenRound:
    round: Round
    coming: int

    @property
    def is_full(self) -> bool:
        return self.coming >= self.round.places


def programmes(company: Organisation, *, today: date, most: int = SHOWN) -> list[OpenProgramme]:
    rows = list(company.programmes.open_on(today).order_by("name", "pk")[:most])
    limited = [one for one in rows if one.places is not None or one.budget_days is not None]
    taken = programme_hours.taken_of(limited, today.year) if limited else {}
    return [_with_what_is_left(programme, taken.get(programme.pk, Taken())) for programme in rows]


def _with_what_is_left(programme: CompanyProgramme, taken: Taken) -> OpenProgramme:
    places = days = None
    used = taken.hours / programme.hours_per_day
    if programme.places is not None:
        places = max(programme.places - taken.places, 0)
    if programme.budget_days is not None:
        days = max(programme.budget_days - used, Decimal(0)).quantize(programme_quota.ONE_PLACE)
    return OpenProgramme(programme, places, days, used.quantize(programme_quota.ONE_PLACE))


def rounds(company: Organisation, *, today: date) -> list[OpenRound]:
    comes = Count("answers", filter=Q(answers__answer=RoundAnswer.Answer.COMES))
    rows = company.rounds.open_on(today).annotate(coming=comes).order_by("answer_by", "pk")
    return [OpenRound(one, one.coming) for one in rows[:SHOWN]]
