"""Missions: the list of one's own, and the page of one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from common import prepared
from common.already_read import may_have
from common.prepared import LARGEST
from marketplace.actions.missions import amendment_effect, followups
from marketplace.actions.missions.amendments import may_be_amended
from marketplace.desk import own_papers, own_teams
from marketplace.models import (
    Agreement,
    Deliverable,
    FollowUp,
    Milestone,
    Mission,
    Proposal,
    Review,
    Side,
    Thread,
    Transfer,
    Voice,
)
from marketplace.models.desk.left_to_others import asked_beforehand, is_followed_by
from marketplace.models.missions.missions import MissionQuerySet
from marketplace.ranking import once_more
from marketplace.rules import (
    audience,
    documents,
    endings,
    going_on,
    lengths,
    mission_roles,
    permissions,
    teams,
    tellings,
)
from marketplace.rules.next_acts import missions as next_acts
from marketplace.rules.next_acts import reviews
from marketplace.rules.next_acts.act import receiver
from marketplace.rules.prepared import rows_for
from marketplace.states import BEFORE_IT_RUNS, MissionStatus
from marketplace.views.by_state import ByState
from marketplace.views.desk.stories import kept_about
from marketplace.views.missions import first_lines, pairs, served_lines, stepper
from marketplace.views.talk.conversation_page import BESIDE, conversation
from marketplace.views.timeline import events

# A page about one thing, found by its number.
type OnePage = Callable[[SignedInRequest, int], HttpResponse]

FEW = 500  # missions, that the database is handed by their numbers


def with_its_page(missions: MissionQuerySet) -> MissionQuerySet:
    """Adds all that a mission's page reads."""
    return missions.select_related(
        "need__organisation",
        "need__commune",
        "need__pole",
        "need__behalf",
        "offer__organisation",
        "offer__person",
        "offer__commune",
        "coordinator",
        "sheet__need_referent",
        "sheet__offer_referent",
        "proposal__thread",
    )


def one_of(user: User, pk: int, *, whole: bool = False) -> Mission:
    """Whoever may not see it is told so by a short question: the long one is asked for those who may. `whole`: with all that
    its own page shows, its agreements apart."""
    if not rows_for(user, _seen, pk):
        raise Http404
    mission = next(iter(prepared.rows(_row, pk, timezone.localdate(), whole)), None)
    if mission is None:  # erased since
        raise Http404
    # Its proposal is about the same need and the same offer: joined once more, each would take longer to plan.
    mission.proposal.need, mission.proposal.offer = mission.need, mission.offer
    return mission


def _seen(user: User, pk: int) -> QuerySet[Mission]:
    """Prepared, as those below that are handed a number (common/prepared.py): each page of a mission asks it."""
    return Mission.objects.visible_to(user).filter(pk=pk).only("pk")


def _row(pk: int, today: date, whole: bool) -> QuerySet[Mission]:
    found = with_its_page(Mission.objects.filter(pk=pk)).with_course(today)
    return found.with_parts(today).prefetch_related(None) if whole else found


def _thread(user: User, proposal: int) -> QuerySet[Thread]:
    return Thread.objects.visible_to(user).filter(proposal=proposal).only("pk")


def led_from(whose: str) -> Callable[[OnePage], OnePage]:
    """A decorator: where the view answers 404, somebody who did the mission at work and has left the company is
    sent to what they may still read of it. `whose` is the path from the mission to the row of the page."""

    def leads(view: OnePage) -> OnePage:
        @wraps(view)
        def led(request: SignedInRequest, pk: int) -> HttpResponse:
            try:
                return view(request, pk)
            except Http404:
                if pk > LARGEST:
                    raise
                theirs = Mission.objects.left_behind_by(request.user).filter(**{whose: pk})
                mission = theirs.first()
                if mission is None:
                    raise
            messages.info(
                request, _("You are no longer with this employer: here is what stays yours.")
            )
            return redirect("mission-done", pk=mission.pk)

        return led

    return leads


