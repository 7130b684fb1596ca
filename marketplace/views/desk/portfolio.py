"""The pages of the plan of a pôle: accepted wholly or in part, and how evenly people are asked."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import User, poles_of
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.desk import portfolio
from marketplace.forms.market.offers import WordForm
from marketplace.models import Block, Need, Offer
from marketplace.models.desk.left_to_others import is_on_no_side
from marketplace.ranking.beyond_plan import Change
from marketplace.ranking.fairness import Compromise
from marketplace.ranking.plan import Plan
from marketplace.rules import permissions
from marketplace.views.desk.weights import pole_or_404
from marketplace.views.market.gaps import filled_in

WIDTH, HEIGHT, MARGIN = 480, 240, 48
CHANGES = {
    "place": gettext_lazy("On site or remotely, as suits"),
    "whose": gettext_lazy("On their own time or on working time, as suits"),
    "dates": gettext_lazy("Other dates"),
    "welcome": gettext_lazy("One skill that is welcome rather than required, or at a lower level"),
}
MOST_AT_ONCE = 50  # lines of the page: it is read, and sent, a screen or two at a time


def first(request: SignedInRequest) -> HttpResponse:
    """To the plan of the coordinator's pôle; of several, the first."""
    pole = poles_of(request.user).first()
    if pole is None:
        raise PermissionDenied
    return redirect("portfolio", pk=pole.pk)


def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = pole_or_404(request, pk)
    today = timezone.localdate()
    hidden = _hidden(request.user)
    leaves = partial(permissions.left_among, request.user)
    found = ranking.plan_for(pole, today=today, hidden=hidden, left=leaves)
    left = leaves(pair.need for pair in found.pairs)
    pairs = [(pair.need, pair.offer) for pair in found.pairs if pair.need not in left]
    rows = _rows(pairs[:MOST_AT_ONCE])
    shown = {(row["need"].pk, row["offer"].pk) for row in rows}
    strengths = ranking.strengths(one for one in found.pairs if (one.need, one.offer) in shown)
    for row in rows:
        row["strength"] = strengths[row["need"].pk, row["offer"].pk]
    return render(
        request,
        "marketplace/desk/portfolio.html",
        {
            "pole": pole,
            "poles": list(poles_of(request.user)),
            "rows": rows,
            "later": max(0, len(pairs) - MOST_AT_ONCE),
            "plan": found,
            "why_empty": "" if rows else _why_empty(found),
        },
    )


def _hidden(user: User) -> set[int]:
    """The offers of which this coordinator learns nothing."""
    if is_on_no_side(user):
        return set()
    return set(Offer.objects.at_home_under(user).values_list("pk", flat=True))


def _why_empty(found: Plan) -> str:
    """Why the reader has no line to send, as a sentence that is true of this plan."""
    if not found.needs:
        return _("No need is open in this pôle: the plan is made as soon as one is published.")
    if found.pairs:
        return _("What the plan proposes today is for needs that you leave to your colleagues.")
    if not found.leaves_some:
        return _(
            "Every open need waits for an answer already: the plan is made again with each answer."
        )
    return _(
        "No open need has somebody free who meets every condition. The needs one by one say what a single change would bring."
    )


@require_safe
def better(request: SignedInRequest, pk: int) -> HttpResponse:
    """What would serve more needs than the plan does: which change, and whom to look for, each with its ways on."""
    pole = pole_or_404(request, pk)
    hidden = _hidden(request.user)
    leaves = partial(permissions.left_among, request.user)
    found = ranking.beyond(pole, today=timezone.localdate(), hidden=hidden, others=leaves)
    needs = {need.pk: need for change in found.changes for need, _one in change.needs}
    may_edit = permissions.that_may_be_edited(request.user, needs.values())
    context = {
        "pole": pole,
        "beyond": found,
        "changes": [_change_of(change, may_edit) for change in found.changes],
    }
    return render(request, "marketplace/desk/plan_better.html", context)


def _change_of(change: Change, may_edit: set[int]) -> dict:
    """A sort of change with, for each need, what it says and the form that it fills in, if the reader may."""
    lines = [
        {
            "need": need,
            "said": one.words,
            "url": filled_in(need, one.values) if need.pk in may_edit else "",
        }
        for need, one in change.needs
    ]
    return {"title": CHANGES[change.kind], "serves": change.serves, "lines": lines}


