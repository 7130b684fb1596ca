"""The structure's questions, for whoever was proposed: answered with their yes, or after it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.answers import NAMES, AnswersForm
from marketplace.models import Proposal, Side, Time
from marketplace.rules import own_yes, permissions
from marketplace.rules.questions import asked_of

RELATED = (
    "need__organisation",
    "need__pole",
    "need__behalf",
    "offer__person",
    "offer__organisation",
)


def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The questions, with the yes where it is awaited. Who answers alone may come back until both have agreed."""
    rows = Proposal.objects.visible_to(request.user).select_related(*RELATED)
    proposal = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.answering_side(request.user, proposal) == Side.OFFER)
    permissions.require(own_yes.may_say_yes(request.user, proposal.offer))
    if not proposal.is_open or not (questions := asked_of(proposal)):
        return redirect(proposal)
    said = dict(proposal.answers.values_list("question", "words"))
    fields = zip(NAMES, questions, strict=False)
    begun = {name: said.get(question, "") for name, question in fields}
    posted = request.POST if request.method == "POST" else None
    form = AnswersForm(posted, need=proposal.need, initial=begun)
    if form.is_valid():
        return _kept(request, proposal, form)
    context = {
        "proposal": proposal,
        "need": proposal.need,
        "form": form,
        "is_own_time": proposal.offer.time == Time.OWN,
        "says_yes": permissions.can_answer(request.user, proposal),
    }
    return render(request, "marketplace/market/proposal_answers.html", context)


def _kept(request: SignedInRequest, proposal: Proposal, form: AnswersForm) -> HttpResponse:
    says_yes = "yes" in request.POST and permissions.can_answer(request.user, proposal)
    try:
        mission = proposals.answer(proposal, form.answers, says_yes=says_yes, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
        return redirect(proposal)
    if mission:
        messages.success(
            request, _("It’s a yes on both sides: you can now reach each other directly.")
        )
        return redirect(mission)
    messages.success(request, _("Thank you. The structure reads your answers beside the proposal."))
    return redirect(proposal)
