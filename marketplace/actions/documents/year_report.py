"""The report of an employer's year as a PDF, in French: exact for its own eyes, or to be shown to anybody. It isn't a paper
of a mission: it has no number and no seal, and is made anew each time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import override

from accounts.models import Organisation
from common.dates import spoken
from marketplace.documents import facts
from marketplace.documents.parties import logos
from marketplace.documents.typeset import typeset
from marketplace.figures.organisation_year import OrganisationYear
from marketplace.figures.programme_year import Part, ProgrammeYear
from marketplace.figures.shown_year import ShownPart, ShownYear
from marketplace.figures.tiles import days_in_words
from marketplace.models import Review

TEMPLATE = "year_report.typ"
BARS, NAMED = 25, 120  # lines of a table, structures named
NOT_SAID = "Non renseigné"
NONE_OF_IT = {"programme": "Sans programme"}


@dataclass(frozen=True)
class Own:
    """What the employer reads of its own year; `sees_receipts`: whether this reader reads their sum."""

    given: OrganisationYear
    sees_receipts: bool


def report(
    company: Organisation,
    year: ProgrammeYear,
    told: Own | ShownYear,
    quotes: Iterable[Review],
    *,
    today: date,
) -> bytes:
    """The whole report; a `ShownYear` is what anybody may read."""
    with override("fr"):
        lent = "prêté" if company.is_non_profit else "donné"
        said = _own(year, told, lent) if isinstance(told, Own) else _shown(year, told, lent)
        said["lead"] = (
            "Les personnes que l’organisation a prêtées, sur le temps de travail."
            if company.is_non_profit
            else "Ce que l’organisation a donné par ses équipes, sur le temps de travail."
        )
        said["quotes"] = [{"words": one.words, "by": one.signature} for one in quotes]
        said["until"] = "" if year.periods.year < today.year else spoken(today)
        title = f"{company} en {year.periods.year}"
        data = facts.frame(title, company.name, today) | {
            "reference": f"Bilan {year.periods.year}", "logos": logos(company), "report": said,
        }  # fmt: skip
        return typeset(TEMPLATE, data)


# --- for its own eyes -------------------------------------------------------------------------
def _own(year: ProgrammeYear, own: Own, lent: str) -> dict:
    now, same, given = year.now, year.same_day, own.given
    staff = _of_staff(year)
    tiles = [
        _tile(f"Jours {lent}s", days_in_words(now.days), _of_budget(year), _before(year, days_in_words(same.days))),
        _tile(_people(lent), str(now.people), staff, _before(year, same.people)),
        _tile("Heures faites", _number(given.hours), "confirmées, ou sans contestation pendant une semaine"),
        _tile("Missions", str(now.missions), "", _before(year, same.missions)),
        _tile("Structures de ces missions", str(now.structures), "", _before(year, same.structures)),
    ]  # fmt: skip
    if own.sees_receipts:
        tiles.append(_tile("Reçus", str(given.receipts), facts.money(given.value)))
    groups = [
        _days_group("programme", year.by_programme, year),
        _days_group("site", year.by_site, year),
        _days_group("équipe", year.by_team, year),
        _hours_group("cause", given.by_cause),
        _hours_group("territoire", given.by_territory),
        _hours_group("cadre juridique", given.by_regime),
    ]
    return {
        "for-anybody": False,
        "tiles": tiles,
        "months": _months(year),
        "groups": [group for group in groups if group["rows"]],
        "structures": given.others[:NAMED],
        "others": max(len(given.others) - NAMED, 0),
        "notes": [
            "Le temps de travail seul : ce que les personnes font sur leur temps personnel n’est pas compté ici.",
            "Chiffres exacts, pour l’organisation elle-même : une version à montrer existe, qui ne dit rien de moins de cinq personnes.",
        ],
    }  # fmt: skip


def _of_staff(year: ProgrammeYear) -> str:
    """Nothing where no headcount was said."""
    share = year.headline.share
    if year.staff is None or share is None:
        return ""
    said = "" if year.staff.said_for == year.periods.year else f" de {year.staff.said_for}"
    return f"sur un effectif{said} de {year.staff.people}, soit {_number(share)} %"


def _of_budget(year: ProgrammeYear) -> str:
    """Days outside the programmes that have a budget don't count in it."""
    if not year.budget:
        return ""
    budget = f"sur {days_in_words(year.budget.days)} de budget"
    within = f"dont {_number(year.budget.given)} " if year.days_outside_budget else ""
    return within + budget


def _days_group(by: str, parts: Sequence[Part], year: ProgrammeYear) -> dict:
    """Nothing where all of it is unknown: there is then nothing to part it by."""
    known = [part for part in parts if part.name]
    if not known:
        return _group(by, [], [], [])
    rows = [
        (part.name or NONE_OF_IT.get(by, NOT_SAID), part.days, [_number(part.days), str(part.people), _number(part.before)])
        for part in parts[:BARS]
    ]  # fmt: skip
    before = f"Jours, {year.periods.first.year}" + ("" if _is_whole(year) else ", à la même date")
    return _group(by, ["Jours", "Personnes", before], rows, parts[BARS:])