led_to_what_stays = led_from("pk")


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    shown = ("need__organisation", "offer__organisation", "offer__person")
    mine = _mine(request).select_related(*shown).prefetch_related("departures").with_served()
    seen = ByState.of(request, mine, MissionStatus)
    left = {
        "has_left_missions": Mission.objects.left_behind_by(request.user).exists(),
        "parts": own_teams.of(request.user),
    }
    return render(
        request, "marketplace/missions/missions.html", seen.context(request, seen.rows) | left
    )


def _mine(request: SignedInRequest) -> MissionQuerySet:
    """Those that the reader sees. Where they may be few, by their numbers: the database would else look for them among all, the
    newest first."""
    seen = Mission.objects.visible_to(asked_beforehand(request.user))
    if any(membership.poles for membership in request.memberships):
        return seen
    near = Mission.objects.near(request.user).order_by().values_list("pk", flat=True)
    numbers = list(near[: FEW + 1])
    return seen.near(request.user) if len(numbers) > FEW else seen.filter(pk__in=numbers)


@led_to_what_stays
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    if first_lines.all_are_asked(request.GET):
        return first_lines.page(request, one_of(request.user, pk))
    mission = _whole(request.user, pk)
    side = permissions.side_in(request.user, mission)
    coordinates = permissions.follows(request.user, mission)
    reader = mission_roles.Reader.of(request.user, request.memberships, only=mission)
    yours, theirs = next_acts.for_reader(mission, reader)
    yours = [*served_lines.own_acts(request.user, mission), *yours]
    yours += reviews.still_yours(request.user, mission, yours)
    yours += own_papers.acts(request.user, mission)
    found, steps = ways(mission), list(mission.steps.select_related("by"))
    return render(
        request,
        "marketplace/missions/mission.html",
        {
            "mission": mission,
            "need": mission.need,
            "offer": mission.offer,
            "sheet": mission.sheet,
            "structure_people": audience.structure(mission.need),
            "offering_people": _offering(mission),
            "coordinator": _whom_to_write_to(mission, coordinates),
            "is_need_side": side == Side.NEED,
            "is_offer_side": side == Side.OFFER,
            "yours": yours,
            "theirs": [*served_lines.others_acts(request.user, mission), *_named(theirs, mission)],
            "closes_by_itself": mission.status in endings.ENDING
            and not found["close"]
            and not mission.hours.filter(confirmed_at=None).exists(),
            "stages": stepper.of(mission, yours, theirs, steps),
            "can_steer": permissions.can_steer_mission(request.user, mission),
            "amendment": amendment_effect.open_of(mission) if mission.amendment_open else None,
            "can_propose": not mission.amendment_open
            and may_be_amended(mission)
            and documents.has_one_signed(mission)
            and permissions.can_propose_amendment(request.user, mission),
            "can_close": permissions.can_close_mission(
                request.user, mission, without_receipt=found["close"]
            ),
            "can_name": permissions.can_name_team(request.user, mission)
            and bool(teams.in_it(mission) or not teams.awaits_a_name(mission)),
            "team": teams.read_by(mission, side),
            "ways": found,
            **_handed_over(request.user, mission),
            **_renewal(mission),
            "latest": lengths.last_day(mission),
            **first_lines.of(mission),
            "hours": _hours(mission, has_begun=found["running"]),
            "stopped": stepper.stopped_by(mission, steps),
            "today": timezone.localdate(),
            **_reviews(mission),
            **_telling(request.user, mission),
            "once_more": once_more.after(mission, request.user),
            "follow_ups": follow_ups_of(mission, request.user, coordinates=coordinates),
            "coordinates": coordinates,
            "arbitrates": mission.is_disputed and permissions.arbitrates(request.user, mission),
            "events": events(steps, discreet=False),
            "pair": pairs.beside(request.user, mission),
            **_conversation(request, mission),
            **served_lines.on_page(request.user, mission),
            **(kept_about(request, mission, "mission") if coordinates else {}),
        },
    )


