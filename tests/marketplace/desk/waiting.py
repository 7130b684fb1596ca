"""A row that waits, of each kind of line: alone on a desk, in Lille, with the number of its line."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.actions import mail_domains
from accounts.models import MailDomain, Membership, Organisation, Pole
from accounts.states import OrganisationStatus
from marketplace.actions.desk import elsewhere, visits
from marketplace.actions.market import in_turn, proposals
from marketplace.actions.talk import moderation
from marketplace.models import (
    Amendment,
    AskedInTurn,
    AskedInTurnStep,
    AskedPole,
    Behalf,
    Case,
    Eligibility,
    FollowUp,
    Joining,
    MessageReport,
    Mission,
    MissionSheet,
    Need,
    Offer,
    Origin,
    Proposal,
    Regime,
    Round,
    RoundTeam,
    Side,
    Task,
    Visit,
    VisitStep,
    Waiter,
)
from marketplace.states import NeedStatus, OfferStatus
from notifications.models import SuppressedAddress
from tests.accounts.domain_people import proven
from tests.factories import (
    a_pole,
    in_days,
    make_cause,
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_user,
    verify,
)
from tests.marketplace.desk import visiting
from tests.marketplace.desk.behalf_people import Desk, a_published_need, an_offer
from tests.marketplace.desk.desk_people import ago, asleep, submitted
from tests.marketplace.market.round_people import closed_house
from tests.marketplace.missions.amending import propose, signed_mission
from tests.marketplace.talk.talkers import talk_between_two


def refuse_letters_to(person, days: float = 0) -> None:
    SuppressedAddress.objects.mark(person.email, "550 5.1.1 User unknown", now=ago(days))


def a_case() -> Case:
    mission = make_mission()
    return Case.objects.create(pole=mission.need.pole, mission=mission, reason=Case.Reason.HELP)


def a_report() -> MessageReport:
    talk = talk_between_two()
    said = talk.say(talk.noe, "Vous êtes incapables.")
    return moderation.report(said, reason=MessageReport.Reason.RUDE, words="", by=talk.aline)


def a_follow_up(answer: str = "") -> FollowUp:
    """One that nobody has answered, unless the test says what."""
    mission = make_mission()
    return FollowUp.objects.create(
        mission=mission,
        kind=FollowUp.Kind.FIRST_WEEK,
        side=Side.NEED,
        asked=mission.need.created_by,
        asked_on=ago(9).date(),
        answer=answer,
        answered_at=ago(1) if answer else None,
    )


def a_stuck_mission() -> Mission:
    mission = make_mission(starts_on=in_days(-2))
    Mission.objects.filter(pk=mission.pk).update(moved_at=ago(30))
    return mission


def whom_letters_do_not_reach():
    person = make_user(commune=make_commune())
    make_need(member=person)
    refuse_letters_to(person)
    return person


def an_amendment() -> Amendment:
    return propose(signed_mission())


def receipts_to_check() -> Organisation:
    structure = make_organisation()
    Eligibility.objects.create(
        organisation=structure, status=Eligibility.Status.RESCRIT, declared_by=make_user()
    )
    return structure


def a_loan_below_cost() -> Mission:
    mission = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    MissionSheet.objects.update(billed_share=40, share_asked_at=ago(1))
    return mission


def an_asked_pole() -> AskedPole:
    """A need of another pôle, whose coordinators ask that of Lille."""
    there = Pole.objects.filter(name="Pôle qui sollicite").first()
    there = there or make_pole("Pôle qui sollicite", ["02"])
    need = make_need(make_organisation(member=make_user(), pole=there))
    return elsewhere.ask(need, a_pole(), word="", by=make_coordinator(there))


def nobody_in_turn() -> AskedInTurn:
    """A list of two people: the first has said no, the second offers nothing any more."""
    need = make_need(member=make_user())
    offers = [make_offer(make_user()) for _n in range(2)]
    by = make_coordinator()
    asked = in_turn.begin(need, offers, word="", by=by, origin=Origin.COORDINATOR, now=ago(9))
    proposal = need.proposals.get()
    proposals.decline(proposal, side=Side.OFFER, reason="", by=proposal.offer.person)
    Offer.objects.filter(pk=offers[1].pk).update(status=OfferStatus.PAUSED)
    in_turn.go_on(ago(0))
    AskedInTurnStep.objects.update(at=ago(1))
    return asked


def two_alike() -> Joining:
    """Two needs that somebody could carry together."""
    needs = [make_need(member=make_user(), published_at=ago(3)) for _n in range(2)]
    pair = {"older": needs[0], "younger": needs[1]}
    return Joining.objects.create(**pair, metres=0, found_at=ago(2)).begin(by=None)


def one_who_waits() -> Need:
    """A need that is full, and that somebody has waited for since two days."""
    need = make_need(member=make_user(), status=NeedStatus.FILLED)
    offer = make_offer(make_user())
    row = {"need": need, "offer": offer, "side": Side.OFFER, "by": offer.person}
    Waiter.objects.create(**row, asked_at=ago(2)).begin(by=offer.person)
    return need


def a_domain() -> MailDomain:
    """A company asks that people join it by their address alone."""
    boss = make_user()
    row = proven(make_organisation("COMPANY", administrator=boss), boss)
    mail_domains.ask_coordinators(row, by=boss, now=ago(1))
    return row


def a_visit_without_a_time() -> Visit:
    """None of the three suited the structure, since yesterday."""
    visit = visiting.a_visit(visiting.People())
    visits.none_suits(visit, word="", by=None)
    VisitStep.objects.update(at=ago(1))
    return visit


def _desk() -> Desk:
    pole = a_pole()
    writer = make_coordinator(pole)
    make_commune()
    make_cause()
    return Desk(pole, writer, writer, writer)


def a_claim() -> Behalf:
    """What somebody could offer, which somebody with another address says is theirs."""
    row = an_offer(_desk())
    Behalf.objects.filter(pk=row.pk).update(asked_by=verify(make_user()), asked_at=ago(1))
    return row


def an_answer_in_place() -> Proposal:
    """Somebody applies for a need whose structure hasn't taken it up."""
    need = a_published_need(_desk())
    offer = make_offer()
    return proposals.apply(need, offer, word="", by=offer.person)


