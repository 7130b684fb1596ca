"""The figures of the pôle for its coordinators, and the files that they may hand out."""

from collections.abc import Iterable
from dataclasses import replace

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Pole, poles_of
from accounts.permissions import require
from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.actions.desk import figures as acts
from marketplace.figures import (
    drawing,
    gatherings,
    load,
    pairs,
    records,
    table,
    tiles,
    waiters,
)
from marketplace.figures.comparison import (
    BY,
    LENGTHS,
    Choice,
    Comparison,
    Options,
    broken_down,
    places,
    read,
)
from marketplace.figures.counts import PERSONS
from marketplace.models import Promises, Reckoning, Skill
from marketplace.ranking.fairness import Evenness
from marketplace.views.long_lists import EVERY

MAP = "carte"  # in the address
# Of a large pôle's places, those where most happens, unless all are asked for: in the table beside the map, and on it.
MOST_PLACES, MOST_CIRCLES = 10, 25
MOST_LOADED = 10  # of those who follow something
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pole_of(request: SignedInRequest, rows: QuerySet[Pole] | None = None) -> Pole:
    """The pôle for which this coordinator works, or of several the one asked for; 403 for anybody else. `rows` are those that
    they coordinate, with what else is read of them."""
    found = poles_of(request.user) if rows is None else rows
    poles = {str(pole.pk): pole for pole in found}
    require(bool(poles))
    return poles.get(request.GET.get("pole", "")) or next(iter(poles.values()))


def pole_chips(request: SignedInRequest, pole: Pole) -> list[dict]:
    """The other pôles of who coordinates several, to choose from; none of who coordinates one."""
    if len({number for one in request.memberships for number in one.poles}) < 2:
        return []
    return [
        {"label": str(one), "url": f"?pole={one.pk}", "active": one == pole}
        for one in poles_of(request.user)
    ]


def choice_of(request: SignedInRequest) -> Choice:
    """The figures asked for, of a pôle that is read with what it promises and with when its figures were made."""
    rows = poles_of(request.user).select_related("promises", "reckoning")
    pole = pole_of(request, rows.defer("reckoning__exchanges"))
    return Choice.asked(pole, Options.of(pole), request.GET, today=timezone.localdate())


@require_safe
def figures(request: SignedInRequest) -> HttpResponse:
    choice = choice_of(request)
    if request.GET.get(MAP) == EVERY:
        return render(request, "marketplace/desk/figures_map.html", _whole_map(choice))
    comparison = read(choice)
    reckoning: Reckoning | None = getattr(choice.pole, "reckoning", None)
    shown = _shown(comparison)
    shown |= _of_the_map(shown["map"]) | _load(reckoning, choice)
    shown |= {
        "tiles": tiles.tiles(
            comparison.now,
            comparison.before,
            promised=_promised(comparison),
            whole=not choice.filters,
        ),
        "reckoning": reckoning,
        "evenness": Evenness(**reckoning.evenness) if reckoning and reckoning.evenness else None,
        "rows": [
            {"words": table.named(row), "counts": row.counts}
            for row in broken_down(comparison, without=PERSONS)
        ],
        "lengths": LENGTHS.items(),
        "by": _by_chips(choice),
        "poles": pole_chips(request, choice.pole),
        "year": timezone.localdate().year,
    }
    return render(request, "marketplace/desk/figures.html", shown)


def _load(reckoning: Reckoning | None, choice: Choice) -> dict:
    """Those who follow most, of so many, and what nobody follows; what waits for each is a page of its own."""
    kept = reckoning.load if reckoning else None
    lines = load.told(kept, choice.options.operator) if kept else []
    followed = [line for line in lines if not line.by_nobody]
    shown = followed[:MOST_LOADED]
    return {
        "load": sorted(
            [*shown, *(line for line in lines if line.by_nobody)], key=lambda line: -line.total
        ),
        "busiest": len(shown),
        "in_charge": len(followed),
    }


def _of_the_map(drawn: drawing.Map | None) -> dict:
    """The map and the table beside it: of many places those where most happens, the others on their own page."""
    circles = drawn.circles if drawn else []
    first = _busiest(circles, MOST_PLACES)
    left_out = len(circles) if len(first) < len(circles) else 0
    if drawn:
        drawn = replace(drawn, circles=_busiest(circles, MOST_CIRCLES))
    return {"map": drawn, "map_rows": first, "more_places": left_out}


def _whole_map(choice: Choice) -> dict:
    """All places, by themselves: beside the other figures they weighed 100 kB."""
    drawn = drawing.territory(choice.options.department, places(choice))
    return {"choice": choice, "map": drawn, "map_rows": drawn.circles if drawn else []}


def _busiest(circles: list[drawing.Circle], most: int) -> list[drawing.Circle]:
    """In the order in which they stand."""
    if len(circles) <= most:
        return circles
    by_number = sorted(circles, key=lambda one: -(one.place.needs + one.place.missions))
    kept = {id(one) for one in by_number[:most]}
    return [one for one in circles if id(one) in kept]


def _shown(comparison: Comparison) -> dict:
    """What the page draws and lists of the period."""
    unmet = list(tiles.most(comparison.now.unmet, _labels(comparison.now.unmet)))
    where = list(places(comparison.choice))
    return {
        "comparison": comparison,
        "choice": comparison.choice,
        "funnel": drawing.bars(tiles.funnel(comparison.now)),
        "columns": drawing.columns(comparison.months),
        "months": [{"words": table.named(row), "counts": row.counts} for row in comparison.months],
        "regimes": tiles.regimes(comparison.now),
        "unmet": drawing.bars(unmet),
        "brought": records.of(comparison.choice),
        "held": gatherings.of(comparison.choice),
        "in_pairs": pairs.of(comparison.choice),
        "waited": waiters.of(comparison.choice),
        "map": drawing.territory(comparison.choice.options.department, where),
    }


def _promised(comparison: Comparison) -> int:
    pole = comparison.choice.pole
    return getattr(pole, "promises", Promises(pole=pole)).read_within


def _labels(codes: Iterable[str]) -> dict[str, str]:
    return {skill.code: skill.label for skill in Skill.objects.filter(code__in=codes)}


def _by_chips(choice: Choice) -> list[dict]:
    return [
        {"label": words, "url": f"?{choice.query(by=name)}#detail", "active": name == choice.by}
        for name, words in BY.items()
    ]


@require_POST
def refresh(request: SignedInRequest) -> HttpResponse:
    choice = choice_of(request)
    if acts.ask(choice.pole, now=timezone.now()):
        messages.success(request, _("The figures are being made anew: a minute or two."))
    else:
        messages.info(request, _("These figures have just been made."))
    return redirect(f"{reverse('figures')}?{choice.of_pole}")


@require_safe
def export(request: SignedInRequest, kind: str) -> HttpResponse:
    """The table of the page, as a file."""
    choice = choice_of(request)
    header, rows = table.header(), table.lines(read(choice))
    name = f"chiffres-{choice.pole.slug}-{choice.first:%Y-%m}.{kind}"
    if kind == "csv":
        return sent_file(name, "text/csv; charset=utf-8", spreadsheets.as_csv(header, rows))
    if kind == "xlsx":
        return sent_file(name, SHEETS, spreadsheets.as_xlsx(_("Figures"), header, rows))
    raise Http404


def sent_file(name: str, kind: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
