"""What a company programme still gives somebody, and what stands in the way. Computes only, without the database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import add_months
from common.numbers import chosen_by
from marketplace.models import CompanyProgramme, Contract, Employee
from marketplace.rules import employments

ONE_PLACE = Decimal("0.1")
# Hours are shared out by days over New Year: less than half an hour too much is only a rounding.
ROUNDING = Decimal("0.5")


@dataclass(frozen=True)
class Whole:
    """What is left of a programme for all of its people in one year, this mission not counted: hours of its budget;
    places, None for who has one; None too where it has set no limit. And the sites that it is for, their names by their
    numbers: none is all."""

    hours: Decimal | None = None
    places: int | None = None
    sites: Mapping[int, str] = field(default_factory=dict)


UNLIMITED = Whole()


@dataclass(frozen=True)
class Quota:
    """For one year, in hours: given by the programme to each of its people, taken by other missions of this one's
    person, asked by this one; what is left of the whole; the sentences that refuse, and which of them say that the
    programme isn't for this person, or not known to be."""

    year: int
    given: Decimal
    taken: Decimal
    asked: Decimal
    refusals: list[str] = field(default_factory=list)
    whole: Whole = UNLIMITED
    unconfirmed: str = (
        ""  # what its rules rest on that is only declared: a sentence, which refuses nothing
    )
    conditions: list[str] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        """The hours left before this mission: never more than the budget of all still holds."""
        own = max(self.given - self.taken, Decimal(0))
        return own if self.whole.hours is None else min(own, max(self.whole.hours, Decimal(0)))

    @property
    def whole_left(self) -> int:
        """By which a language chooses between one hour and several."""
        return chosen_by(self.left)

    @property
    def said(self) -> str:
        """The quota in a sentence, for whoever is about to say yes."""
        return ngettext(
            "%(left)s hour left of %(given)s in %(year)s, and this mission would ask for %(asked)s.",
            "%(left)s hours left of %(given)s in %(year)s, and this mission would ask for %(asked)s.",
            self.whole_left,
        ) % {
            "left": _figure(self.left),
            "given": _figure(self.given),
            "year": self.year,
            "asked": _figure(self.asked),
        }

    @property
    def too_much(self) -> str:
        """What refuses the number of hours; empty when the programme gives them."""
        return " ".join(
            [
                *_too_much(self.given, self.taken, self.asked, self.year),
                *beyond_budget(self.whole, self.asked, self.year),
            ]
        )

    @property
    def of_the_whole(self) -> list[str]:
        """The sentences that refuse whoever it may be."""
        return list(_full(self.whole, self.year))

    @property
    def why_used_up(self) -> str:
        """Why nothing is left where others have taken it; empty when it isn't so."""
        if self.whole.hours is None or self.whole.hours > 0:
            return ""
        return _(
            "The hours that the employer gives to all of its people together are used up for %(year)s."
        ) % {"year": self.year}

    @property
    def is_enough(self) -> bool:
        return not self.refusals


def share_of_year(hours: Decimal, starts_on: date, ends_on: date, year: int) -> Decimal:
    """The hours of a mission that count in this year: a mission over New Year counts in both years, by its days in
    each."""
    first, last = max(starts_on, date(year, 1, 1)), min(ends_on, date(year, 12, 31))
    days = (last - first).days + 1
    if days <= 0:
        return Decimal(0)
    whole = (ends_on - starts_on).days + 1
    return (Decimal(hours) * days / whole).quantize(ONE_PLACE)


def check(
    programme: CompanyProgramme,
    employee: Employee,
    *,
    year: int,
    asked: Decimal,
    taken: Decimal,
    starts_on: date,
    whole: Whole = UNLIMITED,
    is_agreed: bool = False,
) -> Quota:
    """`is_agreed`: the employer has said yes to the mission under this programme, whose contracts the law alone has named
    since: it goes on."""
    given = programme.hours_per_year
    conditions = [
        *_elsewhere(whole, employee),
        *_wrong_contract(programme, employee, is_agreed),
        *_too_new(programme, employee, starts_on),
        *_too_far_from_retirement(programme, employee, starts_on),
    ]
    refusals = [
        *_too_much(given, taken, asked, year),
        *beyond_budget(whole, asked, year),
        *_full(whole, year),
        *conditions,
    ]
    declared = employments.unconfirmed(programme, employee)
    return Quota(year, given, taken, asked, refusals, whole, declared, conditions)


def _too_much(given: Decimal, taken: Decimal, asked: Decimal, year: int) -> Iterator[str]:
    left = max(given - taken, Decimal(0))
    if asked - left >= ROUNDING:
        yield _(
            "The programme gives %(given)s hours a year: %(left)s are left in %(year)s, and this mission asks for %(asked)s."
        ) % {
            "given": _figure(given),
            "left": _figure(left),
            "asked": _figure(asked),
            "year": year,
        }


def beyond_budget(whole: Whole, asked: Decimal, year: int) -> Iterator[str]:
    if whole.hours is None:
        return
    left = max(whole.hours, Decimal(0))
    if asked - left >= ROUNDING:
        yield _(
            "Of the hours that the employer gives to all of its people together, %(left)s are left in %(year)s, and this mission asks for %(asked)s."
        ) % {"left": _figure(left), "asked": _figure(asked), "year": year}


def _full(whole: Whole, year: int) -> Iterator[str]:
    if whole.places is not None and whole.places <= 0:
        yield _("All places of the programme are taken in %(year)s.") % {"year": year}


def _elsewhere(whole: Whole, employee: Employee) -> Iterator[str]:
    if not whole.sites or employee.site_id in whole.sites:
        return
    names = ", ".join(whole.sites.values())
    if employee.site is None:
        yield _("The programme is for these sites: %(names)s. Say which site it is.") % {
            "names": names
        }
    else:
        yield _("The programme is for these sites: %(names)s; the site here is: %(site)s.") % {
            "names": names,
            "site": employee.site,
        }


def _wrong_contract(
    programme: CompanyProgramme, employee: Employee, is_agreed: bool
) -> Iterator[str]:
    open_to = programme.contracts if is_agreed else programme.open_to
    if open_to and employee.contract not in open_to:
        names = ", ".join(programme.contract_names)
        if not employee.contract:
            yield _(
                "The programme is open to: %(names)s. Say which contract it is as you ask for the employer’s agreement."
            ) % {"names": names}
        else:
            yield _("The programme is open to: %(names)s; the contract here is: %(contract)s.") % {
                "names": names,
                "contract": Contract.name_at(programme.organisation, Contract(employee.contract)),
            }


def _too_new(programme: CompanyProgramme, employee: Employee, starts_on: date) -> Iterator[str]:
    if not programme.seniority_months:
        return
    if employee.hired_on is None:
        yield _(
            "The programme asks for some time in the company: say since when as you ask for the employer’s agreement."
        )
    elif add_months(employee.hired_on, programme.seniority_months) > starts_on:
        yield _(
            "The programme asks for %(months)s months with the employer before the mission starts."
        ) % {"months": programme.seniority_months}


def _too_far_from_retirement(
    programme: CompanyProgramme, employee: Employee, starts_on: date
) -> Iterator[str]:
    months = programme.months_before_retirement
    if months is None:
        return
    if employee.retires_on is None:
        yield _(
            "The programme is for the end of a career: say when retirement is planned as you ask for the employer’s agreement."
        )
    elif add_months(starts_on, months) < employee.retires_on:
        yield _("The programme is for the last %(months)s months before retirement.") % {
            "months": months
        }


def _figure(value: Decimal) -> str:
    return number_format(value.normalize() if value else 0, use_l10n=True)
