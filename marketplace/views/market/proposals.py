"""The pages of a proposal: to read it, talk about it, answer it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove, User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.actions.market import before_yes, proposals
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.offers import LateYesForm
from marketplace.forms.market.proposals import DeclineForm, EarlyReasonForm
from marketplace.models import Answer, Need, Offer, Origin, Proposal, ProposalStep, Side
from marketplace.rules import carriers, own_yes, permissions, service_levels, waiters
from marketplace.rules.next_acts import proposals as next_acts
from marketplace.rules.next_acts.proposals import Facts, Quotas
from marketplace.rules.prepared import rows_for
from marketplace.rules.questions import asked_of
from marketplace.states import ProposalStatus
from marketplace.views.missions import pairs
from marketplace.views.missions.missions import led_from
from marketplace.views.talk.conversation_page import conversation
from marketplace.views.timeline import events


def _proposal_or_404(request: SignedInRequest, pk: int) -> Proposal:
    for proposal in rows_for(request.user, _seen, pk):
        return proposal
    raise Http404


def _seen(user: User, pk: int) -> QuerySet[Proposal]:
    """Prepared (common/prepared.py): each page of a proposal asks it."""
    return (
        Proposal.objects.visible_to(user)
        .filter(pk=pk)
        .select_related(
            "need__organisation__commune",
            "need__commune__department",
            "need__cause",
            "need__pole",
            "need__coordinator",
            "need__behalf",
            "offer__organisation",
            "offer__person",
            "offer__commune",
            "created_by",
            "thread",
        )
    )


@led_from("proposal")
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = next(iter(rows_for(request.user, _seen, pk)), None)
    if proposal is None:  # put forward for a need of another pôle: its state, not its conversation
        ours = Proposal.objects.put_forward_elsewhere_by(request.user)
        return redirect("need-elsewhere-look", get_object_or_404(ours, pk=pk).need_id)
    if proposal.is_agreed and request.method == "GET" and (mission := proposal.mission):
        return redirect(mission)
    if proposal.was_left_unanswered and (since := proposal.went_on_as):
        return redirect(since)
    side = permissions.answering_side(request.user, proposal)
    talk = conversation(request, proposal.thread)  # it says whether others carry the need
    return render(
        request,
        "marketplace/market/proposal.html",
        {
            "proposal": proposal,
            "need": proposal.need,
            "offer": proposal.offer,
            "match": ranking.why(proposal.need, proposal.offer),
            "aside": not permissions.is_theirs(request.user, proposal.offer),
            "reads_offer": proposal.is_open
            or Offer.objects.visible_to(request.user).filter(pk=proposal.offer_id).exists(),
            "next_act": next_acts.card(
                request.user, proposal, _facts(request.user, proposal, side)
            ),
            "may_add_answers": side == Side.OFFER
            and proposal.is_open
            and bool(asked_of(proposal))
            and own_yes.may_say_yes(request.user, proposal.offer),
            "offer_took_back_at": own_yes.taken_back_at(proposal),
            "can_object": _can_object(request.user, proposal),
            "can_withdraw": permissions.can_withdraw(request.user, proposal),
            "may_wait_at": _may_wait_at(request.user, proposal, side),
            **_told(proposal),
            **pairs.told_before(request.user, proposal),
            **talk,
        },
    )


def _may_wait_at(user: User, proposal: Proposal, side: str | None) -> str:
    """The page where a place may be waited for, of what was full when this was closed; "" where there is none."""
    if side is None or proposal.status != ProposalStatus.CLOSED:
        return ""
    if side == Side.OFFER:
        full: Need | Offer = proposal.need
        may_wait = permissions.can_wait_for(user, proposal.need)
    else:
        full = proposal.offer
        may_wait = waiters.is_full(full, timezone.now())
    return f"{full.get_absolute_url()}#attendre" if may_wait else ""


def _can_object(user: User, proposal: Proposal) -> bool:
    carrier = permissions.objects_for(user, proposal) if proposal.is_open else None
    return carrier is not None and not carriers.why_not_object(proposal, carrier, timezone.now())


def _facts(user: User, proposal: Proposal, side: str | None) -> Facts:
    late, because = _late_yes(user, proposal, side)
    return Facts(_quotas(user, proposal, side), _last_word(proposal), late, because)


def _quotas(user: User, proposal: Proposal, side: str | None) -> Quotas:
    """What the company's programmes still give, for whoever may say yes for its side; empty for others."""
    asked = side == Side.OFFER and proposal.is_open and permissions.can_answer(user, proposal)
    return (
        before_yes.quotas(proposal) if asked and own_yes.may_say_yes(user, proposal.offer) else []
    )


def _late_yes(user: User, proposal: Proposal, side: str | None) -> tuple[bool, str]:
    """Whether this person may say yes after the proposal was closed, and if not, the sentence that says why."""
    if side is None or not permissions.can_say_yes_late(user, proposal):
        return False, ""
    refusal = proposals.late_yes_refusal(proposal, side=side, by=user)
    return not refusal, refusal


