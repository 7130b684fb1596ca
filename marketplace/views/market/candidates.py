"""Who could do a need: its best offers, and asking one of them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import coming
from accounts.models import GroupTie, Organisation, User, coordinated_by
from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from marketplace import ranking
from marketplace.actions.market import ask_rules, once_more, proposals
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.forms.market.offers import ApplyForm, WordForm
from marketplace.models import ConsentKind, Need, Offer, Origin, Proposal, Time
from marketplace.models.market.consents import WORDS
from marketplace.ranking.surroundings import Around
from marketplace.rules import (
    ask_limits,
    left_to_offer,
    own_time,
    own_yes,
    permissions,
    service_levels,
)
from marketplace.rules.in_turn import standings
from marketplace.rules.prepared import rows_for
from marketplace.states import NeedStatus, ProposalStatus
from marketplace.views.gatherings import teaching
from marketplace.views.market import applying, full_ones, pair_asks, side_by_side, waiters
from marketplace.views.market.first_look import FirstLook, Sign
from marketplace.views.market.gaps import NeedSide, first_words, nearly
from marketplace.views.market.help_panel import held_for
from marketplace.views.market.needs import need_or_404, too_late
from marketplace.views.market.side_by_side import Said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FEW = 5  # below, we say what would bring more
TOP, NEAR = 20, 5


def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The best offers of a need, ranked, with reasons, then the near misses; for the structure and the
    coordinators."""
    need, user = need_or_404(request, pk, is_shown=True), request.user
    look = FirstLook.at(user, need)
    follows = permissions.follows_need(user, need)
    permissions.require(permissions.can_look_who_helps(user, need, follows=follows))
    said, in_touch = side_by_side.said_about(user, need, look)
    side = NeedSide.of(user, need, in_touch=in_touch, follows=follows, look=look)
    around = ranking.around(need, hidden=side.hidden, known=look.known, ahead=(TOP, NEAR))
    side = replace(side, around=around)
    if not side_by_side.is_refused(request):
        found = side_by_side.found_for(request, around, said)
        if side_by_side.is_wanted(request, found):
            about = _about(request, need, side, said, look)
            return side_by_side.page(request, side, found, said, about)
    return _cards(request, side, around, _about(request, need, side, said, look))


def _cards(
    request: SignedInRequest, side: NeedSide, around: Around, about: dict[str, Any]
) -> HttpResponse:
    need = side.need
    found = around.matches(TOP)
    asks = side.can_invite or side.can_propose
    offers = [match.offer for match in found if asks]
    resting = ask_limits.resting(offers, timezone.now(), reader=request.user)
    best = [
        (match, side.in_touch.between(need.pk, match.offer), resting.get(match.offer_id))
        for match in found
    ]
    near = nearly(side, around.near_misses(NEAR), few=len(best) < FEW)
    pairing = about["pairing"]
    nobody = not (best or near.cards or pairing and pairing.is_begun)
    return render(
        request,
        "marketplace/market/candidates.html",
        {
            **about,
            "best": best,
            # Whom somebody has asked already isn't among them.
            "asked": not best and need.proposals.exists(),
            "near_misses": near.cards,
            "empty": ranking.nobody_because(need, hidden=side.hidden) if nobody else (),
            "relaxations": near.changes,
            "teaching": [] if best else teaching.for_need(need, request.user, timezone.now()),
        },
    )


def _about(
    request: SignedInRequest, need: Need, side: NeedSide, said: Said, look: FirstLook
) -> dict[str, Any]:
    """What both the cards and the table say and offer."""
    user = request.user
    return {
        "full": full_ones.of(request, side),
        "switch_keeps": f"&{full_ones.FULL}={full_ones.YES}" if full_ones.is_asked(request) else "",
        "need": need,
        "pairing": pair_asks.pairing(need, side, said.values(), look),
        "origin": (origin := side.origin_in_turn),
        "in_turn": (in_turn := look.has(Sign.IN_TURN)),
        "standings": standings(user, need, origin) if in_turn else [],
        "can_write": permissions.can_ask_about(user, need, follows=side.follows),
        "can_ask_elsewhere": side.can_ask_elsewhere and look.has(Sign.OTHER_POLE),
        "can_explain": user.coordinates(need.pole),
        "can_invite": side.can_invite,
        "can_propose": side.can_propose,
        "can_ask_anybody": side.can_invite or side.can_propose,
    }


