"""The pages on which a need gets its carriers: to ask a structure, to answer, to take back, to leave."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import carriers
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.carriers import (
    CarrierAnswerForm,
    CarrierInviteForm,
    CarrierLeaveForm,
    CarrierLookForm,
)
from marketplace.law import regimes
from marketplace.models import Carrier, Need
from marketplace.rules import carriers as rules
from marketplace.rules import permissions, served
from marketplace.views.market.needs import need_or_404


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who carries the need, and the search for somebody else. Nobody is asked yet."""
    need = _that_names(request, pk)
    form = CarrierLookForm(request.GET if "whose" in request.GET else None, need=need)
    form.is_valid()
    context = {
        "need": need,
        "form": form,
        "found": form.found,
        "refusal": rules.why_nobody_else(need),
        "carriers": need.carriers.standing().select_related("organisation"),
    }
    return render(request, "marketplace/market/carriers.html", context)


def invite(request: SignedInRequest, pk: int, other_pk: int) -> HttpResponse:
    """Say who would be asked, and what follows from a yes; the button asks, with a word."""
    need, other = _that_names(request, pk), visible(request, other_pk)
    form = CarrierInviteForm(request.POST or None)
    refusal = rules.why_nobody_else(need) or rules.why_not_invite(need, other)
    if request.method == "POST" and form.is_valid():
        word, now = form.cleaned_data["word"], timezone.now()
        try:
            carriers.invite(need, other, word=word, by=request.user, now=now)
        except NotYet as why:
            form.add_error(None, str(why))
        else:
            said = _("%(organisation)s has been asked. You will be told of the answer.")
            messages.success(request, said % {"organisation": other})
            return redirect(need)
    elif refusal:
        messages.error(request, refusal)
        return redirect("need-carriers", pk=pk)
    context = {"need": need, "other": other, "form": form}
    return render(request, "marketplace/market/carrier_invite.html", context)


def _that_names(request: SignedInRequest, pk: int) -> Need:
    need = need_or_404(request, pk)
    permissions.require(permissions.speaks_for_need(request.user, need))
    return need


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The question as the structure that was asked reads it: with the need, and what a yes means. It answers here."""
    carrier = _carrier(request, pk)
    may_answer = permissions.answers_as_carrier(request.user, carrier)
    form = CarrierAnswerForm(request.POST or None)
    if request.method == "POST":
        permissions.require(may_answer)
        if request.POST.get("answer") not in {"yes", "no"}:
            return redirect(carrier)
        if form.is_valid():
            return _answer(request, carrier, form.cleaned_data["word"])
    context = {
        "carrier": carrier,
        "need": carrier.need,
        "wanted": carrier.need.wanted.select_related("skill"),
        "form": form,
        "can_answer": may_answer and carrier.is_invited,
        "is_asked_one": request.user.represents(carrier.organisation),
        "can_leave": may_answer and carrier.is_agreed and not rules.has_begun(carrier.need),
        "sees_need": Need.objects.visible_to(request.user).filter(pk=carrier.need_id).exists(),
        "until": rules.answers_until(carrier),
        "gives_none": served.gives(carrier.organisation) == regimes.NO,
        "objects_within": rules.OBJECTS_WITHIN,
        "last": carrier.steps.last(),
        "others": carrier.need.carriers.agreed().exclude(pk=pk).select_related("organisation"),
    }
    return render(request, "marketplace/market/carrier.html", context)


def _answer(request: SignedInRequest, carrier: Carrier, word: str) -> HttpResponse:
    try:
        if request.POST["answer"] == "yes":
            carriers.agree(carrier, word=word, by=request.user, now=timezone.now())
        else:
            carriers.decline(carrier, word=word, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Thank you. We tell %(organisation)s.")
        messages.success(request, said % {"organisation": carrier.need.organisation})
    return redirect(carrier)


def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lead no longer waits: a page that says what follows, and a button."""
    carrier = _carrier(request, pk)
    permissions.require(permissions.speaks_for_need(request.user, carrier.need))
    if request.method == "POST":
        done = _("Taken back: %(organisation)s is told.") % {"organisation": carrier.organisation}
        return _done(request, carrier, done, lambda: carriers.take_back(carrier, by=request.user))
    if not carrier.is_invited:
        messages.info(request, _("This has been answered or taken back already."))
        return redirect(carrier.need)
    named = {"organisation": carrier.organisation}
    context = {
        "title": _("Go on without the answer of %(organisation)s?") % named,
        "consequences": [
            _("%(organisation)s is told that it has nothing to answer any more.") % named,
            _("The need no longer waits for it, and may be published."),
        ],
        "act_label": _("Go on without it"),
        "back_url": carrier.need.get_absolute_url(),
    }
    return render(request, "components/confirm_page.html", context)


def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """The structure no longer carries the need: what follows, why, and a button."""
    carrier = _carrier(request, pk)
    permissions.require(permissions.answers_as_carrier(request.user, carrier))
    form = CarrierLeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, word = _("Noted: those concerned are told."), form.cleaned_data["word"]
        return _done(
            request, carrier, done, lambda: carriers.leave(carrier, word=word, by=request.user)
        )
    if not carrier.is_agreed:
        messages.info(request, _("Your structure doesn’t carry this need any more."))
        return redirect(carrier)
    context = {
        "title": _("No longer carry “%(need)s”?") % {"need": carrier.need},
        "consequences": [
            _("%(lead)s and the coordinators are told, with your words.")
            % {"lead": carrier.need.organisation},
            _("You no longer read the need’s proposals and conversations."),
            _("Its place follows: it is proposed near those that still carry it."),
        ],
        "act_label": _("No longer carry it"),
        "back_url": reverse("carrier", args=[carrier.pk]),
        "danger": True,
        "form": form,
    }
    return render(request, "components/confirm_page.html", context)


def _done(
    request: SignedInRequest, carrier: Carrier, done: str, act: Callable[[], None]
) -> HttpResponse:
    try:
        act()
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    seen = Need.objects.visible_to(request.user).filter(pk=carrier.need_id)
    return redirect(carrier.need if seen.exists() else carrier)


def _carrier(request: SignedInRequest, pk: int) -> Carrier:
    rows = Carrier.objects.visible_to(request.user).select_related(
        "organisation",
        "invited_by",
        "referent",
        "need__organisation",
        "need__commune",
        "need__pole",
    )
    return get_object_or_404(rows, pk=pk)
