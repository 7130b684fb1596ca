"""What a letter says holds for whoever reads it, on the day on which it leaves: each sentence here was once sent where it
didn't."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import OrganisationStep
from marketplace.actions.documents import documents
from marketplace.actions.market import in_turn, needs, proposals
from marketplace.actions.missions import amendments, hours, missions, served, sheets
from marketplace.models import (
    Document,
    HoursEntry,
    Mission,
    Offer,
    Origin,
    Proposal,
    Regime,
    Side,
)
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.documents.test_mandates import agree, lead_of, paper, sign
from tests.marketplace.missions.amending import later, propose, signed_mission
from tests.marketplace.missions.leavers import goes
from tests.marketplace.missions.pairing import Pairing
from tests.marketplace.missions.served_people import (
    Form,
    head_of,
    joint_mission,
    make_carrier,
    structure_of,
)

pytestmark = pytest.mark.django_db
RUNNING = MissionStatus.RUNNING


def told(kind, reader=None):
    letters = Notification.objects.filter(kind=kind)
    letters = letters.filter(recipient=reader) if reader else letters
    return [f"{one.subject}\n{one.text}".replace("\xa0", " ") for one in letters.order_by("pk")]


@pytest.fixture
def boss():
    return make_user("Paul", "Delattre")


@pytest.fixture
def company(boss):
    return make_organisation("COMPANY", administrator=boss)


@pytest.fixture
def town():
    return structure_of("Ville", form=Form.PUBLIC)


def boss_of(company):
    return company.members.get(first_name="Paul")


def joint(town, company, status=MissionStatus.DOCUMENTS, **fields):
    mission = joint_mission(
        town, work=True, company=company, regime=Regime.PRESTATION, status=status, **fields
    )
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    return mission


# --- several structures --------------------------------------------------------------------
def test_the_first_mission_is_said_to_keep_what_it_keeps():
    """“La première mission garde 40 heures”, of which ten had just gone into the second."""
    coop = structure_of("ACEPP", form=Form.SCIC, gives=None)
    mission = joint_mission(coop, structure_of("Ville"), work=True, regime=Regime.LOAN)
    before = mission.sheet.hours
    served.set_apart(
        mission.served.get(organisation=coop), hours=10, large_lender=True, small_user=True,
        by=make_coordinator(mission.need.pole),
    )  # fmt: skip
    assert Mission.objects.get(pk=mission.pk).sheet.hours == before - 10
    letters = told("served_apart")
    assert letters
    assert all(f"garde {before - 10} heures" in letter for letter in letters)


def test_a_structure_is_told_that_it_may_leave_only_before_the_mission_begins(town, company):
    mission = joint(town, company, started_at=None)
    may_leave = "peut aussi se retirer de la mission"
    agree(mission, town)
    first = paper(mission)
    sign(first, "STRUCTURE", lead_of(mission))
    sign(Document.objects.get(pk=first.pk), "EMPLOYER", boss_of(company))
    Mission.objects.update(
        status=RUNNING, started_at=timezone.now(), agreed_version=1, starts_on=in_days(0)
    )
    by = make_coordinator(mission.need.pole)
    documents.void(Document.objects.get(pk=first.pk), reason="Une erreur.", by=by)
    mission = Mission.objects.get()
    sheets.change(mission, {"work": "Autre chose"}, read=1, side="NEED", by=lead_of(mission))
    mission = Mission.objects.get()
    mission.sheet.need_agreed = mission.sheet.offer_agreed = mission.sheet.number
    mission.sheet.save()
    Notification.objects.all().delete()
    paper(mission)
    (letter,) = told("mandate_asked")
    assert may_leave not in letter


def test_a_structure_taken_out_isnt_told_that_nothing_had_been_signed(town, company):
    """Its name was on a paper that the lead had signed for all; it was voided, with its signature."""
    mission = joint(town, company, started_at=None)
    agree(mission, town)
    sign(paper(mission), "STRUCTURE", lead_of(mission))
    served.take_out(mission.served.get(organisation=town), by=lead_of(mission))
    (letter,) = told("served_no_more")
    assert "Aucun document en vigueur ne porte son nom" in letter
    assert "Rien n’a été signé" not in letter
    assert all("sont refaits" not in letter for letter in told("serves_one_less"))
    assert all("La fiche de mission a changé" not in letter for letter in told("document_voided"))


def test_the_lead_is_told_whose_yes_comes_before_its_signature(town, company):
    """“Signez-la d’un clic” was refused until each structure had said yes."""
    mission = joint(town, company, started_at=None)
    made = paper(mission)
    waits = "une fois que celles-ci ont dit oui : Ville"
    assert waits in told("document_to_sign", lead_of(mission))[-1]
    sign(made, "EMPLOYER", boss_of(company))
    assert waits in told("document_half_signed", lead_of(mission))[-1]
    Notification.objects.all().delete()
    agree(mission, town)
    documents.void(Document.objects.get(pk=made.pk), reason="x", by=make_coordinator())
    paper(Mission.objects.get())
    assert all(waits not in letter for letter in told("document_to_sign", lead_of(mission)))


# --- missions ------------------------------------------------------------------------------
def test_of_a_mission_called_off_nobody_who_leaves_is_told_to_write_hours(boss, company):
    mission = make_mission(
        work=True, company=company, status=RUNNING, regime=Regime.PRESTATION,
        starts_on=in_days(5), ends_on=in_days(60), started_at=timezone.now(),
    )  # fmt: skip
    by, days = mission.need.organisation.members.first(), timedelta(days=20)
    missions.interrupt(mission, reason="Non.", by=by, now=timezone.now())
    mission = Mission.objects.get()
    Mission.objects.update(
        started_at=mission.started_at - days, interrupted_at=mission.interrupted_at - days,
        moved_at=mission.moved_at - days, starts_on=mission.starts_on - days,
        ends_on=mission.ends_on - days,
    )  # fmt: skip
    goes(Mission.objects.get())
    assert told("left_behind") == []


@pytest.mark.parametrize("status", [MissionStatus.DOCUMENTS, MissionStatus.SUSPENDED, RUNNING])
def test_past_its_end_only_work_that_may_be_said_to_be_done_is_asked_to_be(status):
    mission = signed_mission(Regime.PRESTATION, status=status)
    Mission.objects.update(ends_on=in_days(-1))
    propose(Mission.objects.get(), ends_on=later(mission))
    amendments.tell_overdue(timezone.localdate(), timezone.now())
    letters = told("amendment_overdue")
    assert letters
    for letter in letters:
        assert ("dites que le travail est terminé" in letter) == (status == RUNNING)


def test_a_suspended_structure_is_told_of_hours_once_it_may_answer():
    """“Sans nouvelle de vous, elles comptent comme confirmées”: it could neither confirm nor contest them, and they did
    not."""
    mission = make_mission(
        work=True, status=RUNNING, regime=Regime.PRESTATION, starts_on=in_days(-30)
    )
    house, by = mission.need.organisation, make_coordinator(mission.need.pole)
    organisations.suspend(house, reason="À voir", by=by)
    yesterday = timezone.now() - timedelta(days=1)
    HoursEntry.objects.create(
        mission=mission, person=mission.offer.person, day=in_days(-1), hours=5,
        created_at=yesterday,
    )  # fmt: skip
    hours.ask_due(timezone.localdate(), timezone.now())
    assert told("hours_to_confirm") == []
    house.refresh_from_db()
    organisations.restore(house, by=by)
    assert OrganisationStep.objects.filter(organisation=house).exists()
    hours.ask_due(timezone.localdate(), timezone.now())
    assert len(told("hours_to_confirm")) == 1


def test_whoever_gives_no_review_isnt_asked_for_one(company):
    """Somebody of the company had written the offer for a colleague: “deux minutes pour un bilan”, and no form."""
    paul = make_user("Paul", "Roy")
    company.memberships.create(user=paul)
    mission = make_mission(
        work=True, company=company, status=RUNNING, regime=Regime.PRESTATION, starts_on=in_days(-30)
    )
    Offer.objects.update(created_by=paul)
    by = mission.need.organisation.members.first()
    missions.deliver(Mission.objects.get(), by=by, now=timezone.now())
    assert told("mission_delivered", mission.offer.person)
    assert told("mission_delivered", paul) == []
    (letter,) = told("mission_moved", paul)
    assert "bilan" not in letter


# --- needs ---------------------------------------------------------------------------------
def test_the_other_half_of_a_pair_isnt_said_to_be_full():
    """“Toutes les places sont prises” and a waiting list that wasn't there, of a need that still looked for somebody."""
    pairing, zoe = Pairing(), make_user("Zoé", "Marin")
    other = make_offer(zoe, organisation=pairing.company, skills=("site-web",))
    first = proposals.apply(pairing.need, pairing.work, word="", by=pairing.noe)
    proposals.apply(pairing.need, other, word="", by=zoe)
    proposals.accept(first, side=Side.NEED, by=pairing.aline)
    assert pairing.fresh().status == NeedStatus.PUBLISHED
    (letter,) = told("proposal_closed", zoe)
    assert "cette moitié du binôme" in letter
    assert "places sont prises" not in letter


