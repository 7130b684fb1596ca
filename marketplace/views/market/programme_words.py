"""A year of an employer's programmes in words and drawings, for the page of who runs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Organisation
from common.dates import spoken
from common.numbers import to_a_tenth
from marketplace.figures import drawing
from marketplace.figures.programme_year import Headline, Part, ProgrammeYear
from marketplace.figures.tiles import days_in_words

BARS = 10
LISTED = 30  # of a hundred teams, in the table: the file tells of all


@dataclass(frozen=True)
class Tile:
    words: str
    now: int
    before: str


def heads(company: Organisation) -> dict:
    """What a non-profit lends at cost isn't given."""
    if company.is_non_profit:
        return {"days_head": _("Days lent"), "people_head": _("People lent")}
    return {"days_head": _("Days given"), "people_head": _("People who gave time")}


def told_in_words(told: ProgrammeYear, company: Organisation, *, is_this_year: bool) -> dict:
    """What the templates show of it."""
    year, now, same, before = told.periods.year, told.now, told.same_day, told.before

    def beside(then: object, whole: object) -> str:
        return before_words(then, whole, year - 1, is_this_year=is_this_year)

    return {
        "days_before": beside(days_in_words(same.days), days_in_words(before.days)),
        "people_before": beside(same.people, before.people),
        "tiles": [
            Tile(_("Missions"), now.missions, beside(same.missions, before.missions)),
            Tile(
                _("Structures of these missions"),
                now.structures,
                beside(same.structures, before.structures),
            ),
        ],
        "share": told.headline.share,
        "staff_words": staff_words(told),
        "budget_bar": budget_bar(told.headline),
        "groups": _groups(told),
        "before_head": _("%(year)s, same day") % {"year": year - 1} if is_this_year else year - 1,
        "columns": drawing.days_beside(told.months, told.months_before, year),
        "months": _months(told),
        **heads(company),
    }


def panel_words(told: Headline, house: Organisation) -> tuple[str, str, str]:
    """Of a first page: what it is the year of, how many days, how many people."""
    names = {"house": house, "year": told.year}
    if told.has_programme:
        title = _("%(house)s, programme of %(year)s") % names
    else:
        title = _("%(house)s in %(year)s") % names
    return title, _given_words(told, house), _people_words(told, house)


def _given_words(told: Headline, house: Organisation) -> str:
    """What was given is no part of a budget that says nothing of it: it is said beside."""
    days = days_in_words(told.days)
    if told.budget:
        budget = {"given": to_a_tenth(told.budget.given), "days": days_in_words(told.budget.days)}
        days = _("%(given)s of %(days)s") % budget
    said = _("lent: %(days)s") if house.is_non_profit else _("%(days)s given")
    said %= {"days": days}
    if not told.budget or not told.days_outside_budget:
        return said
    outside = {"given": said, "days": days_in_words(told.days_outside_budget)}
    return _("%(given)s, and outside the budget: %(days)s") % outside


def _people_words(told: Headline, house: Organisation) -> str:
    if house.is_non_profit:
        said = ngettext("%(people)s person lent", "%(people)s people lent", told.people)
    else:
        said = ngettext(
            "%(people)s person who gave time", "%(people)s people who gave time", told.people
        )
    said %= {"people": told.people}
    if told.staff is None or told.share is None:
        return said
    share = {"people": said, "staff": told.staff.people, "n": _share(told.share)}
    return _("%(people)s, of a headcount of %(staff)s (%(n)s%%)") % share


def _share(share: Decimal) -> str:
    return to_a_tenth(share)


def before_words(same: object, whole: object, year: int, *, is_this_year: bool) -> str:
    """The year before: at the same day and in all; for a year that is over, in all."""
    if not is_this_year or same == whole:
        return _("%(year)s: %(whole)s") % {"year": year, "whole": whole}
    names = {"year": year, "same": same, "whole": whole}
    return _("%(year)s: %(same)s at the same day, %(whole)s in all") % names