def _whole(user: User, pk: int) -> Mission:
    """With what several parts of the page look at: the people of its team, its reviews and which of them the reader reads, what
    is planned and handed over. Of what it says that there is none, nothing is asked."""
    mission = one_of(user, pk, whole=True)
    teams.read([mission])
    parts = {
        "agreements": Agreement.objects.all(),
        "reviews": Review.objects.select_related("structure", "author"),
        "milestones": Milestone.objects.all(),
        "deliverables": Deliverable.objects.select_related("by", "file"),
    }
    for name, rows in parts.items():
        there = rows if may_have(mission, name) else rows.none()
        prefetch_related_objects([mission], Prefetch(name, there))
    given: list[Any] = list(mission.reviews.all())
    # Of its own first: asked of each review by itself, the database would look at all missions there are.
    readable = mission.reviews.readable_by(user, timezone.now())
    numbers = set(readable.values_list("pk", flat=True)) if given else set()
    for review in given:
        review.is_readable = review.pk in numbers
    return mission


def _offering(mission: Mission) -> Iterable[User]:
    """The people on the offer's side: of somebody's own time that person, who is read already; otherwise with whom one
    turns to there, whom the sheet names."""
    offer = mission.offer
    if mission.is_own_time and offer.person:
        return [offer.person] if offer.person.is_active else []
    found, referent = list(audience.offering(offer)), mission.sheet.offer_referent
    house = offer.organisation
    if referent and house and referent not in found and referent.is_active:
        return [*found, referent] if referent.represents(house) else found
    return found


def _whom_to_write_to(mission: Mission, coordinates: bool) -> User | None:
    """Who is in charge of it, for its sides while that one may read what they would write, and for its coordinators."""
    who = mission.coordinator
    return who if who and (coordinates or is_followed_by(who, mission)) else None


def _telling(user: User, mission: Mission) -> dict:
    """Whether this reader tells its end, and where that stands; it is asked of whoever may, once it has ended."""
    side = tellings.side_of(user, mission) if tellings.has_ended(mission) else None
    return {"may_tell": side is not None, "told": tellings.stands(mission, side) if side else ""}


def _renewal(mission: Mission) -> dict:
    """The mission that goes on with this one, and whether its person has said no to it."""
    if not mission.is_renewed:
        return {"renewal": None, "renewal_refused": False}
    found = Mission.objects.filter(renewed_from=mission).select_related("offer").first()
    return {"renewal": found, "renewal_refused": bool(found and going_on.refusal_of(found))}


def _conversation(request: SignedInRequest, mission: Mission) -> dict:
    """The conversation between the two sides; none for the colleague to whom the sheet says to turn."""
    user, proposal = request.user, mission.proposal
    # Whoever may write in it reads it: that is known already, and the question is a long one.
    if not (
        permissions.can_write_in(user, proposal) or rows_for(user, _thread, mission.proposal_id)
    ):
        return {"thread": None}
    return conversation(request, proposal.thread, mission=mission, shown=BESIDE)


def _reviews(mission: Mission) -> dict:
    """The reviews that may be read (`_whole` says which); of the others, only who has given one."""
    given: list[Any] = list(mission.reviews.all())
    closed = [review for review in given if not review.is_readable]
    return {
        "reviews": [review for review in given if review.is_readable],
        "closed_reviews": [
            str(review.structure or mission_roles.who_is(_part_of(review, mission), mission))
            for review in closed
        ],
        "reviews_are_open": mission.has_open_reviews(timezone.now()),
    }


def _part_of(review: Review, mission: Mission) -> str:
    """Whose review it is, of those that speak for no structure beside the lead."""
    beside = {Voice.OFFER: mission_roles.OFFER, Voice.COMPANY: mission_roles.COMPANY}
    return beside.get(Voice(review.side)) or receiver(mission)