def hides_its_word(proposal: Proposal) -> bool:
    """Whether nobody reads the word here: in a take-over it was what the company wrote to the colleague. A late yes to one
    has a word of its own."""
    return proposal.origin == Origin.TRANSFER and proposal.takes_up_id is None


def _told(proposal: Proposal) -> dict:
    """The words and the steps since the first asking, however often the proposal was closed and taken up."""
    asked = proposal.with_those_taken_up
    steps = list(ProposalStep.objects.filter(proposal__in=asked).select_related("by"))
    by = {step.proposal_id: step.by for step in steps if not step.before}
    words = [
        {"word": one.word, "by": by.get(one.pk), "at": one.created_at}
        for one in reversed(asked)
        if one.word and not hides_its_word(one)
    ]
    return {
        "words": words,
        "answers": Answer.objects.filter(proposal__in=asked),
        "are_signed": len(words) > 1,
        "events": events(steps, discreet=True),
    }


def _last_word(proposal: Proposal) -> str:
    """Why the proposal is over, in the words of whoever ended it."""
    if proposal.is_open or proposal.is_agreed:
        return ""
    last = proposal.steps.last()
    return last.said if last else ""


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = _proposal_or_404(request, pk)
    side = permissions.side_to_answer(request.user, proposal)
    if permissions.can_say_yes_late(request.user, proposal):  # closed since the page was opened
        return redirect("proposal-late-yes", pk=pk)
    try:
        mission = proposals.accept(proposal, side=side, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)
    if mission is None:
        messages.success(
            request, _("Thank you. We are telling the other side: their answer is awaited.")
        )
        return redirect(proposal)
    messages.success(request, _("It’s a yes on both sides: you can now reach each other directly."))
    return redirect(mission)


def say_yes_late(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say yes after the proposal was closed: what will happen, optional words, and the button."""
    proposal = _proposal_or_404(request, pk)
    side = permissions.side_to_answer(request.user, proposal)
    if not proposal.was_left_unanswered:
        return _too_late(request, proposal)
    permissions.require(permissions.can_say_yes_late(request.user, proposal))
    if since := proposal.went_on_as:
        return _goes_on(request, since, side)
    form = LateYesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        word = form.cleaned_data["word"]
        try:
            since = proposals.say_yes_late(proposal, side=side, word=word, by=request.user)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            return _goes_on(request, since, side)
    because = proposals.late_yes_refusal(proposal, side=side, by=request.user)
    if because and not form.is_bound:
        messages.error(request, because)
        return redirect(proposal)
    return render(
        request,
        "marketplace/market/proposal_late_yes.html",
        {
            "proposal": proposal,
            "form": form,
            "is_need_side": side == Side.NEED,
            "promise": service_levels.promise_from_now(proposal.need, timezone.now()),
            "own_words": next_acts.own_words(proposal, side),
        },
    )


def _goes_on(request: SignedInRequest, since: Proposal, side: str) -> HttpResponse:
    """The answer when the proposal goes on already: this side said yes a moment ago, or the other side was quicker
    and waits."""
    if since.is_open and since.has_yes_of(side):
        messages.success(
            request, _("Thank you. We are asking the other side whether it still holds.")
        )
    elif since.is_open:
        messages.info(request, _("This goes on already: only your answer is missing."))
    return redirect(since)


def _too_late(request: SignedInRequest, proposal: Proposal) -> HttpResponse:
    """The answer when the proposal is over already, so that nobody writes a reason in vain."""
    now = {"state": proposal.get_status_display()}
    messages.error(request, _("Too late: this proposal is now “%(state)s”.") % now)
    return redirect(proposal)


def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = _proposal_or_404(request, pk)
    side = permissions.side_to_answer(request.user, proposal)
    if not proposal.is_open:
        return _too_late(request, proposal)
    form = DeclineForm(request.POST or None, side=side)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.decline(
                proposal,
                side=side,
                reason=form.reason,
                by=request.user,
                again_from=form.cleaned_data["again_from"],
            )
        except ForbiddenMove as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("Thank you for having answered. We are telling the other side.")
            )
        return redirect(proposal)
    return render(
        request, "marketplace/market/proposal_decline.html", {"proposal": proposal, "form": form}
    )


def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = _proposal_or_404(request, pk)
    permissions.require(permissions.can_write_in(request.user, proposal))
    if request.method == "GET" and not proposal.is_open:
        return _too_late(request, proposal)
    if proposal.is_open and not permissions.can_withdraw(request.user, proposal):
        return redirect("proposal-decline", pk)  # one takes back only the yes that one has given
    form = EarlyReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.withdraw(proposal, reason=form.cleaned_data["reason"], by=request.user)
        except ForbiddenMove as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Withdrawn. Those concerned are being told."))
        return redirect(proposal)
    return render(
        request, "marketplace/market/proposal_withdraw.html", {"proposal": proposal, "form": form}
    )
