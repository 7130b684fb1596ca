"""The figures of a report as they may be told, and its lists: what is kept with the report, and with each version of it that is
sent. Missions, needs and structures are facts about organisations, and exact; of people, hours and euros no more is kept
here than may be told."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Commune, Organisation
from accounts.permissions import enters_by_own_yes
from marketplace.figures import comparison, discretion, records
from marketplace.figures.comparison import Choice, Comparison, Options
from marketplace.figures.counts import NO_REGIME, Counts, quantile
from marketplace.figures.report_events import REGIME, WHOLE, Year, Years
from marketplace.figures.tiles import HALF
from marketplace.models import Promises, Regime, Report
from marketplace.models.desk.figures import slice_of

FEW, HIDDEN = "few", "hidden"
"""In the place of a number: of fewer than five people; not told."""
MOST_STRUCTURES = 400
MOST_PLACES = 400
NO_OPTIONS = Options({}, {}, {})

type Told = int | str


def of_pole(reports: Iterable[Report], years: Years, *, now: datetime) -> dict[int, dict[str, Any]]:
    """The facts of each of these reports of one pôle, by its number, from what happened until now and from the figures that
    were made last."""
    return {report.pk: _facts(report, years, now=now) for report in reports}


def _facts(report: Report, years: Years, *, now: datetime) -> dict[str, Any]:
    this, before, scope = years[report.year], years[report.year - 1], report.scope
    compared = _compared(report)
    promised = Promises.of(report.pole).read_within
    today = timezone.localdate(now)
    return {
        "now": figures(this, scope, compared.now if compared else None),
        "before": figures(before, scope, compared.before if compared else None),
        "promised": promised,
        "read": list(compared.now.read_within(promised)) if compared else None,
        "families": Counter(
            str(years.whose.families.get(mission.need, 0)) for mission in this.agreed(scope)
        ).most_common(),
        "regimes": _regimes(this) if scope == WHOLE else [],
        **_places(this, scope),
        **_structures(this, scope),
        "stories": this.stories.get(scope, []),
        "records": _records(report),
        "until": today.isoformat() if report.year == today.year else "",
    }


def _compared(report: Report) -> Comparison | None:
    """What is counted of needs; nothing of a programme, since a need is of none."""
    if report.programme_id:
        return None
    names = {"operator": report.operator_id, "department": report.department_id}
    filters = {name: str(value) for name, value in names.items() if value}
    return comparison.read(
        Choice(report.pole, NO_OPTIONS, date(report.year, 1, 1), filters=filters)
    )


def figures(year: Year, scope: str, counts: Counts | None) -> dict[str, Told | None]:
    """The value of each figure, by its code. None: there is nothing of which to tell it."""
    hours, value = year.hours.of(scope), year.value.of(scope)
    told: dict[str, Told | None] = {
        "missions": len(year.agreed(scope)),
        "structures": len(year.structures(scope)),
        "people": _people(len(year.people(scope))),
        "hours": _amount(hours, "hours", scope in year.untold_hours),
        "value": _amount(value, "value", scope in year.untold_value),
    }
    return told if counts is None else told | _of_needs(counts)


def _of_needs(counts: Counts) -> dict[str, Told | None]:
    return {
        "needs": counts.posted,
        "published": counts.qualified,
        "found": counts.agreed,
        "newcomers": counts.newcomers,
        "answer_days": quantile(counts.answer_days, HALF),
        "agreement_days": quantile(counts.agreement_days, HALF),
        "asked": counts.asked,
        "silent": counts.silent,
    }


def _regimes(year: Year) -> list[tuple[str, Told, Told]]:
    """The hours and the value by legal frame, of the whole pôle."""
    found = []
    for code in [*Regime.values, NO_REGIME]:
        frame = slice_of(**{REGIME: code})
        hours, value = year.hours.of(frame), year.value.of(frame)
        if hours.amount or value.amount:
            told_hours = _amount(hours, "hours", frame in year.untold_hours)
            told_value = _amount(value, "value", frame in year.untold_value)
            found.append((code, told_hours, told_value))
    return found


def _people(number: int) -> Told:
    told = discretion.people(number)
    return told if isinstance(told, int) else FEW


def _amount(given: discretion.Given, what: discretion.Amount, hidden: bool) -> Told:
    told = discretion.told(given, what, hidden=hidden)
    return told if isinstance(told, int) else HIDDEN


def _places(year: Year, scope: str) -> dict[str, Any]:
    """The communes and the intercommunalities, those with most missions first."""
    counted = Counter(mission.commune for mission in year.agreed(scope))
    communes = Commune.objects.only(
        "insee", "name", "latitude", "longitude", "epci_code", "epci_name"
    ).in_bulk(list(counted))
    sectors: Counter[str] = Counter()
    for insee, number in counted.items():
        sectors[communes[insee].epci_name or communes[insee].name] += number
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], communes[pair[0]].name))
    places = [
        [found.name, found.latitude, found.longitude, number]
        for found, number in ((communes[insee], number) for insee, number in ordered)
    ]
    return {
        "places": places[:MOST_PLACES],
        "more_places": [len(places[MOST_PLACES:]), sum(place[3] for place in places[MOST_PLACES:])],
        "sectors": sorted(sectors.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_PLACES],
    }


def _structures(year: Year, scope: str) -> dict[str, Any]:
    """The first of them by their names, by their numbers; and those among them that are somebody's own name. Who may be
    named is asked as the report is read."""
    rows = Organisation.objects.filter(pk__in=year.structures(scope)).order_by("name", "pk")
    first = list(rows[:MOST_STRUCTURES])
    return {
        "structures": [one.pk for one in first],
        "own_names": [one.pk for one in first if enters_by_own_yes(one)],
    }


def _records(report: Report) -> dict[str, Any] | None:
    """What was done before the pôle came to the site; the hours of the whole pôle alone, so that no operator's are found by
    subtracting."""
    if report.scope and not report.operator_id:
        return None
    filters = {"operator": str(report.operator_id)} if report.operator_id else {}
    choice = Choice(report.pole, NO_OPTIONS, date(report.year, 1, 1), filters=filters)
    found = records.of(choice, discreet=True)
    if found is None:
        return None
    hours: Told | None = None
    if report.scope == WHOLE:
        hours = int(found.hours) if not isinstance(found.hours, str) else HIDDEN
    return {"missions": found.missions, "structures": found.structures, "hours": hours}
