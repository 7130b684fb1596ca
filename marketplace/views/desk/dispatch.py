"""The rules by which a pôle's needs go to its operators: read, tried on the last twelve months, then kept."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Pole, poles_of
from accounts.requests import SignedInRequest
from marketplace.actions.desk import dispatch as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.dispatch import DispatchRuleForm
from marketplace.models import DispatchRule
from marketplace.models.desk.dispatch import MOST_RULES
from marketplace.rules import permissions
from marketplace.rules.dispatch_reading import Labels, Rules
from marketplace.rules.dispatch_trial import Trial, never_hold, tried

STEPS = {"up": -1, "down": 1}


def _ours(request: SignedInRequest, pk: int) -> Pole:
    pole = get_object_or_404(Pole, pk=pk)
    permissions.require(request.user.coordinates(pole))
    return pole


@require_safe
def first(request: SignedInRequest) -> HttpResponse:
    """To the rules of the coordinator's pôle; of several, they choose."""
    poles = list(poles_of(request.user))
    permissions.require(bool(poles))
    if len(poles) == 1:
        return redirect("dispatch", pk=poles[0].pk)
    return render(request, "marketplace/desk/dispatch_poles.html", {"poles": poles})


@dataclass(frozen=True)
class Line:
    """A rule as the list shows it; `trouble` says why it holds no need today, "" when it may."""

    row: DispatchRule
    conditions: str
    trouble: str


@require_safe
def rules(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = _ours(request, pk)
    found = Rules.of(pole)
    return render(
        request,
        "marketplace/desk/dispatch.html",
        {
            "pole": pole,
            "poles": poles_of(request.user),
            "lines": _lines(found),
            "is_full": len(found.rows) >= MOST_RULES,
            "most": MOST_RULES,
        },
    )


def _lines(found: Rules) -> list[Line]:
    labels, silent, lines = Labels.of(found.rows), never_hold(found), []
    for place, row in enumerate(found.rows):
        trouble = ""
        if row.operator_id not in found.seated:
            words = _(
                "%(name)s coordinates here no more: this rule is passed over, the next ones decide."
            )
            trouble = words % {"name": row.operator}
        elif place in silent:
            trouble = acts.takes_all(labels, found.rows, row, silent[place])
        lines.append(Line(row, labels.conditions(row), trouble))
    return lines


def new(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = _ours(request, pk)
    found = Rules.of(pole)
    if len(found.rows) >= MOST_RULES:
        messages.error(request, _("Fifty rules at the most: remove one first."))
        return redirect("dispatch", pk=pole.pk)
    return _written(request, pole, found, None)


def edit(request: SignedInRequest, pk: int, rule: int) -> HttpResponse:
    pole = _ours(request, pk)
    found = Rules.of(pole)
    row = _row(found, rule)
    if row is None and request.method != "POST":
        return _gone(request, pole)
    return _written(request, pole, found, row, gone=row is None)


def _row(found: Rules, number: int) -> DispatchRule | None:
    return next((row for row in found.rows if row.pk == number), None)


def _gone(request: HttpRequest, pole: Pole) -> HttpResponse:
    messages.error(request, _("This rule isn’t there any more: somebody has removed it."))
    return redirect("dispatch", pk=pole.pk)


def _written(
    request: SignedInRequest,
    pole: Pole,
    found: Rules,
    row: DispatchRule | None,
    *,
    gone: bool = False,
) -> HttpResponse:
    """The form of a rule: tried first, beside the rules of today (`tried` says which), then kept as it was tried. One
    that somebody has removed meanwhile (`gone`) would be added anew."""
    form = DispatchRuleForm(request.POST or None, pole=pole, rules=found, row=row)
    context = {"pole": pole, "form": form, "row": row, "gone": gone}
    if request.method == "POST" and form.is_valid():
        seen, _dot, typed = request.POST.get("tried", "").partition(".")
        if "keep" in request.POST:
            if typed == form.signature and _keeps(request, pole, form.rows, form.changed, seen):
                return redirect("dispatch", pk=pole.pk)
            if typed != form.signature:
                messages.error(
                    request, _("You changed something after the trial: here is the new one.")
                )
        trial = tried(pole, found, found.with_rows(form.rows), changed=form.changed)
        context |= _shown(trial, found.with_rows(form.rows), form.changed)
        context["tried"] = f"{found.seal}.{form.signature}"
    return render(request, "marketplace/desk/dispatch_rule.html", context)


def _keeps(
    request: SignedInRequest,
    pole: Pole,
    rows: list[DispatchRule],
    changed: DispatchRule | None,
    seen: str,
) -> bool:
    try:
        acts.keep(pole, rows, seen=seen, changed=changed, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Kept. Needs follow these rules from now on."))
    return True


def rearrange(request: SignedInRequest, pk: int, rule: int, act: str) -> HttpResponse:
    """Move a rule up or down, or remove it: what would change first, then the same, kept."""
    pole = _ours(request, pk)
    found = Rules.of(pole)
    row = _row(found, rule)
    if row is None:
        return _gone(request, pole)
    rows = _rearranged(list(found.rows), row, act)
    changed = None if act == "remove" else row
    if request.method == "POST":
        seen = request.POST.get("tried", "")
        if _keeps(request, pole, rows, changed, seen):
            return redirect("dispatch", pk=pole.pk)
        return redirect(request.path)
    then = found.with_rows(rows)
    context = {"pole": pole, "row": row, "act": act, "refused": acts.why_not(found, then)}
    context |= _shown(tried(pole, found, then, changed=row), then, row)
    context |= {"tried": found.seal, "same": rows == list(found.rows)}
    return render(request, "marketplace/desk/dispatch_rearrange.html", context)


def _rearranged(rows: list[DispatchRule], row: DispatchRule, act: str) -> list[DispatchRule]:
    place = rows.index(row)
    rows.remove(row)
    if act in STEPS:
        rows.insert(max(0, place + STEPS[act]), row)
    return rows


def _shown(trial: Trial, then: Rules, changed: DispatchRule) -> dict:
    """What the page says of a trial."""
    labels = Labels.of([one.row for one in trial.overlaps] + [changed])
    overlaps = [
        {
            "words": labels.words(one.row),
            "both": one.both,
            "first": one.first,
            "place": list(then.rows).index(one.row) + 1 if one.row in then.rows else 0,
        }
        for one in trial.overlaps
    ]
    return {
        "rule": labels.words(changed),
        "trial": trial,
        "overlaps": [one for one in overlaps if one["both"]],
        "might": [one for one in overlaps if not one["both"]],
    }
