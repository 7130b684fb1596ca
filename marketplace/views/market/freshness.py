"""“Still true?”, answered from the letter without signing in, or on the page of a need."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.market import freshness
from marketplace.actions.refusals import NotYet
from marketplace.models import ConsentKind, Need, Offer
from marketplace.models.market.consents import WORDS
from marketplace.rules import permissions
from marketplace.views.links import link_cut, link_over, was_read
from marketplace.views.market.needs import need_or_404

ACTS = {"yes": freshness.confirm, "pause": freshness.pause, "close": freshness.close}


@login_not_required
def answer(request: OurRequest, token: str) -> HttpResponse:
    """The page of the question. Opening it changes nothing, since mail scanners open links: the page's buttons act."""
    try:
        found = freshness.from_token(token)
    except NotYet as over:
        return link_over(request, str(over))
    if found is None:
        return link_cut(request)
    row, reader = found
    own_yes = freshness.asks_own_yes(row, reader)
    done = refusal = ""
    if request.method == "POST" and request.POST.get("answer") in ACTS:
        done = request.POST["answer"]
        try:
            if own_yes and done == "yes" and request.POST.get("read") != _read(row):
                raise NotYet(_("Read what is said in your name, then put it online again."))
            ACTS[done](row, by=reader)
        except (ForbiddenMove, NotYet) as sentence:
            done, refusal = "", str(sentence)
        own_yes = freshness.asks_own_yes(row, reader)
    chosen = request.GET.get("answer") if request.method == "GET" else ""
    return render(
        request,
        "marketplace/market/still_true.html",
        {
            "row": row,
            "is_need": isinstance(row, Need),
            "may_close": isinstance(row, Need) and row.is_undated,
            "is_over": isinstance(row, Need) and row.is_over(timezone.localdate()),
            "paused": row.status == "PAUSED",
            "answerable": row.status in {"PAUSED", "PUBLISHED"},
            "done": done,
            "refusal": refusal,
            "chosen": chosen,
            "at_once": chosen in {"yes", "pause"}  # what is closed stays so: a click of theirs
            and not own_yes
            and was_read(reader, key__startswith=freshness.letters_about(row)),
            "read": _read(row),
            "own_words": WORDS[ConsentKind.OFFER] if own_yes else "",
            "held": row.held.select_related("skill") if isinstance(row, Offer) else (),
        },
    )


def _read(row: Need | Offer) -> str:
    """What the form says of the version that was on the screen."""
    return row.updated_at.isoformat()


@require_POST
def wake(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring a paused need back to the catalogue."""
    need = need_or_404(request, pk)
    permissions.require(permissions.answers_for_need(request.user, need))
    try:
        freshness.confirm(need, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your need is online again."))
    return redirect(need)
