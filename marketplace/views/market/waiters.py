"""Waiting lists: taking a place on one, one's own place, and the answer to what is kept for one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import coming
from accounts.models import ForbiddenMove, User
from accounts.requests import SignedInRequest
from marketplace.actions.market import needs
from marketplace.actions.market import waiters as acts
from marketplace.actions.refusals import HelpOfferedAlready, NotYet, PutForwardAlready
from marketplace.forms.market.answers import NAMES
from marketplace.forms.market.offers import ApplyForm
from marketplace.forms.market.waiters import PlacesForm, YesForm
from marketplace.models import Need, Proposal, Side, Waiter
from marketplace.models.missions import places
from marketplace.rules import left_to_offer, permissions, service_levels
from marketplace.rules import waiters as rules
from marketplace.states import NeedStatus
from marketplace.views.market import applying
from marketplace.views.market.help_panel import held_for
from marketplace.views.market.needs import need_or_404, too_late
from marketplace.views.market.offers import offer_or_404

RELATED = ("need__organisation", "need__pole", "offer__person", "offer__organisation", "proposal")


def wait(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put one's name down for a need that is full, with one of one's offers."""
    need = need_or_404(request, pk)
    if mine := rules.mine_of(request.user, need):
        return redirect(mine)
    if need.is_published:  # a place has become free since
        return redirect("need-apply", pk)
    if there := left_to_offer.comes_already(request.user, need):
        messages.info(request, _who_comes_reads(there))
        return redirect(there)
    if not rules.is_full(need, timezone.now()):
        return too_late(request, need)
    permissions.require(permissions.can_wait_for(request.user, need))
    return page(request, need)


def _who_comes_reads(there: Proposal) -> str:
    if there.is_agreed:
        return _("You have one of the places already: here is where things stand.")
    return str(HelpOfferedAlready(there))


def page(request: SignedInRequest, need: Need) -> HttpResponse:
    """The form, also for whoever was about to apply as the last place went: what they typed is in it."""
    offers = left_to_offer.to_apply_with(request.user, need)
    posted = request.POST if request.method == "POST" else None
    begun = applying.begun(request, need, offers)
    form = ApplyForm(posted, offers=offers, need=need, initial=begun)
    if posted is not None and "wait" in posted and form.is_valid():
        return _put_down(request, need, form)
    context = {
        "need": need,
        "form": form,
        "has_offers": offers.exists(),
        "next_turn": rules.next_turn(need),
        "was_applying": posted is not None and "wait" not in posted,
    }
    return render(request, "marketplace/market/need_wait.html", context)


def _put_down(request: SignedInRequest, need: Need, form: ApplyForm) -> HttpResponse:
    said = form.given
    try:
        waiter = acts.put_down(
            need,
            said["offer"],
            Side.OFFER,
            word=said["word"],
            answers=said["answers"],
            by=request.user,
            now=timezone.now(),
        )
    except PutForwardAlready as there:
        return redirect(there.proposal)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(need)
    if held_for(request, need.pk):
        coming.drop(request)
    messages.success(request, where_one_stands(waiter))
    return redirect(waiter)


def where_one_stands(waiter: Waiter) -> str:
    if not waiter.waits:
        return _("A place is kept for you already: say whether you take it.")
    return _("You are number %(n)s on the waiting list. A letter tells you of a place.") % {
        "n": rules.turn_of(waiter)
    }


