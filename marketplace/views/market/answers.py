"""A proposal answered from its letter, without signing in: yes, not now, no."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import ForbiddenMove, User
from accounts.requests import OurRequest
from marketplace import ranking
from marketplace.actions.market import answer_links, before_yes, proposals
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.proposals import DeclineForm
from marketplace.models import Consent, Proposal, Side
from marketplace.rules import own_yes
from marketplace.rules.next_acts import proposals as next_acts
from marketplace.views.links import link_cut, link_over, somebody_else
from marketplace.views.market.proposals import hides_its_word
from marketplace.views.missions.agreements import unindexed

LATER = timedelta(days=90)
ANSWERS = ("yes", "later", "no")


@login_not_required
@never_cache
def answer(request: OurRequest, token: str) -> HttpResponse:
    """The page of the answer that was chosen in the letter. Opening it changes nothing, since mail scanners open links: its
    button acts."""
    try:
        found = answer_links.from_token(token)
    except NotYet as over:
        return link_over(request, str(over))
    if found is None:
        return link_cut(request)
    proposal, reader, side = found
    if (refusal := somebody_else(request, reader)) is not None:
        return refusal
    with translation.override(reader.language):
        return unindexed(_answer(request, proposal, reader, side))


def _answer(request: OurRequest, proposal: Proposal, reader: User, side: str) -> HttpResponse:
    if request.method == "POST":
        chosen = request.POST.get("answer", "")
    else:
        chosen = request.GET.get("answer", "")
    form, refusal = _form(request, side, chosen), ""
    if request.method == "POST":
        try:
            if chosen == "yes":
                return _yes(request, proposal, reader, side)
            if chosen in ANSWERS and form.is_valid():
                return _no(request, proposal, reader, side, form)
        except (ForbiddenMove, NotYet) as sentence:
            refusal = str(sentence)
    shown = _about(proposal, reader, side) | {"chosen": chosen, "form": form, "refusal": refusal}
    return render(request, "marketplace/market/proposal_answer.html", shown)


def _form(request: OurRequest, side: str, chosen: str) -> DeclineForm:
    """“Not now” without a day is in three months; its reason is chosen already."""
    soon = timezone.localdate() + LATER
    if request.method != "POST" or chosen not in {"later", "no"}:
        cause = "later" if chosen == "later" else None
        return DeclineForm(initial={"again_from": soon, "cause": cause}, side=side)
    said = request.POST.copy()
    if chosen == "later":
        said["cause"] = "later"
        said["again_from"] = said.get("again_from", "").strip() or soon.isoformat()
    return DeclineForm(said, side=side)


def _yes(request: OurRequest, proposal: Proposal, reader: User, side: str) -> HttpResponse:
    if _asks_to_read(proposal, reader, side):
        raise NotYet(_("Sign in to say yes: what your programme still gives is read first."))
    is_me = request.reader is not None
    how = Consent.How.ACCOUNT if is_me else Consent.How.LINK
    mission = proposals.accept(proposal, side=side, by=reader, how=how)
    context = {"proposal": proposal, "mission": mission, "done": "yes"}
    return render(request, "marketplace/market/proposal_answered.html", context)


def _no(
    request: OurRequest, proposal: Proposal, reader: User, side: str, form: DeclineForm
) -> HttpResponse:
    day = form.cleaned_data["again_from"]
    proposals.decline(proposal, side=side, reason=form.reason, by=reader, again_from=day)
    context = {"proposal": proposal, "day": day, "done": "no"}
    return render(request, "marketplace/market/proposal_answered.html", context)


def _about(proposal: Proposal, reader: User, side: str) -> dict:
    is_need = side == Side.NEED
    match = ranking.why(proposal.need, proposal.offer)
    return {
        "proposal": proposal,
        "is_need_side": is_need,
        "match": match,
        "can_say_yes": is_need or own_yes.may_say_yes(reader, proposal.offer),
        "asks_to_read": _asks_to_read(proposal, reader, side),
        "own_words": next_acts.own_words(proposal, side),
        "word": "" if hides_its_word(proposal) else proposal.word,
    }


def _asks_to_read(proposal: Proposal, reader: User, side: str) -> bool:
    """Whether a company's programme has something to say before a yes: the page of the proposal tells it."""
    asked = side == Side.OFFER and own_yes.may_say_yes(reader, proposal.offer)
    return asked and bool(before_yes.quotas(proposal))