def test_nobody_in_turn_isnt_said_to_have_said_no_whom_the_structure_declined():
    aline, solene = make_user("Aline", "Roy"), make_coordinator(first_name="Solène")
    need = make_need(
        make_organisation(name="Bottines", member=aline), skills=("site-web",),
        created_by=aline, coordinator=solene,
    )  # fmt: skip
    people = [make_user(), make_user()]
    offers = [make_offer(one, skills=("site-web",)) for one in people]
    in_turn.begin(need, offers, word="", by=solene, origin=Origin.COORDINATOR, now=timezone.now())
    first = Proposal.objects.get(offer=offers[0])
    proposals.accept(first, side=Side.OFFER, by=people[0])
    proposals.decline(Proposal.objects.get(pk=first.pk), side=Side.NEED, reason="Non.", by=aline)
    in_turn.go_on(timezone.now())
    proposals.decline(
        Proposal.objects.get(offer=offers[1]), side=Side.OFFER, reason="Non.", by=people[1]
    )
    in_turn.go_on(timezone.now())
    (letter,) = told("nobody_in_turn", aline)
    assert "aucune ne viendra" in letter
    assert "dit oui" not in letter


def test_who_carries_a_need_is_told_what_its_lead_does(town):
    """“Vous pouvez les inviter” was written to those who can't."""
    aline, solene = make_user("Aline", "Roy"), make_coordinator(first_name="Solène")
    need = make_need(
        make_organisation(name="Bottines", member=aline), skills=("site-web",),
        created_by=aline, coordinator=solene, status=NeedStatus.SUBMITTED,
    )  # fmt: skip
    make_carrier(need, town)
    needs.publish(need, by=solene)
    assert "vous pouvez les inviter" in told("need_published", aline)[0]
    (letter,) = told("need_published", head_of(town))
    assert "Bottines, qui mène le besoin, les invite" in letter
    assert "vous pouvez" not in letter


@pytest.mark.parametrize("is_over", [False, True])
def test_what_begins_after_its_last_day_isnt_said_to_take_hours_day_by_day(client, is_over):
    """Every later day was refused: an amendment came first, of which neither the page nor the letters said a word."""
    mission = signed_mission(Regime.PRESTATION, status=MissionStatus.DOCUMENTS)
    began, last = in_days(-30), in_days(-3 if is_over else 30)
    Mission.objects.update(starts_on=began, ends_on=last, started_at=None)
    mission, by = Mission.objects.get(), mission.need.organisation.members.first()
    make_coordinator(mission.need.pole)
    client.force_login(by)
    door = reverse("mission-start", args=[mission.pk])
    later = "une fois ses dates changées"
    assert (later in client.get(door).text) == is_over
    client.post(door)
    mission.refresh_from_db()
    assert mission.status == RUNNING
    letters = told("mission_kick_off") + told("mission_moved")
    assert len(letters) > 1
    assert all((later in letter) == is_over for letter in letters)
    assert all(
        ("jour après jour" in letter or "première rencontre" in letter) != is_over
        for letter in letters
    )