@require_POST
def wait_for_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a need of one's structure down for an offer that has no place left."""
    offer = offer_or_404(request, pk)
    named = request.POST.get("need", "")
    found = [
        one for one in permissions.needs_that_may_wait(request.user, offer) if str(one.pk) == named
    ]
    if not found:
        messages.error(request, _("Choose for which of your needs: it has to be open."))
        return redirect(offer)
    try:
        waiter = acts.put_down(found[0], offer, Side.NEED, by=request.user, now=timezone.now())
    except PutForwardAlready as there:
        return redirect(there.proposal)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(offer)
    messages.success(request, where_one_stands(waiter))
    return redirect(waiter)


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where one stands; once a place is kept, the yes and the no."""
    waiter = _own(request, pk)
    form = _yes_form(request, waiter)
    if request.method == "POST" and (answered := _answered(request, waiter, form)):
        return answered
    if waiter.has_said_yes and waiter.proposal:
        return redirect(waiter.proposal)
    now = timezone.now()
    last = waiter.steps.last()
    context = {
        "waiter": waiter,
        "need": waiter.need,
        "offer": waiter.offer,
        "what": waiter.full,
        "waits_for_offer": not waiter.is_for_need,
        "is_given_once": not _may_come_free(waiter),
        "form": form if waiter.may_take_it(now) else None,
        "is_kept": waiter.may_take_it(now),
        "is_late": waiter.is_offered and not waiter.may_take_it(now),
        "turn": rules.turn_of(waiter) if waiter.waits else 0,
        "why": last.said if last and last.reason else "",
        "may_wait_again": not waiter.stands and _may_wait_again(request.user, waiter, now),
        "promise": service_levels.promise_from_now(waiter.need, now),
    }
    return render(request, "marketplace/market/waiter.html", context)


def _may_come_free(waiter: Waiter) -> bool:
    if waiter.is_for_need:
        return places.may_come_free_in(waiter.need)
    return places.may_come_free(waiter.offer)


def _may_wait_again(user: User, waiter: Waiter, now: datetime) -> bool:
    if waiter.is_for_need:
        return permissions.can_wait_for(user, waiter.need)
    is_open = waiter.need.status in (NeedStatus.PUBLISHED, NeedStatus.PAUSED)
    return is_open and rules.is_full(waiter.offer, now)


def _own(request: SignedInRequest, pk: int) -> Waiter:
    rows = Waiter.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(rows, pk=pk)


def _yes_form(request: SignedInRequest, waiter: Waiter) -> YesForm:
    """With what they said when they put their name down; an answer to a question that is asked no more is left out."""
    said = dict(waiter.answers)
    questions = waiter.need.question_list if waiter.is_for_need else []
    begun: dict[str, Any] = {"word": waiter.word}
    begun |= {name: said.get(one, "") for name, one in zip(NAMES, questions, strict=False)}
    posted = request.POST if request.method == "POST" and "yes" in request.POST else None
    return YesForm(posted, waiter=waiter, initial=begun)


def _answered(request: SignedInRequest, waiter: Waiter, form: YesForm) -> HttpResponse | None:
    """What came of their yes or no; None where the page is shown again, with what is wrong in it."""
    now = timezone.now()
    try:
        if "no" in request.POST:
            acts.say_no(waiter, by=request.user, now=now)
            messages.success(request, _("Noted: you wait no longer."))
            return redirect(waiter)
        if form.is_bound and form.is_valid():
            proposal = acts.say_yes(waiter, by=request.user, now=now, **form.given)
            messages.success(request, _("Sent. You will be told of the answer, whatever it is."))
            return redirect(proposal)
    except (NotYet, ForbiddenMove) as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
    return None


def want_more(request: SignedInRequest, pk: int) -> HttpResponse:
    """More people than a full need asked for."""
    need = need_or_404(request, pk)
    permissions.require(permissions.answers_for_need(request.user, need))
    if not rules.is_filled(need, timezone.now()):
        return too_late(request, need)
    if need.in_pair:
        messages.info(request, _("A pair is of two people: write another need for more."))
        return redirect(need)
    form = PlacesForm(request.POST or None, need=need)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["places"]
        try:
            needs.want_more(need, wanted, by=request.user, now=timezone.now())
        except (NotYet, ForbiddenMove) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Noted. Those who wait are asked first."))
        return redirect(need)
    context = {"need": need, "form": form, "standing": rules.of(need).standing().count()}
    return render(request, "marketplace/market/need_places.html", context)