def _hours_group(by: str, parts: Sequence[tuple[str, Decimal]]) -> dict:
    rows = [
        (name[:1].upper() + name[1:] or NOT_SAID, hours, [_number(hours)])
        for name, hours in parts[:BARS]
    ]
    return _group(by, ["Heures"], rows, parts[BARS:])


def _months(year: ProgrammeYear) -> dict:
    largest = max([*year.months, *year.months_before, Decimal(0)]) or Decimal(1)
    names = [spoken(date(year.periods.year, month, 1), "N") for month in range(1, 13)]
    return {
        "year": str(year.periods.year),
        "before": str(year.periods.first.year),
        "largest": _number(largest),
        "columns": [
            {
                "name": name,
                "now": float(now / largest),
                "then": float(then / largest),
                "said": [_number(now), _number(then)],
            }
            for name, now, then in zip(names, year.months, year.months_before, strict=True)
        ],
    }


# --- to be shown ------------------------------------------------------------------------------
def _shown(year: ProgrammeYear, shown: ShownYear, lent: str) -> dict:
    share = "" if shown.share is None else f"environ {_number(shown.share)} % de l’effectif"
    tiles = [
        _tile(_people(lent), _said(shown.people), share, _before(year, _said(shown.people_before))),
        _tile(f"Heures de travail {lent}es", _said(shown.hours), "arrondies" if shown.tells_hours else "", _before(year, _said(shown.hours_before))),
        _tile("Missions", str(shown.missions)),
        _tile("Structures de ces missions", str(shown.structures)),
    ]  # fmt: skip
    names = ("programme", "site", "cause", "territoire")
    groups = [_shown_group(by, some) for by, some in zip(names, shown.groups.values(), strict=True)]
    return {
        "for-anybody": True,
        "tiles": tiles,
        "months": None,
        "groups": [group for group in groups if group["rows"]],
        "structures": shown.named[:NAMED],
        "others": shown.others + len(shown.named[NAMED:]),
        "notes": [
            "Rien n’est dit de moins de cinq personnes, ni de ce qui permettrait de le calculer : les personnes sont arrondies à cinq près, et les heures pour qu’on n’y lise pas celles d’une seule personne.",
            "Parmi ces structures ne sont nommées que celles qui ont accepté de l’être avec l’organisation ; les mots cités le sont, avec le nom et la structure, par l’accord de qui les a écrits.",
        ],
    }  # fmt: skip


def _shown_group(by: str, parts: Sequence[ShownPart]) -> dict:
    if not any(part.name for part in parts):
        return _group(by, [], [], [])
    unnamed = NONE_OF_IT.get(by, NOT_SAID)
    rows = [(part.name or unnamed, part.weight, [_said(part.hours)]) for part in parts[:BARS]]
    return _group(by, ["Heures"], rows, parts[BARS:])


# --- both -------------------------------------------------------------------------------------
def _group(
    by: str,
    heads: list[str],
    rows: Sequence[tuple[str, Decimal, list[str]]],
    others: Sequence[object],
) -> dict:
    """The lines of a table, each with the length of its bar; how many are left out."""
    largest = max((amount for _name, amount, _said in rows), default=Decimal(0)) or Decimal(1)
    return {
        "title": f"Par {by}",
        "head": by[:1].upper() + by[1:],
        "heads": heads,
        "rows": [
            {"name": name, "share": float(amount / largest), "said": said}
            for name, amount, said in rows
        ],
        "others": len(others),
    }


def _people(lent: str) -> str:
    return "Personnes qui ont donné du temps" if lent == "donné" else "Personnes prêtées"


def _tile(name: str, figure: str, more: str = "", before: str = "") -> dict[str, str]:
    return {"name": name, "figure": figure, "more": more, "before": before}


def _before(year: ProgrammeYear, figure: object) -> str:
    """The year before, until the same day for a year that goes on."""
    first = year.periods.first.year
    return f"{first} : {figure}" if _is_whole(year) else f"{first}, à la même date : {figure}"


def _is_whole(year: ProgrammeYear) -> bool:
    """Whether the year before counts to its end, and not to the same day."""
    day = year.periods.same_day
    return (day.month, day.day) == (12, 31)


def _number(amount: Decimal) -> str:
    """To a tenth, without a useless zero."""
    exact = Decimal(amount).quantize(Decimal("0.1"))
    return number_format(exact if exact % 1 else int(exact), use_l10n=True, force_grouping=True)


def _said(figure: int | str) -> str:
    return figure if isinstance(figure, str) else _number(Decimal(figure))