def ask(request: SignedInRequest, pk: int, offer_pk: int) -> HttpResponse:
    """Invite (the structure) or propose (a coordinator): the same page in other words."""
    need = need_or_404(request, pk)
    if there := _between(request, need).filter(offer=offer_pk).first():
        return _goes_on(request, there)
    invites = permissions.can_invite(request.user, need)
    permissions.require(invites or permissions.can_propose(request.user, need))
    offers = _that_may_be_asked(request.user, need, invites=invites)
    offer = get_object_or_404(offers.select_related("person", "organisation"), pk=offer_pk)
    origin = Origin.INVITATION if invites else Origin.COORDINATOR
    if refused := _refused(request, need, offer, origin):
        return refused
    match = ranking.why(need, offer)
    form = WordForm(
        request.POST or None,
        initial=first_words(request, match, "need"),
        may_give_contacts=not invites,
    )
    if request.method == "POST" and form.is_valid():
        act = proposals.invite if invites else proposals.propose
        return _make(request, need, act, need, offer, by=request.user, **form.cleaned_data)
    return render(
        request,
        "marketplace/market/ask.html",
        {
            "need": need,
            "offer": offer,
            "form": form,
            "invites": invites,
            "match": match,
            "came_from": _candidates_of(request.user, need),
            "promise": service_levels.promise_from_now(need, timezone.now()),
            "month": service_levels.month_of(offer, timezone.now(), reader=request.user),
            "invitations_left": ask_limits.invitations_left(need) if invites else None,
        },
    )


def _that_may_be_asked(user: User, need: Need, *, invites: bool) -> QuerySet[Offer]:
    """The offers that this reader invites or proposes: a coordinator of a pôle that was asked, those of their own people."""
    shown = Offer.objects.visible_to(user).published()
    if invites or permissions.can_ask_elsewhere(user, need):
        return shown
    return shown.filter(pole__in=coordinated_by(user))


def _candidates_of(user: User, need: Need) -> str:
    """The page where this reader sees who could help: a coordinator of a pôle that was asked has one of their own."""
    here = permissions.answers_for_need(user, need) or permissions.can_ask_elsewhere(user, need)
    return reverse("need-candidates" if here else "need-elsewhere-look", args=[need.pk])


def apply(request: SignedInRequest, pk: int) -> HttpResponse:
    """A volunteer or a company applies, with one of their published offers."""
    need = need_or_404(request, pk)
    if there := _applied_already(request, need):
        return _goes_on(request, there)
    if permissions.can_wait_for(request.user, need):  # full, perhaps since the page was opened
        return waiters.page(request, need)
    if need.status != NeedStatus.PUBLISHED:
        return too_late(request, need)
    permissions.require(permissions.can_apply(request.user, need))
    offers = left_to_offer.to_apply_with(request.user, need)
    closed = _closed_by_a_no(need, offers)
    left = offers.exclude(pk__in=[offer.pk for offer in closed])
    if closed and not left.exists():
        refused = _refused(request, need, closed[0], Origin.APPLICATION)
        assert refused is not None, "a no stands in the way of each of them"
        return refused
    if request.method != "POST":  # a no that came since the page was opened is told in a sentence
        offers = left
    begun = applying.begun(request, need, offers)
    form = ApplyForm(request.POST or None, offers=offers, need=need, initial=begun)
    if request.method == "POST" and form.is_valid():
        answer = _make(request, need, once_more.apply, need, by=request.user, **form.given)
        if held_for(request, pk) and _applied_already(request, need):
            coming.drop(request)
        return answer
    first = next(iter(offers), None)
    return render(
        request,
        "marketplace/market/apply.html",
        {
            "need": need,
            "in_own_name": not first or any(one.person_id == request.user.pk for one in offers),
            "form": form,
            "has_offers": first is not None,
            "keeps": scope_of(request.user).own,
            "own_words": _own_words(offers),
            "of_one_group": any(
                GroupTie.objects.unite(need.organisation, company) for company in _lenders(offers)
            ),
            "colleagues": [] if first else _colleagues(request.user, need),
            "promise": service_levels.promise_from_now(need, timezone.now()),
            "pace": service_levels.pace_of(need.organisation),
            "applications_left": ask_limits.applications_left(first) if first else None,
        },
    )