def teams_that_look() -> Round:
    """One of two teams looks for a need since yesterday."""
    house = closed_house()
    first, _second = house.form()
    offer = make_offer(organisation=house.company, somebody=None, published_at=ago(1))
    RoundTeam.objects.filter(pk=first.pk).update(offer=offer)
    return house.round


def a_task() -> Task:
    """About a need that nobody waits for, in Lille."""
    by = Membership.objects.coordinating(a_pole()).people()[0]
    return Task.objects.create(
        pole=a_pole(),
        what="Rappeler Mme Petit",
        due_on=timezone.localdate() - timedelta(days=3),
        assignee=None,
        need=make_need(member=make_user(), status=NeedStatus.CLOSED),
        by=by,
    )


WAITING: dict[str, Callable[[], Any]] = {
    "case": a_case,
    "help": lambda: a_follow_up(FollowUp.Answer.HELP),
    "report": a_report,
    "need": lambda: submitted(3),
    "organisation": lambda: make_organisation(status=OrganisationStatus.SUBMITTED),
    "mail_domain": a_domain,
    "claim": a_claim,
    "in_place": an_answer_in_place,
    "proposal": asleep,
    "silence": a_follow_up,
    "mission": a_stuck_mission,
    "task": a_task,
    "alone": lambda: make_need(member=make_user(), published_at=ago(20)),
    "asked": an_asked_pole,
    "in_turn": nobody_in_turn,
    "joining": two_alike,
    "waiter": one_who_waits,
    "round": teams_that_look,
    "unreachable": whom_letters_do_not_reach,
    "below_cost": a_loan_below_cost,
    "amendment": an_amendment,
    "receipts": receipts_to_check,
    "visit": a_visit_without_a_time,
}


def one_of_each() -> None:
    """A line of every kind, for counting questions."""
    for make in WAITING.values():
        make()