def fairness(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = pole_or_404(request, pk)
    offers = ranking.open_offers(pole)
    points = ranking.compromises(pole, today=timezone.localdate(), offers=offers)
    points.sort(key=lambda point: point.is_ours)  # ours is drawn over the others
    return render(
        request,
        "marketplace/desk/fairness.html",
        {
            "pole": pole,
            "evenness": ranking.evenness(pole, offers),
            "points": [drawn(point, points) for point in points],
            "is_one_dot": len({point.made for point in points}) == 1,
            "line": [drawn(p, points) for p in sorted(points, key=lambda p: p.made.unevenness)],
            "table": sorted(points, key=lambda point: point.cost),
            "width": WIDTH,
            "height": HEIGHT,
            "ground": HEIGHT - MARGIN,
            "margin": MARGIN,
        },
    )


@dataclass(frozen=True)
class Drawn:
    """A compromise with its place in the drawing."""

    of: object
    x: int
    y: int
    label_y: int


def drawn(point: Compromise, points: list[Compromise]) -> Drawn:
    """The compromise in the drawing: unevenness goes right, quality goes up, and each axis runs from its least to
    its most value."""
    x = _along([p.made.unevenness for p in points], point.made.unevenness, MARGIN, WIDTH - MARGIN)
    y = _along([p.made.mean for p in points], point.made.mean, HEIGHT - MARGIN - 12, MARGIN)
    return Drawn(point, x, y, y - 10)


def _along(values: list[int], value: int, start: int, end: int) -> int:
    low, high = min(values), max(values)
    return (
        start + (end - start) * (value - low) // (high - low) if high > low else (start + end) // 2
    )


def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the proposals that are about to be made of the lines ticked, then make them. Opened by itself, it goes
    back to the plan."""
    pole = pole_or_404(request, pk)
    if request.method != "POST":
        return redirect("portfolio", pk=pole.pk)
    pairs = _pairs(request.POST.getlist("pair"))
    if not pairs:
        messages.error(request, _("Tick at least one line of the plan."))
        return redirect("portfolio", pk=pole.pk)
    form = WordForm(request.POST if "send" in request.POST else None, may_give_contacts=True)
    if "send" in request.POST and form.is_valid():
        outcome = portfolio.accept(pole, pairs, by=request.user, **form.cleaned_data)
        _tell(request, outcome)
        return redirect("portfolio", pk=pole.pk)
    rows = _rows(portfolio.ours(pole, pairs, by=request.user))
    return render(
        request,
        "marketplace/desk/portfolio_confirm.html",
        {"pole": pole, "rows": rows, "form": form},
    )


def _tell(request: SignedInRequest, outcome: portfolio.Outcome) -> None:
    made = len(outcome.made)
    if made:
        said = ngettext(
            "%(n)s proposal sent to both sides.", "%(n)s proposals sent to both sides.", made
        )
        messages.success(request, said % {"n": made})
    for need, offer, why in outcome.refused:
        messages.warning(
            request,
            _("%(who)s for “%(need)s”: %(why)s")
            % {"who": offer.discreet_name, "need": need, "why": why},
        )


def _pairs(values: list[str]) -> list[tuple[int, int]]:
    """The pairs of numbers in the values `need-offer` of the ticked lines; other values are left out."""
    split = (value.split("-") for value in values[:MOST_AT_ONCE])
    return [
        (int(parts[0]), int(parts[1]))
        for parts in split
        if len(parts) == 2
        and all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts)
    ]


def _rows(pairs: list[tuple[int, int]]) -> list[dict]:
    needs = Need.objects.with_what_cards_show().in_bulk([need for need, _other in pairs])
    offers = Offer.objects.select_related("person", "organisation", "commune__department").in_bulk(
        [offer for _need, offer in pairs]
    )
    return [
        {"key": f"{need}-{offer}", "need": needs[need], "offer": offers[offer]}
        for need, offer in pairs
        if need in needs and offer in offers
    ]


def blocks(request: SignedInRequest, pk: int) -> HttpResponse:
    """The blocks in the pôle, lifted ones too, for its coordinators."""
    pole = pole_or_404(request, pk)
    found = Block.objects.visible_to(request.user).select_related(
        "by", "for_organisation", "person", "organisation"
    )
    return render(
        request, "marketplace/desk/blocks_of_pole.html", {"pole": pole, "blocks": found[:200]}
    )