def _closed_by_a_no(need: Need, offers: QuerySet[Offer]) -> list[Offer]:
    """Those of them that the structure has said no to: their word would be lost."""
    declined = need.proposals.filter(status=ProposalStatus.DECLINED).values("offer")
    asked = offers.filter(pk__in=declined)
    return [one for one in asked if ask_rules.refusal_of(need, one, Origin.APPLICATION)]


def _lenders(offers: Iterable[Offer]) -> set[Organisation]:
    """The organisations on whose time these offers are."""
    return {one.organisation for one in offers if one.organisation and one.time == Time.WORK}


def _own_words(offers: Iterable[Offer]) -> "StrOrPromise":
    """The words of the consent that is kept with the application, when one of these offers is a person's own on
    working time; "" otherwise."""
    mine = any(own_yes.names_somebody(offer) for offer in offers)
    return WORDS[ConsentKind.MISSION] if mine else ""


def _colleagues(user: User, need: Need) -> list[str]:
    """The names of the colleagues whose offers are published in the need's pôle, and who alone can apply with them."""
    theirs = Offer.objects.owned_by(user).published().filter(pole=need.pole_id)
    named = theirs.exclude(person=None).select_related("person")[:5]
    return [offer.person.get_full_name() for offer in named if offer.person]


def _between(request: SignedInRequest, need: Need) -> QuerySet[Proposal]:
    """The proposals that are open or agreed for this need and that this person may see."""
    return Proposal.objects.visible_to(request.user).going_on().filter(need=need)


def _applied_already(request: SignedInRequest, need: Need) -> Proposal | None:
    """The proposal that exists already: with the offer named, or with another where both are their own time; when none is
    named, any of theirs once nothing is left to put forward."""
    user = request.user
    if named := applying.named(request):
        mine, own = rows_for(user, _own_between, need.pk), own_time.offered(user, need)
        offers = Offer.objects.to_apply_with(user).filter(pk=named)
        if own and not own_time.without_ones_own(offers, user).exists():
            return own
        if same := next((one for one in mine if one.offer_id == int(named)), None):
            return same
    return left_to_offer.comes_already(user, need)


def _own_between(user: User, need: int) -> QuerySet[Proposal]:
    """Prepared (common/prepared.py): those of `_between` with an offer of theirs."""
    seen = Proposal.objects.visible_to(user).going_on().filter(need=need)
    return seen.filter(offer__in=Offer.objects.to_apply_with(user).order_by().values("pk"))


def _make(
    request: SignedInRequest, need: Need, act: Callable[..., Proposal], *args: Any, **kwargs: Any
) -> HttpResponse:
    try:
        proposal = act(*args, **kwargs)
    except PutForwardAlready as refusal:  # a second click, or the other side a moment ago
        return _goes_on(request, refusal.proposal)
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(need)
    messages.success(request, _("Sent. You will be told of the answer, whatever it is."))
    return _to(request, proposal)


def _refused(
    request: SignedInRequest, need: Need, offer: Offer, origin: Origin
) -> HttpResponse | None:
    """The need's page with the sentence, where an earlier no stands in the way; None where these two may be asked."""
    if refusal := ask_rules.refusal_of(need, offer, origin):
        messages.error(request, refusal)
        return redirect(need)
    return None


def _goes_on(request: SignedInRequest, proposal: Proposal) -> HttpResponse:
    said = _("This offer and this need are in touch already: here is where things stand.")
    messages.info(request, said)
    return _to(request, proposal)


def _to(request: SignedInRequest, proposal: Proposal) -> HttpResponse:
    if not rows_for(request.user, _seen, proposal.pk):
        return redirect("need-elsewhere-look", pk=proposal.need_id)  # put forward for another pôle
    return redirect(proposal)


def _seen(user: User, pk: int) -> QuerySet[Proposal]:
    """Prepared: see common/prepared.py."""
    return Proposal.objects.visible_to(user).filter(pk=pk).only("pk")
