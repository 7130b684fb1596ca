"""The weights of a pôle: looked at, tried, then saved; and who changed them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import (
    Pole,
    User,
    poles_of,
)
from accounts.models.seats import numbers_of_poles
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.desk import weights as matching
from marketplace.forms.desk.weights import WeightsForm
from marketplace.matching.definition import WEIGHTS
from marketplace.matching.reasons import PART_NAMES
from marketplace.models import MatchWeights, Need, Offer, WeightsChange
from marketplace.rules import permissions

EXAMPLES = 5


def pole_or_404(request: SignedInRequest, pk: int) -> Pole:
    """The pôle for one of its coordinators, otherwise 404; 403 for somebody who coordinates nothing."""
    permissions.require(bool(numbers_of_poles(request.user)))
    return get_object_or_404(poles_of(request.user), pk=pk)


def weights(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at the weights, try others (`preview`), save them (`keep`): only weights whose preview was the last one
    shown can be saved."""
    pole = pole_or_404(request, pk)
    kept = MatchWeights.objects.filter(pole=pole).first()
    table = kept.as_table() if kept else WEIGHTS
    last = WeightsChange.objects.filter(pole=pole).first()
    form = WeightsForm(request.POST or None, initial=WeightsForm.initial_of(table))
    shown = None
    if "usual" in request.POST:
        form = WeightsForm(WeightsForm.initial_of(WEIGHTS))
    if form.is_bound and form.is_valid():
        if "keep" in request.POST and _is_what_was_shown(request, form, last):
            return _keep(request, pole, form)
        shown = _preview(pole, form.table, reader=request.user)
        remembered = {"previewed": form.signature, "since": last.pk if last else 0}
        form = WeightsForm(WeightsForm.initial_of(form.table) | remembered)
    context = {
        "pole": pole,
        "form": form,
        "shown": shown,
        "same": form.is_bound and form.is_valid() and form.table == table,
        "history": _history(pole),
    }
    return render(request, "marketplace/desk/weights.html", context)


def _is_what_was_shown(
    request: SignedInRequest, form: WeightsForm, last: WeightsChange | None
) -> bool:
    """Whether these weights are those whose preview was shown last. If not, a message says why, and the page shows
    the preview again."""
    if (form.cleaned_data["since"] or 0) != (last.pk if last else 0):
        messages.error(request, _("Somebody else has changed the weights meanwhile: look again."))
        return False
    if form.cleaned_data["previewed"] != form.signature:
        messages.error(request, _("You changed a figure after the preview: here is the new one."))
        return False
    return True


def _keep(request: SignedInRequest, pole: Pole, form: WeightsForm) -> HttpResponse:
    try:
        matching.set_weights(pole, **form.table, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request, _("Kept. Pages follow these weights at once, kept lists within a minute.")
        )
    return redirect("match-weights", pk=pole.pk)


def _preview(pole: Pole, table: dict, *, reader: User) -> dict:
    """What would change, with a few needs by name."""
    hidden = set(Offer.objects.at_home_under(reader).values_list("pk", flat=True))
    found = ranking.preview(pole, table, today=timezone.localdate(), hidden=hidden)
    chosen = found.other_first[:EXAMPLES]
    needs = Need.objects.in_bulk([change.need for change in chosen])
    firsts = [number for change in chosen for number in (change.before[0], change.after[0])]
    offers = Offer.objects.select_related("person", "organisation").in_bulk(firsts)
    return {
        "needs": found.needs,
        "first": len(found.other_first),
        "five": found.other_five,
        "examples": [
            {
                "need": needs[change.need],
                "before": offers[change.before[0]],
                "after": offers[change.after[0]],
            }
            for change in chosen
        ],
    }


def _history(pole: Pole) -> list[dict]:
    """The changes, each with the weights that moved."""
    return [
        {
            "by": change.by,
            "at": change.at,
            "moved": [
                {"part": PART_NAMES[part], "side": side, "before": before, "after": after}
                for part, side, before, after in change.moved
            ],
        }
        for change in pole.weights_changes.select_related("by")[:20]
    ]
