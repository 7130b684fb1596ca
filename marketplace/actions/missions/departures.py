"""What follows for missions on working time when somebody leaves the company: they are suspended, and all sides are
told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from marketplace import letters
from marketplace.actions.missions import amendment_effect, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Departure,
    Mission,
    Need,
    Party,
    Proposal,
    Side,
    SigningLink,
    Transfer,
    reasons,
)
from marketplace.states import MissionStatus, ProposalStatus


@transaction.atomic
def begin(person: User, company: Organisation, *, why: str, by: User | None, now: datetime) -> None:
    """Somebody has just left the company: from this day on nothing more is done there in their name. The last day
    is also kept for missions that were over: hours may be written up to it."""
    theirs = Mission.objects.done_at_work_by(person).filter(offer__organisation=company)
    suspended, behind = [], []
    for pk in theirs.order_by("pk").values_list("pk", flat=True):
        mission = _locked(pk)
        if mission.has_been_left or (not mission.is_live and _is_known(mission)):
            continue
        departure = _departure(mission, why=why, by=by, now=now)
        if departure.settled_at is None:
            _suspend(departure, now)
            suspended.append(departure)
        if why not in (Departure.Why.CLOSED, Departure.Why.HOUSE):  # each has a letter of its own
            behind.append(departure)
    letters.person_left(suspended)
    letters.left_behind(behind)
    teams.leave_house(person, company, by=by, now=now)
    gone = Transfer.objects.filter(colleague=person).waiting().of_somebody_gone()
    gone.update(ended_at=now)


def _is_known(mission: Mission) -> bool:
    """Whether the last day is known from an earlier departure; the first one said counts."""
    return mission.departures.filter(back_on=None).exists()


def _departure(mission: Mission, *, why: str, by: User | None, now: datetime) -> Departure:
    over = not mission.is_live
    assert mission.offer.person is not None, "a team doesn't leave"
    return Departure.objects.create(
        mission=mission,
        person=mission.offer.person,
        why=why,
        by=by,
        before="" if over else mission.status,
        left_at=now,
        last_on=timezone.localdate(now),
        settled_at=now if over else None,
        outcome=Departure.Outcome.OVER if over else "",
    )


def _suspend(departure: Departure, now: datetime) -> None:
    """Suspend the mission: what was asked of the person, or for them, needs no answer any more. An amendment that
    waits falls; what was signed stays as it is."""
    mission = departure.mission
    person, company = departure.person, mission.offer.organisation
    reason = reasons.coded("left-company", person=person, company=company)
    mission.move(MissionStatus.LEFT, by=departure.by, reason=reason)
    amendment_effect.fall_with(mission, reason=reason, by=departure.by)
    asked = mission.agreements.current()
    if departure.before != MissionStatus.AGREEMENT:
        asked = asked.waiting()
    asked.update(voided_at=now)
    mission.follow_ups.unanswered().filter(asked=departure.person).update(settled_at=now)
    links = SigningLink.objects.filter(document__mission=mission, party=Party.PERSON, used_at=None)
    links.filter(expires_at__gt=now).update(expires_at=now)


@transaction.atomic
def resume(mission: Mission, *, by: User, now: datetime) -> None:
    """The person belongs to the company again: the mission goes on from where it stood. Raises NotYet."""
    Need.objects.select_for_update(no_key=True).get(pk=mission.need_id)
    mission = _locked(mission.pk)
    departure = open_one(mission)
    if mission.offer.person_has_left:
        raise NotYet(
            _("%(person)s doesn’t belong to %(company)s: invite them again first.")
            % {"person": departure.person, "company": mission.offer.organisation}
        )
    require_accepted(mission)
    mission.move(departure.before, by=by, reason=reasons.coded("person-back"), back=True)
    settle(mission, Departure.Outcome.BACK, by=by, now=now)
    letters.person_back(departure, by=by)


def require_accepted(mission: Mission) -> None:
    """Raises NotYet when the structure or the company isn't accepted (it is suspended, for instance)."""
    for organisation in (mission.need.organisation, mission.offer.organisation):
        if organisation is not None and not organisation.is_accepted:
            raise NotYet(_("These two can’t be put in touch for now: the coordinators know why."))


def open_one(mission: Mission) -> Departure:
    """The mission's departure that isn't settled. Raises NotYet when somebody has already settled it."""
    found = mission.departures.open().select_related("person").first()
    if found is None or not mission.has_been_left:
        raise NotYet(_("Somebody has already said how the mission goes on."))
    return found


def settle(mission: Mission, outcome: str, *, by: User | None, now: datetime) -> None:
    """Keep what becomes of the mission. Colleagues who were asked to take it over needn't answer any more."""
    back_on = timezone.localdate(now) if outcome == Departure.Outcome.BACK else None
    mission.departures.open().update(
        outcome=outcome, settled_at=now, settled_by=by, back_on=back_on
    )
    _give_place_on(mission, outcome)
    asked = Transfer.objects.filter(departure__mission=mission, ended_at=None)
    proposed = Proposal.objects.open().filter(transfer__in=asked)
    for proposal in proposed.select_related("need__organisation", "offer__person"):
        reason = reasons.coded("gone-on")
        step = proposal.move(ProposalStatus.CLOSED, by=None, reason=reason)
        letters.proposal_ended(letters.PROPOSAL_CLOSED, step, told=[Side.NEED, Side.OFFER])
    asked.filter(answer="").update(ended_at=now)


def _give_place_on(mission: Mission, outcome: str) -> None:
    """Whoever takes a renewal over, or comes instead, has the place that its first mission took; otherwise the need has had
    what it asked for by that one, and the place stays taken."""
    goes_on = {Departure.Outcome.TRANSFERRED, Departure.Outcome.REPLACED}
    if mission.renewed_from_id is None or mission.apart_for_id or outcome not in goes_on:
        return
    theirs = Mission.objects.filter(proposal=mission.proposal_id, need=mission.need_id)
    theirs.first_ones().update(gave_place_on=True)


def _locked(pk: int) -> Mission:
    return (
        Mission.objects.select_for_update(no_key=True, of=("self",))
        .select_related("need__organisation", "need__pole", "offer__organisation", "offer__person")
        .get(pk=pk)
    )
