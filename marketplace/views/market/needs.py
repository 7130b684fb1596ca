"""The pages of needs: one's own needs, and one need."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import OurRequest, SignedInRequest
from accounts.scope import scope_of
from common import prepared
from common.already_read import may_have
from marketplace import ranking
from marketplace.forms.market.helping import HelpForm
from marketplace.models import Attendance, Behalf, Need, Offer, Proposal
from marketplace.models.market.bosses import filled_under
from marketplace.models.market.carried import carried_by
from marketplace.models.market.choices import Welcome
from marketplace.models.market.need_parts import with_parts
from marketplace.models.market.need_skills import read_wanted
from marketplace.models.market.needs import NeedQuerySet
from marketplace.models.missions import places
from marketplace.rules import permissions
from marketplace.rules.in_turn import standings
from marketplace.rules.next_acts import needs as next_acts
from marketplace.rules.next_acts.cards import Card
from marketplace.rules.prepared import rows_for
from marketplace.states import NEED_MOVES, NeedStatus, ProposalStatus
from marketplace.views.by_state import ByState
from marketplace.views.gatherings import teaching
from marketplace.views.market import carrier_panel, sharing, waiting_panel
from marketplace.views.market.gaps import OfferSide
from marketplace.views.market.help_panel import form_for
from marketplace.views.timeline import events

# In the structure's hands again, with a word of the coordinators.
GIVEN_BACK = {NeedStatus.DRAFT, NeedStatus.REFUSED, NeedStatus.REDIRECTED}


def mine(request: SignedInRequest) -> HttpResponse:
    """The needs that one's structures lead or carry with others, with how many people are being discussed."""
    led = Need.objects.spoken_for_by(request.user).order_by().values("pk")
    # Two short lists: with "or" between them, all needs would be read.
    ours = Need.objects.filter(pk__in=led.union(carried_by(request.user)))
    seen = ByState.of(request, ours, NeedStatus)
    rows = seen.rows.with_what_cards_show().with_counts().order_by("-updated_at", "-pk")
    return render(request, "marketplace/market/my_needs.html", seen.context(request, rows))


def need_or_404(request: OurRequest, pk: int, *, is_shown: bool = False) -> Need:
    """`is_shown`: where it is mostly one that anybody may read. Those are looked for first: who may read another takes the
    database longer to plan than all the rest of the page."""
    for need in prepared.rows(_anybodys, pk) if is_shown else ():
        return need
    found = rows_for(request.reader, _seen, pk) if request.reader else _seen(request.user, pk)
    for need in found:
        return need
    raise Http404


def _seen(user: User | AnonymousUser, pk: int) -> QuerySet[Need]:
    """Prepared (common/prepared.py): each page of a need asks it."""
    return _with_all(Need.objects.visible_to(user).filter(pk=pk))


def _anybodys(pk: int) -> QuerySet[Need]:
    return _with_all(Need.objects.anybodys().filter(pk=pk))


def _with_all(needs: NeedQuerySet) -> QuerySet[Need]:
    shown = needs.with_what_cards_show()
    return with_parts(shown.select_related("coordinator", "behalf__by", "organisation__pole"))


def too_late(request: SignedInRequest, need: Need) -> HttpResponse:
    """The answer to a page that was out of date: a message with the need's present state, rather than an error."""
    now = {"state": need.get_status_display()}
    messages.error(request, _("Too late: this need is now “%(state)s”.") % now)
    return redirect(need)


@login_not_required
def detail(request: OurRequest, pk: int) -> HttpResponse:
    return page(request, need_or_404(request, pk, is_shown=True))


