"""What the letters around a loan billed below its cost say of the coordination, which holds its papers back."""

import pytest
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import proposals
from marketplace.actions.missions import agreements, below_cost, departures, sheets, succession
from marketplace.models import (
    Agreement,
    Departure,
    Duty,
    Employee,
    Mission,
    MissionSheet,
    Regime,
    Side,
    Transfer,
)
from marketplace.rules.below_cost import refusal_of
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_user

MANAGER = {"manager_name": "Dominique Roy", "manager_email": "dominique@example.org"}


@pytest.fixture
def mission():
    """An association lends its bookkeeper to another, for 40 % of the cost."""
    found = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN, member=make_user())
    person = found.offer.person
    sheets.change(found, {"billed_share": 40}, read=1, side=Side.OFFER, by=person)
    return Mission.objects.get(pk=found.pk)


@pytest.fixture
def coordinator(mission):
    return make_coordinator(mission.need.pole, first_name="Sami", last_name="Roy")


def employer_agrees(mission) -> str:
    """The manager, then the employer; what the structure is told."""
    MissionSheet.objects.update(need_agreed=2, offer_agreed=2)
    Mission.objects.update(status=MissionStatus.AGREEMENT)
    company = mission.offer.organisation
    employee = Employee.objects.create(organisation=company, person=mission.offer.person, **MANAGER)
    agreements.ask_manager(
        Mission.objects.get(), employee=employee, programme=None, by=mission.offer.person,
        now=timezone.now(),
    )  # fmt: skip
    boss = make_user(first_name="Paul")
    membership = Membership.objects.create(user=boss, organisation=company)
    Duty.objects.create(membership=membership, kind=Duty.Kind.SIGNATORY, given_by=boss)
    agreements.answer(Agreement.objects.waiting().get(), answer="YES", now=timezone.now())
    agreements.answer(Agreement.objects.waiting().get(), answer="YES", by=boss, now=timezone.now())
    return Notification.objects.get(
        kind="agreement_given", recipient=mission.need.created_by
    ).text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "la coordination dit d’abord oui ou non"),
        (True, "La suite : établir les documents"),
    ],
)
def test_the_employers_yes_announces_papers_only_where_the_coordination_lets_them_be_made(
    mission, coordinator, answer, said
):
    """“La suite : établir les documents” was sent while the page of the papers said that none could be made."""
    if answer is not None:
        below_cost.answer(mission, share=40, agrees=answer, words="Vu.", by=coordinator)
    letter = employer_agrees(mission)
    assert said in letter
    assert ("La suite : établir les documents" in letter) == (answer is True)


@pytest.mark.parametrize("asked", [True, False])
def test_a_coordinator_who_is_asked_about_the_cost_isnt_told_that_nothing_is_to_be_done(
    mission, coordinator, asked
):
    """A colleague takes a loan below cost over: “Rien à faire pour l’instant” came beside the question itself."""
    if not asked:
        MissionSheet.objects.update(billed_share=100)
    Mission.objects.update(status=MissionStatus.RUNNING)
    left, company = mission.offer.person, mission.offer.organisation
    colleague = make_user(first_name="Odile")
    boss = make_user(first_name="Paul")
    for person in (colleague, boss):
        Membership.objects.create(user=person, organisation=company)
    Membership.objects.get(user=left).delete()
    departures.begin(left, company, why=Departure.Why.REMOVED, by=boss, now=timezone.now())
    now = {"now": timezone.now()}
    transfer = succession.ask(Mission.objects.get(), colleague=colleague, word="", by=boss, **now)
    succession.answer(transfer, answer=Transfer.Answer.YES, by=colleague, **now)
    transfer.refresh_from_db()
    proposals.accept(transfer.proposal, side=Side.NEED, by=mission.need.created_by)
    told = Notification.objects.filter(recipient=coordinator)
    letter = told.get(kind="mission_started", text__contains="Odile").text.replace("\xa0", " ")
    assert ("Rien à faire pour l’instant" in letter) != asked
    assert ("dites d’abord oui ou non" in letter) == asked


def test_where_nobody_coordinates_the_coordination_isnt_said_to_have_been_told(mission):
    assert not Notification.objects.filter(kind="below_cost_asked").exists()
    why = refusal_of(mission)
    assert "La coordination dit d’abord" in why
    assert "prévenue" not in why