def budget_bar(line: Headline) -> str:
    return drawing.part_of_bar(line.budget.given, line.budget.days) if line.budget else ""


def staff_words(told: ProgrammeYear) -> str:
    """Of what the share is."""
    staff, year = told.staff, told.periods.year
    if staff is None:
        return _("The headcount isn’t said.")
    if staff.said_for != year:
        return _("headcount said of %(year)s") % {"year": staff.said_for}
    return ""


# --- by programme, team and site ------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A row of the table, in words."""

    words: str
    days: str
    people: str
    before: str

    @classmethod
    def of(cls, words: str, part: Part) -> "Line":
        return cls(
            capfirst(words), to_a_tenth(part.days), str(part.people), to_a_tenth(part.before)
        )


@dataclass(frozen=True)
class Group:
    """The longest bars, the others as one; the first lines in the table, and how many more there are. `asks_for`: a sentence
    where nothing is known to part it by, or there is nothing to part."""

    name: str
    title: str
    head: str
    bars: list[drawing.AmountBar]
    rows: list[Line]
    more: int
    asks_for: str


def _groups(told: ProgrammeYear) -> list[Group]:
    not_said = pgettext("team or site", "not said")
    kinds = (
        ("programmes", _("By programme"), _("Programme"), told.by_programme,
         _("without a programme"), _("No day counts in a programme.")),
        ("teams", _("By team"), _("Team"), told.by_team, not_said,
         _("Say the team of your people: days are then told by team.")),
        ("sites", _("By site"), _("Site"), told.by_site, not_said,
         _("Say where your people work: days are then told by site.")),
    )  # fmt: skip
    return [_group(*kind) for kind in kinds]


def _group(
    name: str, title: str, head: str, parts: list[Part], unknown: str, asks_for: str
) -> Group:
    rows = [(part.name or unknown, part) for part in parts]
    known = any(part.name for part in parts)
    lines = [Line.of(words, part) for words, part in rows[:LISTED]]
    more = len(rows) - len(lines)
    unsaid = asks_for if rows else _("No hours of this year are confirmed.")
    return Group(name, title, head, _bars(rows), lines, more, "" if known else unsaid)


def _bars(rows: list[tuple[str, Part]]) -> list[drawing.AmountBar]:
    given = [(words, part.days) for words, part in rows if part.days]
    first, others = given[:BARS], given[BARS:]
    if others:
        first.append((_("the others"), sum((days for _words, days in others), Decimal(0))))
    return drawing.days_bars(first)


def _months(told: ProgrammeYear) -> Iterable[tuple[str, Decimal, Decimal]]:
    names = [spoken(date(told.periods.year, month, 1), "F") for month in range(1, 13)]
    return list(zip(names, told.months, told.months_before, strict=True))


# --- where to begin ---------------------------------------------------------------------------
@dataclass(frozen=True)
class FirstStep:
    act: str
    why: str
    url: str
    icon: str


def first_steps(
    company: Organisation, told: ProgrammeYear, *, runs: bool, gathers: bool, has_sites: bool
) -> list[FirstStep]:
    """What an employer that begins hasn't done yet, as far as the reader may do it."""
    steps = []
    if runs and not told.has_programme:
        why = _(
            "It says how many days each person may spend on missions, and how many there are in all."
        )
        url = reverse("programme-new", args=[company.pk])
        steps.append(FirstStep(_("Write a programme"), why, url, "calendar-check"))
    if gathers and not (told.today.offering or told.today.coming):
        why = _(
            "By a list, a link, or their addresses at work: no open offer names any of them now."
        )
        url = reverse("gathering", args=[company.pk])
        steps.append(FirstStep(_("Bring people in"), why, url, "send"))
    if runs and not has_sites:
        why = _("The needs around each of them are then shown here.")
        url = reverse("sites", args=[company.pk])
        steps.append(FirstStep(_("Say where your people work"), why, url, "geo-alt"))
    return steps
