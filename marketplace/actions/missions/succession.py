"""What comes next when the person has left the company: somebody else is looked for, or
a colleague takes the mission over.

The colleague says yes first, then the structure. The colleague's mission goes on with
the hours that are left; it has its own sheet, agreement and documents. What was
signed for the first mission stays as it was.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.models import Organisation, User
from marketplace import letters, ranking
from marketplace.actions.market import consents
from marketplace.actions.missions import departures, missions, pairs, served, sheets
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Block,
    ConsentKind,
    Departure,
    HoursEntry,
    Mission,
    Need,
    Offer,
    Origin,
    Proposal,
    Thread,
    Time,
    Transfer,
    reasons,
)
from marketplace.models.missions import places
from marketplace.models.talk.blocks import ends_of_need
from marketplace.rules import leading, mission_days
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus

A_WEEK = timedelta(days=7)


# --- somebody else -------------------------------------------------------------------------
def may_replace(mission: Mission) -> bool:
    """Whether somebody else may be looked for: not once the need is over, nor for one that was for whoever leads a
    gathering alone, nor in place of a second mission for one structure, which has taken no place of its own."""
    need = mission.need
    may_open = need.is_published or need.may(NeedStatus.PUBLISHED)
    has_a_place = mission.apart_for_id is None and not leading.looks_for_nobody(need)
    return may_open and has_a_place and not need.is_over(timezone.localdate())


@transaction.atomic
def replace(mission: Mission, *, by: User, now: datetime) -> None:
    """Look for somebody else: the mission ends with the last day of the person who left, and the need is open
    again. Raises NotYet."""
    need = Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    departure = departures.open_one(mission)
    mission.need = need
    if not may_replace(mission):
        raise NotYet(
            _("The need is over: nobody else can be looked for. Write another one, or interrupt.")
        )
    missions.interrupt(
        mission,
        reason=reasons.coded("replaced", person=departure.person),
        by=by,
        now=now,
        outcome=Departure.Outcome.REPLACED,
    )
    need.refresh_from_db(fields=["status"])
    if need.status != NeedStatus.PUBLISHED and places.open_in(need) > 0:
        need.open_again(by=by)
    ranking.changed(need)


# --- a colleague ---------------------------------------------------------------------------
def colleagues(mission: Mission) -> QuerySet[User]:
    """The people of the company who may be asked to take the mission over: neither members of the structure, nor
    anybody kept away from it."""
    company, need = mission.offer.organisation, mission.need
    theirs = User.objects.filter(is_active=True, memberships__organisation=company)
    theirs = theirs.exclude(memberships__organisation=need.organisation)
    apart = Block.objects.facing(ends_of_need(need))
    return theirs.exclude(pk__in=apart).order_by("last_name", "first_name", "pk")


def hours_unwritten(mission: Mission) -> Decimal:
    """The planned hours that nobody has written."""
    return max(Decimal(0), mission.sheet.hours - HoursEntry.objects.filter(mission=mission).total())


def hours_left(mission: Mission) -> int:
    """The whole hours that nobody has written: a mission is planned in whole hours."""
    return int(hours_unwritten(mission))


def _require_hours_left(mission: Mission) -> int:
    left = hours_left(mission)
    if left < 1:
        raise NotYet(_("All the hours planned have been written: there is nothing to take over."))
    return left


@transaction.atomic
def ask(mission: Mission, *, colleague: User, word: str, by: User, now: datetime) -> Transfer:
    """Ask a colleague to take the mission over. Nothing changes before they say yes. Raises NotYet."""
    mission = _locked(mission)
    departure = departures.open_one(mission)
    departures.require_accepted(mission)
    if not colleagues(mission).filter(pk=colleague.pk).exists():
        raise NotYet(_("This person can’t take the mission over."))
    _require_hours_left(mission)
    if going_on(departure):
        raise NotYet(_("A colleague has already been asked: wait for the answer."))
    departure.transfers.waiting().update(ended_at=now)  # theirs who went by another door
    transfer = Transfer.objects.create(
        departure=departure, colleague=colleague, word=word, asked_by=by, asked_at=now
    )
    letters.transfer_asked(transfer)
    return transfer


def going_on(departure: Departure) -> bool:
    """Whether a colleague's answer, or the structure's answer about them, is still awaited. A colleague who has
    left the company doesn't count."""
    gone = Transfer.objects.of_somebody_gone().values("pk")
    asked = departure.transfers.filter(ended_at=None).exclude(pk__in=gone)
    return asked.filter(answer="").exists() or asked.filter(proposal__status="OPEN").exists()