def page(request: OurRequest, need: Need, help_form: HelpForm | None = None) -> HttpResponse:
    """The page of a need; with the form by which somebody offers their help, when it holds errors."""
    user = request.reader
    read_wanted(need)
    answers = user is not None and permissions.answers_for_need(user, need)
    proposals_seen = rows_for(user, _proposals, need.pk) if user else []
    last_word = _last_word(need) if answers else ""
    carries = user is not None and permissions.carries(user, need)
    goes_on = bool(NEED_MOVES[need.status])  # neither closed nor withdrawn
    card = next_acts.card(user, need, last_word=last_word) if user else None
    is_open = need.status == NeedStatus.PUBLISHED
    matches = _my_matches(user, need) if user and goes_on and not (answers or carries) else []
    return render(
        request,
        "marketplace/market/need.html",
        {
            "need": need,
            "shared": sharing.of_need(need),
            "wanted": need.wanted.all(),
            "beneficiaries": need.beneficiaries.all() if may_have(need, "beneficiaries") else [],
            "is_ours": (is_ours := user is not None and user.represents(need.organisation)),
            "writes_to_coordinators": is_ours or carries,
            "next_act": card,
            "carried": carrier_panel.of(user, need, answers=answers),
            "behalf": _behalf(need, answers=answers),
            "answers": answers,
            "second_behind": need.behind_words if answers else "",
            "can_take_up": user is not None and permissions.can_take_up(user, need),
            "edits_here": user is not None and _edits_beside(user, need, card),
            "can_withdraw": user is not None and permissions.can_withdraw_need(user, need),
            "can_close": user is not None and permissions.can_close_need(user, need),
            "can_apply": user is not None and _may_help(user, need),
            "can_talk": user is not None and permissions.can_ask_about(user, need),
            "coordinates": (coordinates := user is not None and user.coordinates(need.pole)),
            "can_take_charge": user is not None
            and coordinates
            and goes_on
            and permissions.can_take_charge(user, need),
            "my_matches": matches,
            "proposals": proposals_seen,
            "my_proposal": _own_and_open(user, proposals_seen) if user else None,
            "places_left": places.open_in(need) if is_open else 0,
            "elsewhere": need.asked_poles.still_asked().as_told(None if is_ours else user)
            if answers and need.is_published and may_have(need, "asked_poles")
            else [],
            "standings": standings(user, need, permissions.origin_in_turn(user, need))
            if user and answers and need.is_published and may_have(need, "asked_in_turn")
            else [],
            "events": _events(user, need) if user and (answers or carries) else [],
            "is_open": is_open,
            "help_form": help_form
            or form_for(request, need, matches=[match for match, *_rest in matches]),
            "waiting": waiting_panel.of_need(user, need, answers=answers, coordinates=coordinates),
            "over": need.is_over(timezone.localdate()),
            "served_at": Attendance.objects.that_served(need)
            .select_related("gathering")
            .order_by("-pk")[:5]
            if user and permissions.may_be_served(user, need)
            else [],
            "teaching": teaching.for_need(need, user, timezone.now())
            if user and answers and goes_on
            else [],
        },
    )


def _behalf(need: Need, *, answers: bool) -> Behalf | None:
    """By whom it was written for the structure: for those who answer for it and, until it is taken up, that the coordination
    answers, for everybody."""
    row: Behalf | None = getattr(need, "behalf", None)
    if row is None or not (answers or need.is_unclaimed):
        return None
    row.organisation = need.organisation
    return row


def _may_help(user: User, need: Need) -> bool:
    """Whether to show a button to apply: not at work, where people are wanted on their own time alone."""
    at_home_alone = need.time == Welcome.OWN and not scope_of(user).own
    return permissions.can_apply(user, need) and not at_home_alone


def _edits_beside(user: User, need: Need, card: Card | None) -> bool:
    """Whether to show a link to edit the need: the reader may, and the next act doesn't lead there already."""
    leads_there = card is not None and card.leads_to(reverse("need-edit", args=[need.pk]))
    return not leads_there and permissions.can_edit_need(user, need)


def _events(user: User, need: Need) -> list[dict]:
    """Its steps: but for its structure, without those that a yes of somebody under the reader made."""
    told = Q() if user.represents(need.organisation) else ~filled_under(user)
    return events(need.steps.filter(told).select_related("by"), discreet=False)


def _own_and_open(user: User, seen: list[Proposal]) -> Proposal | None:
    """A volunteer's own open proposal for this need, if there is one: they can't apply twice."""
    mine = (proposal for proposal in seen if proposal.offer.person_id == user.pk)
    return next((one for one in mine if one.status == ProposalStatus.OPEN), None)


def _last_word(need: Need) -> str:
    """The words of the coordinators in the last step, when they asked, refused or pointed elsewhere."""
    if need.status not in GIVEN_BACK:
        return ""
    last = need.steps.last()
    return last.said if last else ""


def _my_matches(user: User, need: Need) -> list:
    """How each of one's published offers fits: the reasons, what is missing, what would close the gap, and whether it
    is a colleague's."""
    offers = Offer.objects.owned_by(user).published().filter(pole=need.pole)
    matches = ranking.why_these(need, list(offers.values_list("pk", flat=True)[:3]))
    return [
        (
            match,
            OfferSide.mine(match.offer).buttons(match),
            not permissions.is_theirs(user, match.offer),
        )
        for match in matches
    ]


def _proposals(user: User, need: int) -> QuerySet[Proposal]:
    """The proposals of the need that this person may see: all for the structure and the coordinators, otherwise
    their own. Prepared, as the need itself."""
    return (
        Proposal.objects.visible_to(user)
        .filter(need=need)
        .select_related("offer__person", "offer__organisation", "need")
    )
