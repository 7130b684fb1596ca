"""Somebody is shown out at the moment when somebody else acts: one departure, one letter, no error."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, Membership, Organisation
from marketplace.actions.market import own_name, people, proposals
from marketplace.actions.missions import departures, missions, succession
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Consent,
    ConsentKind,
    Departure,
    Mission,
    Proposal,
    Side,
    Transfer,
)
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.at_once import together
from tests.factories import (
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 5


def or_too_late(act: Callable[..., object], *args, **kwargs) -> Callable[[], None]:
    """Being told that it is too late is an answer; anything else is an error."""

    def run() -> None:
        try:
            act(*args, **kwargs)
        except (NotYet, ForbiddenMove, Refusal):
            return

    return run


def a_company():
    """With two administrators."""
    one, other = make_user(first_name="Paul"), make_user(first_name="Lise")
    company = make_organisation(Organisation.Kind.COMPANY, administrator=one, legal_form="SAS")
    Membership.objects.create(user=other, organisation=company, role="ADMINISTRATOR")
    return company, one, other


def out(person, company, by):
    membership = Membership.objects.get(user=person, organisation=company)
    return or_too_late(people.remove, membership, by=by, now=timezone.now())


def left_mission():
    company, boss, _other = a_company()
    mission = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    colleague = make_user(first_name="Odile")
    Membership.objects.create(user=colleague, organisation=company)
    out(mission.offer.person, company, boss)()
    mission.refresh_from_db()
    return mission, boss, colleague


def test_two_administrators_remove_the_same_person():
    for _round in range(ROUNDS):
        company, one, other = a_company()
        mission = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
        head = mission.need.organisation.members.get()
        person = mission.offer.person
        together(out(person, company, one), out(person, company, other))
        assert Departure.objects.filter(mission=mission).count() == 1
        for user in (one, other, head):
            assert Notification.objects.filter(kind="person_left", recipient=user).count() == 1


def test_the_structure_says_yes_while_they_are_removed():
    """Either there is no mission, or it waits."""
    for _round in range(ROUNDS):
        company, boss, _other = a_company()
        person = make_user(first_name="Noé")
        need = make_need(member=make_user())
        proposal = make_proposal(need, make_offer(person, organisation=company))
        yes = or_too_late(proposals.accept, proposal, side=Side.NEED, by=need.created_by)
        together(yes, out(person, company, boss))
        found = Mission.objects.filter(proposal=proposal).first()
        assert found is None or found.status == MissionStatus.LEFT
        assert not Proposal.objects.open().filter(pk=proposal.pk).exists()


def test_the_mission_moves_on_while_they_are_removed():
    for _round in range(ROUNDS):
        company, boss, _other = a_company()
        mission = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
        head, now = mission.need.organisation.members.get(), timezone.now()
        together(
            out(mission.offer.person, company, boss),
            or_too_late(missions.deliver, mission, by=head, now=now),
        )
        mission.refresh_from_db()
        departure = mission.departures.get()
        assert mission.status in {MissionStatus.LEFT, MissionStatus.DELIVERED}
        assert (mission.status == MissionStatus.LEFT) == (departure.settled_at is None)


def test_two_settle_it_in_two_ways():
    for _round in range(ROUNDS):
        mission, boss, _colleague = left_mission()
        Membership.objects.create(
            user=mission.offer.person, organisation=mission.offer.organisation
        )
        head, now = mission.need.organisation.members.get(), timezone.now()
        together(
            or_too_late(departures.resume, mission, by=head, now=now),
            or_too_late(succession.replace, mission, by=boss, now=now),
        )
        mission.refresh_from_db()
        outcome = mission.departures.get().outcome
        assert (mission.status, outcome) in {
            (MissionStatus.RUNNING, Departure.Outcome.BACK),
            (MissionStatus.INTERRUPTED, Departure.Outcome.REPLACED),
        }


def test_the_colleague_says_yes_while_it_is_stopped():
    for _round in range(ROUNDS):
        mission, boss, colleague = left_mission()
        now = timezone.now()
        transfer = succession.ask(mission, colleague=colleague, word="", by=boss, now=now)
        together(
            or_too_late(
                succession.answer, transfer, answer=Transfer.Answer.YES, by=colleague, now=now
            ),
            or_too_late(missions.interrupt, mission, reason=".", by=boss, now=now),
        )
        assert not Proposal.objects.open().filter(transfer=transfer).exists()
        assert not Transfer.objects.waiting().filter(pk=transfer.pk).exists()


def test_the_structure_says_yes_to_the_colleague_while_somebody_else_is_looked_for():
    for _round in range(ROUNDS):
        mission, boss, colleague = left_mission()
        now = timezone.now()
        transfer = succession.ask(mission, colleague=colleague, word="", by=boss, now=now)
        succession.answer(transfer, answer=Transfer.Answer.YES, by=colleague, now=now)
        proposal = Proposal.objects.get(transfer=transfer)
        head = mission.need.organisation.members.get()
        together(
            or_too_late(proposals.accept, proposal, side=Side.NEED, by=head),
            or_too_late(succession.replace, mission, by=boss, now=now),
        )
        need = mission.need
        need.refresh_from_db()
        taken = need.missions.taking_a_place().count()
        assert (taken, need.status) in {(1, NeedStatus.FILLED), (0, NeedStatus.PUBLISHED)}


def test_a_colleague_says_yes_while_they_are_shown_out_too():
    """No proposal is left in the name of somebody who has gone."""
    for _round in range(2 * ROUNDS):
        mission, boss, colleague = left_mission()
        asked = succession.ask(mission, colleague=colleague, word="", by=boss, now=timezone.now())
        yes = or_too_late(succession.answer, asked, answer="YES", by=colleague, now=timezone.now())
        together(yes, out(colleague, mission.offer.organisation, boss))
        assert not Proposal.objects.open().filter(transfer=asked).exists()


def test_whoever_would_come_takes_their_yes_back_while_the_structure_says_its_own():
    """Taken back either way; what had begun by then is told."""
    for _round in range(2 * ROUNDS):
        company, _boss, _other = a_company()
        person = make_user(first_name="Noé")
        need = make_need(member=make_user())
        proposal = make_proposal(need, make_offer(person, organisation=company))
        consent = Consent.objects.get(kind=ConsentKind.MISSION, about=proposal.pk)
        together(
            or_too_late(proposals.accept, proposal, side=Side.NEED, by=need.created_by),
            lambda consent=consent, person=person: own_name.take_back(consent, by=person),
        )
        assert not Consent.objects.standing(person, ConsentKind.MISSION, proposal).exists()
        begun = Mission.objects.filter(proposal=proposal).exists()
        assert Proposal.objects.get(pk=proposal.pk).status == ("AGREED" if begun else "WITHDRAWN")
