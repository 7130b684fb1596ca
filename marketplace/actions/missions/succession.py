"""The person has left the company: somebody else is looked for, or a colleague takes the mission over.

A colleague says yes themselves, then the structure does; a mission of theirs goes on with the hours that
are left, its own sheet, agreement and papers. What was signed for the first stays as it was.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import memberships
from accounts.models import Organisation, User
from marketplace import letters, ranking
from marketplace.actions.market import consents
from marketplace.actions.missions import departures, missions, sheets
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
from marketplace.models.talk.blocks import ends_of_need
from marketplace.states import NeedStatus, OfferStatus, ProposalStatus

A_WEEK = timedelta(days=7)


# --- somebody else -------------------------------------------------------------------------
@transaction.atomic
def replace(mission: Mission, *, by: User, now: datetime) -> None:
    """The mission ends with the last day, and the need is open again: its place is free."""
    need = Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    departure = departures.open_one(mission)
    open_already = need.status == NeedStatus.PUBLISHED
    if need.is_over(timezone.localdate()) or not (open_already or need.may(NeedStatus.PUBLISHED)):
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
    if need.status != NeedStatus.PUBLISHED:
        need.move(NeedStatus.PUBLISHED, by=by)
    ranking.changed(need)


# --- a colleague ---------------------------------------------------------------------------
def colleagues(mission: Mission) -> QuerySet[User]:
    """Who of the company may be asked: not those of the structure itself, nor anybody it keeps away."""
    company, need = mission.offer.organisation, mission.need
    theirs = User.objects.filter(is_active=True, memberships__organisation=company)
    theirs = theirs.exclude(memberships__organisation=need.organisation)
    apart = [
        user.pk for user in theirs if Block.objects.between(ends_of_need(need), [user.pk]).exists()
    ]
    return theirs.exclude(pk__in=apart).order_by("last_name", "first_name", "pk")


def hours_left(mission: Mission) -> int:
    """Of those planned, the ones that nobody has written; whole."""
    return max(0, int(mission.sheet.hours - HoursEntry.objects.filter(mission=mission).total()))


def _require_hours_left(mission: Mission) -> int:
    left = hours_left(mission)
    if left < 1:
        raise NotYet(_("All the hours planned have been written: there is nothing to take over."))
    return left


@transaction.atomic
def ask(mission: Mission, *, colleague: User, word: str, by: User, now: datetime) -> Transfer:
    """The colleague is asked; nothing changes before they say yes themselves."""
    mission = _locked(mission)
    departure = departures.open_one(mission)
    departures.require_accepted(mission)
    if not colleagues(mission).filter(pk=colleague.pk).exists():
        raise NotYet(_("This person can't take the mission over."))
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
    """A colleague has still to answer, or the structure about them. Who has gone answers no more."""
    gone = Transfer.objects.of_somebody_gone().values("pk")
    asked = departure.transfers.filter(ended_at=None).exclude(pk__in=gone)
    return asked.filter(answer="").exists() or asked.filter(proposal__status="OPEN").exists()


@transaction.atomic
def answer(transfer: Transfer, *, answer: str, reason: str = "", by: User, now: datetime) -> None:
    """By the colleague, once. With a yes the structure is asked; with a no those in charge look again."""
    company = Organisation.objects.filter(offers=transfer.mission.offer_id)
    memberships.hold(company)  # nobody shows them out meanwhile
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
    transfer.save()
    letters.transfer_answered(transfer)


def _propose(transfer: Transfer, mission: Mission, *, now: datetime) -> Proposal:
    """An offer for this alone: it is paused, and nobody else is shown it."""
    by, first = transfer.colleague, mission.offer
    offer = Offer.objects.create(
        organisation=first.organisation, person=by, pole=first.pole, time=Time.WORK,
        title=by.trade or first.title, place=first.place, commune=first.commune,
        radius_km=first.radius_km, starts_on=timezone.localdate(now),
        ends_on=max(mission.ends_on, timezone.localdate(now) + A_WEEK),
        weekdays=first.weekdays, hours=hours_left(mission), languages=first.languages,
        status=OfferStatus.PAUSED, created_by=by,
    )  # fmt: skip
    offer.begin(by=by, reason=reasons.coded("take-over"))
    proposal = Proposal.objects.create(
        need=mission.need, offer=offer, origin=Origin.TRANSFER, word=transfer.word,
        created_by=by, created_at=now, offer_said_yes_at=now,
    )  # fmt: skip
    proposal.begin(by=by)
    consents.give(by, ConsentKind.MISSION, proposal)
    Thread.objects.create(proposal=proposal)
    letters.transfer_proposed(proposal, mission)
    return proposal


def transfer_of(proposal: Proposal) -> Transfer | None:
    """What it comes from, also when the structure's yes came late and it was proposed anew."""
    if proposal.origin != Origin.TRANSFER:
        return None
    said = Transfer.objects.filter(proposal__in=[row.pk for row in proposal.with_those_taken_up])
    return said.select_related("departure__mission").get()


def take_over(transfer: Transfer, proposal: Proposal, *, by: User) -> Mission:
    """Both have said yes: the first mission ends with its last day, the colleague's goes on."""
    first, now = _locked(transfer.mission), timezone.now()
    departures.open_one(first)
    departures.require_accepted(first)
    left = _require_hours_left(first)
    starts_on = max(first.starts_on, timezone.localdate(now))
    following = Mission.objects.create(
        proposal=proposal, need=proposal.need, offer=proposal.offer, regime=first.regime,
        coordinator=first.coordinator, operator=first.operator,
        starts_on=starts_on, ends_on=max(first.ends_on, starts_on + A_WEEK),
    )  # fmt: skip
    following.begin(by=by)
    colleague = proposal.offer.person
    sheets.begin_again(following, first.sheet, hours=left, by=by, offer_referent=colleague)
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
    """Since they were asked they may have joined the structure, or one of the two keeps the other away."""
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
