"""People who are asked about a need in an order: choosing it, and what is running."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove, User
from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.market import in_turn
from marketplace.actions.market.in_turn import Asked
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.in_turn import AT_ONCE, InTurnForm
from marketplace.models import AskedInTurn, Need, Offer, Origin, Turn
from marketplace.models.market.in_turn import MOST
from marketplace.rules import ask_limits, permissions, service_levels
from marketplace.rules.in_turn import words_of
from marketplace.states import NeedStatus
from marketplace.views.market.needs import need_or_404, too_late

OFFER = "offre"
LONGEST = 100  # offers of an address that are looked at


def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """The order of those who were ticked; without any, the list that is running, or the last."""
    need, origin = _to_ask(request, pk)
    if origin is None:
        return too_late(request, need)
    running = need.asked_in_turn.running().filter(origin=origin).first()
    offers = ticked(request.user, request.GET)
    if not offers:
        return _running(request, need, origin)
    form = InTurnForm(
        request.POST if request.method == "POST" else None,
        offers=offers,
        adds=running is not None,
        may_give_contacts=origin == Origin.COORDINATOR,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, need, form, origin, running)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
    context = {
        "need": need,
        "form": form,
        "running": running,
        "back_url": table_with(need, [offer.pk for offer in offers]),
        "too_many": len(offers) > MOST,
        "promise": service_levels.promise_from_now(need, timezone.now()),
        "invitations_left": ask_limits.invitations_left(need)
        if origin == Origin.INVITATION
        else None,
    }
    return render(request, "marketplace/market/in_turn_new.html", context)


def _to_ask(request: SignedInRequest, pk: int) -> tuple[Need, Origin | None]:
    """The need, and in whose name this reader asks; 403 for nobody's, but None for whoever answers for a need that isn't open
    any more."""
    need = need_or_404(request, pk)
    origin = permissions.origin_in_turn(request.user, need)
    if origin is None:
        require(need.status != NeedStatus.PUBLISHED)
        require(permissions.answers_for_need(request.user, need))
    return need, origin


def ticked(user: User, asked: QueryDict) -> list[Offer]:
    """The offers that the address names, in its order; those that this reader may ask."""
    numbers = [int(one) for one in asked.getlist(OFFER)[:LONGEST] if _is_number(one)]
    if not numbers:
        return []
    shown = Offer.objects.visible_to(user).published().filter(pk__in=numbers)
    found = {offer.pk: offer for offer in shown.select_related("person", "organisation")}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def table_with(need: Need, numbers: Iterable[int]) -> str:
    """The table of candidates, where these offers are ticked already."""
    return f"{reverse('need-candidates', args=[need.pk])}?{urlencode([(OFFER, one) for one in numbers])}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _done(
    request: SignedInRequest,
    need: Need,
    form: InTurnForm,
    origin: Origin,
    running: AskedInTurn | None,
) -> HttpResponse:
    here = reverse("need-in-turn", args=[need.pk])
    chosen = form.in_order()
    if running:
        if in_turn.add(running, chosen, by=request.user):
            messages.success(request, _("Put at the end of the list."))
        else:  # a second click
            messages.info(request, _("They are in the list already."))
        return redirect(here)
    word = form.cleaned_data["word"]
    if form.cleaned_data["how"] == AT_ONCE:
        done = in_turn.ask_all(need, chosen, word=word, by=request.user, origin=origin)
        return _told(request, need, done)
    asked = in_turn.begin(
        need, chosen, word=word, by=request.user, origin=origin, now=timezone.now()
    )
    first = asked.turns.exclude(proposal=None).select_related("offer__person").get()
    messages.success(
        request,
        _("First asked: %(who)s; the next is asked by itself, if need be.")
        % {"who": first.offer.discreet_name},
    )
    return redirect(here)


def _told(request: SignedInRequest, need: Need, done: Asked) -> HttpResponse:
    if n := len(done.made):
        said = ngettext("%(n)s person is asked.", "%(n)s people are asked.", n) % {"n": n}
        messages.success(request, said)
    for offer, why in done.refused:
        messages.warning(request, f"{offer.discreet_name}{_(': ')}{why}")
    return redirect("need-candidates", pk=need.pk)


def _running(request: SignedInRequest, need: Need, origin: Origin) -> HttpResponse:
    asked = need.asked_in_turn.filter(origin=origin).first()
    if asked is None or not words_of(asked, request.user, held=True):
        messages.info(request, _("Tick those whom you would like to ask: their order comes next."))
        return redirect("need-candidates", pk=need.pk)
    context = {
        "need": need,
        "asked": asked,
        "words": words_of(asked, request.user, held=True),
        "turns": _shown(asked, request.user),
        "last": asked.last_step,
    }
    return render(request, "marketplace/market/in_turn.html", context)


def _shown(asked: AskedInTurn, user: User) -> list[dict[str, Any]]:
    """Numbered as the reader sees them: what is kept from them leaves no gap."""
    turns = asked.turns.visible_to(user).select_related(
        "offer__person", "offer__organisation", "proposal__need__pole"
    )
    return [
        {
            "turn": turn,
            "place": place,
            "is_waiting": turn.is_waiting and asked.is_running,
            "until": service_levels.promise_of(turn.proposal).closes_on
            if turn.proposal and turn.proposal.is_open
            else None,
        }
        for place, turn in enumerate(turns, 1)
    ]


@require_POST
def arrange(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another order for those who wait; an empty place takes somebody out."""
    need, origin = _to_ask(request, pk)
    if origin is None:
        return too_late(request, need)
    asked = _held(need, origin)
    places, out = {}, []
    waiting = asked.turns.visible_to(request.user).waiting() if asked else Turn.objects.none()
    for turn in waiting:
        typed = request.POST.get(f"place_{turn.pk}")
        if typed is None:  # came into the list since the page was opened
            continue
        if not typed.strip():
            out.append(turn.pk)
        elif _is_number(typed.strip()):
            places[turn.pk] = int(typed)
        else:
            messages.error(request, _("A place is a whole number: 1 is the first."))
            return redirect("need-in-turn", pk=pk)
    return _act(request, need, asked, _("The list is changed."), in_turn.arrange, places, out)


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    need, origin = _to_ask(request, pk)
    if origin is None:
        return too_late(request, need)
    done = _("Stopped: nobody else is asked from this list. Who has been may still answer.")
    return _act(request, need, _held(need, origin), done, in_turn.stop, by=request.user)


@require_POST
def see(request: SignedInRequest, pk: int) -> HttpResponse:
    need, origin = _to_ask(request, pk)
    if origin is None:
        return too_late(request, need)
    asked = need.asked_in_turn.filter(origin=origin).first()
    done = _("Noted: its line has left the desk.")
    return _act(request, need, asked, done, in_turn.see, by=request.user)


def _held(need: Need, origin: Origin) -> AskedInTurn | None:
    return need.asked_in_turn.running().filter(origin=origin).first()


def _act(
    request: SignedInRequest,
    need: Need,
    asked: AskedInTurn | None,
    done: str,
    act: Callable[..., object],
    *args: Any,
    **kwargs: Any,
) -> HttpResponse:
    if asked is None:
        messages.error(request, _("Too late: nobody is asked from this list any more."))
        return redirect("need-candidates", pk=need.pk)
    try:
        act(asked, *args, **kwargs)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("need-in-turn", pk=need.pk)