def follow_ups_of(mission: Mission, user: User, *, coordinates: bool) -> list[FollowUp]:
    """A review is asked of whoever hasn't given theirs: once given it is among the reviews, with those never asked for."""
    if not may_have(mission, "follow_ups"):
        return []
    asked = mission.follow_ups.select_related("asked")
    rows = list(asked.exclude(kind=FollowUp.Kind.REVIEW, answer="", answered_at__isnull=False))
    is_open = mission.has_open_reviews(timezone.now())
    for row in rows:
        row.is_told = is_open or row.is_read_by(coordinates=coordinates)
        theirs = row.asked_id == user.pk
        row.may_settle = coordinates and (not theirs or permissions.can_settle(user, row))
        row.own_link = followups.own_link(row, user)
    return rows


def _handed_over(user: User, mission: Mission) -> dict:
    """The mission with another person before or after this one, if the reader sees it. A yes that came late is a
    proposal made anew, which is looked up too. As mostly, nobody was asked to take anything over: that is asked first."""
    if not (may_have(mission, "transfers") or mission.proposal.takes_up_id):
        return {"taken_over_by": None, "takes_over": None}
    before = [row.pk for row in mission.proposal.with_those_taken_up]
    asked = Transfer.objects.filter(Q(departure__mission=mission) | Q(proposal__in=before))
    found = list(asked.values_list("departure__mission", "proposal"))
    later = rows_for(user, _taking_over, mission.pk) if mission.pk in dict(found) else []
    is_later = any(proposal in before for _left, proposal in found)
    earlier = rows_for(user, _taken_over_by, before) if is_later else []
    return {"taken_over_by": next(iter(later), None), "takes_over": next(iter(earlier), None)}


def _taking_over(user: User, mission: int) -> QuerySet[Mission]:
    asked = Proposal.objects.filter(transfer__departure__mission=mission)
    anew = Proposal.objects.filter(takes_up__in=asked)
    seen = Mission.objects.visible_to(user)
    return seen.filter(Q(proposal__in=asked) | Q(proposal__in=anew))[:1]


def _taken_over_by(user: User, proposals: Sequence[int]) -> QuerySet[Mission]:
    seen = Mission.objects.visible_to(user)
    return seen.filter(departures__transfers__proposal__in=proposals)[:1]


def _named(acts: list, mission: Mission) -> list[dict]:
    """The acts that are awaited, with the names of those who have to act; two who have the same task share a line."""
    lines: dict[str, dict] = {}
    for act in acts:
        line = lines.setdefault(
            act.task, {"task": act.task, "due_on": act.due_on, "from_on": act.from_on, "who": []}
        )
        line["who"].append(mission_roles.who_is(act.who, mission))
    return [line | {"who": " · ".join(line["who"])} for line in lines.values()]


def _hours(mission: Mission, *, has_begun: bool) -> dict:
    """Those that were given are told once it has begun."""
    total = mission.hours_in_all if has_begun else None
    return {"total": total or Decimal(0), "planned": mission.sheet.hours}


def ways(mission: Mission) -> dict[str, bool]:
    """Which moves are possible from here, for the buttons at the foot of the page. It comes from `with_course`."""
    own = {
        "deliver": MissionStatus.DELIVERED,
        "suspend": MissionStatus.SUSPENDED,
        "dispute": MissionStatus.DISPUTED,
        "interrupt": MissionStatus.INTERRUPTED,
    }
    found = {name: mission.may(to) for name, to in own.items()}
    found["deliver"] = found["deliver"] and not endings.why_not_done(mission, timezone.localdate())
    found["close"] = endings.lacks_its_receipt(mission)
    found["resume"] = mission.may(MissionStatus.RUNNING) and mission.status not in BEFORE_IT_RUNS
    found["regime"] = mission.status in BEFORE_IT_RUNS and not documents.has_one_signed(mission)
    found["regime"] = found["regime"] and not (mission.is_own_time and mission.is_volunteering)
    found["regime"] = found["regime"] and not teams.awaits_a_name(mission)
    found["agreement"] = mission.has_employer and mission.status != MissionStatus.FRAMING
    found["running"] = mission.status not in BEFORE_IT_RUNS and bool(mission.started_at)
    found["renew"] = mission.status not in BEFORE_IT_RUNS and not mission.was_interrupted
    found["renew"] = found["renew"] and not mission.has_been_left
    return found