@transaction.atomic
def answer(transfer: Transfer, *, answer: str, reason: str = "", by: User, now: datetime) -> None:
    """The colleague answers, once. With a yes the structure is asked; with a no those in charge look again. Raises
    NotYet."""
    company = Organisation.objects.filter(offers=transfer.mission.offer_id)
    memberships.lock(company)  # nobody shows them out meanwhile
    mission = _locked(transfer.mission)
    transfer = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
    transfer.departure.mission = mission
    if not transfer.is_waiting:
        raise NotYet(_("There is nothing to answer here any more."))
    departures.open_one(mission)
    departures.require_accepted(mission)
    transfer.answer, transfer.reason, transfer.answered_at = answer, reason, now
    if answer == Transfer.Answer.YES:
        _require_still_free(mission, transfer.colleague)
        _require_hours_left(mission)
        transfer.proposal = _propose(transfer, mission, now=now)
        pairs.require_another(mission.need, transfer.proposal.offer, by=transfer.colleague)
    transfer.save()
    letters.transfer_answered(transfer)


def _propose(transfer: Transfer, mission: Mission, *, now: datetime) -> Proposal:
    """Put the colleague forward with an offer made for this mission alone; it is paused, so that it is shown to
    nobody else. The word that they were asked with is theirs: the structure reads none of it."""
    by, first = transfer.colleague, mission.offer
    offer = Offer.objects.create(
        organisation=first.organisation, person=by, pole=first.pole, time=Time.WORK,
        title=by.trade or first.title, place=first.place, commune=first.commune,
        radius_km=first.radius_km, starts_on=timezone.localdate(now),
        ends_on=max(mission.ends_on, timezone.localdate(now) + 2 * A_WEEK),
        weekdays=first.weekdays, hours=hours_left(mission), languages=first.languages,
        status=OfferStatus.PAUSED, created_by=by,
    )  # fmt: skip
    offer.begin(by=by, reason=reasons.coded("take-over"))
    proposal = Proposal.objects.create(
        need=mission.need, offer=offer, origin=Origin.TRANSFER,
        created_by=by, created_at=now, offer_said_yes_at=now,
    )  # fmt: skip
    proposal.begin(by=by)
    consents.give(by, ConsentKind.MISSION, proposal)
    Thread.objects.create(proposal=proposal)
    letters.transfer_proposed(proposal, transfer)
    return proposal


def transfer_of(proposal: Proposal) -> Transfer | None:
    """The transfer that this proposal comes from, or that the proposal which it takes up (a late yes) comes from;
    None for other proposals."""
    if proposal.origin != Origin.TRANSFER:
        return None
    said = Transfer.objects.filter(proposal__in=[row.pk for row in proposal.with_those_taken_up])
    return said.select_related("departure__mission").get()


def take_over(transfer: Transfer, proposal: Proposal, *, by: User) -> Mission:
    """Both have said yes: end the first mission on the last day of the person who left, and begin the colleague's."""
    first, now = _locked(transfer.mission), timezone.now()
    departures.open_one(first)
    departures.require_accepted(first)
    left = _require_hours_left(first)
    starts_on, ends_on, are_said = mission_days.of_take_over(first)
    following = Mission.objects.create(
        proposal=proposal, need=proposal.need, offer=proposal.offer, regime=first.regime,
        coordinator=first.coordinator, operator=first.operator, apart_for=first.apart_for,
        starts_on=starts_on, ends_on=ends_on, has_dates=are_said,
    )  # fmt: skip
    following.begin(by=by)
    served.go_on(following, first)
    colleague = proposal.offer.person
    turned_to = sheets.referent(proposal.offer, proposal.need)
    sheets.begin_again(following, first.sheet, hours=left, by=by, offer_referent=turned_to)
    proposal.move(ProposalStatus.AGREED, by=by)
    missions.interrupt(
        first,
        reason=reasons.coded("taken-over", person=colleague),
        by=by,
        now=now,
        outcome=Departure.Outcome.TRANSFERRED,
    )
    letters.taken_over(first, following, by=by)
    return following


def _require_still_free(mission: Mission, colleague: User) -> None:
    """Since they were asked, the colleague may have joined the structure, or one of the two may keep the other
    away. Raises NotYet."""
    if not colleagues(mission).filter(pk=colleague.pk).exists():
        raise NotYet(_("These two can’t be put in touch for now: the coordinators know why."))


def _locked(mission: Mission) -> Mission:
    Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    return (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related(
            "need__organisation", "need__pole", "offer__organisation", "offer__person", "sheet"
        )
        .get(pk=mission.pk)
    )
