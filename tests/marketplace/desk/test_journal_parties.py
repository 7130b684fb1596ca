"""Whom a reading is told: those whom it is about, and nobody who is on a side."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import journal, unclaimed
from marketplace.models import JournalEntry, JournalKind, TeamMember, Time
from marketplace.rules.journal_parties import NOUNS, Reader
from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk import behalf_people
from tests.marketplace.market.programme_house import Role, head_of, make_house, member

pytestmark = pytest.mark.both  # one INSERT, that each database puts together from what it holds


@pytest.fixture
def mission():
    return make_mission()


@pytest.fixture
def solene(mission):
    return make_coordinator(mission.need.pole, first_name="Solène", last_name="Durand")


def tell(by, noun, which, kind=JournalKind.MISSION_READ):
    return journal.tell(kind, NOUNS[noun], which, reader=Reader.of_user(by), now=timezone.now())


def told():
    rows = JournalEntry.objects.filter(told=True)
    return {(row.subject, row.house) for row in rows.select_related("subject", "house")}


def test_a_mission_is_told_to_who_comes_and_to_the_structure(mission, solene):
    assert tell(solene, "mission", mission.pk) == 2
    assert told() == {(mission.offer.person, None), (None, mission.need.organisation)}
    row = JournalEntry.objects.first()
    assert (row.by, row.pole, row.number) == (solene, mission.need.pole, mission.pk)
    assert row.organisation.memberships.filter(user=solene).exists()


def test_on_working_time_the_employer_is_told_too():
    mission = make_mission(work=True)
    solene = make_coordinator(mission.need.pole)
    tell(solene, "mission", mission.pk)
    assert (mission.offer.person, mission.offer.organisation) in told()


def test_own_time_is_never_the_employer_s_whatever_is_noted_beside_it(mission, solene):
    company = make_organisation(Organisation.Kind.COMPANY)
    type(mission.offer).objects.filter(pk=mission.offer_id).update(organisation=company)
    boss = make_user()
    Membership.objects.create(user=boss, organisation=company, role="ADMINISTRATOR")
    for noun, which in (
        ("mission", mission.pk),
        ("offer", mission.offer_id),
        ("proposal", mission.proposal_id),
    ):
        tell(solene, noun, which)
        tell(boss, noun, which)
    assert company not in {house for _person, house in told()}
    assert not JournalEntry.objects.filter(by=boss).exists()


def test_each_of_a_team_is_told_but_the_reader(mission, solene):
    zoe = make_user("Zoé")
    for person in (zoe, solene):
        TeamMember.objects.create(mission=mission, person=person, hours=7, named_by=solene)
    tell(solene, "mission", mission.pk)
    assert (zoe, None) in told()
    assert solene not in {person for person, _house in told()}


@pytest.mark.parametrize("side", ["person", "structure"])
def test_a_coordinator_who_is_on_a_side_reads_their_own(mission, solene, side):
    if side == "person":
        type(mission.offer).objects.filter(pk=mission.offer_id).update(person=solene)
    else:
        Membership.objects.create(
            user=solene, organisation=mission.need.organisation, role="ADMINISTRATOR"
        )
    assert tell(solene, "mission", mission.pk) == 0


@pytest.mark.parametrize("who", ["stranger", "elsewhere", "left", "suspended", "closed"])
def test_whoever_coordinates_nothing_there_today_writes_nothing(mission, solene, who):
    if who == "stranger":
        solene = make_user()
    elif who == "elsewhere":
        solene = make_coordinator(make_pole("Pôle du Lac", ("74",)))
    elif who == "left":
        Membership.objects.filter(user=solene).delete()
    elif who == "suspended":
        Organisation.objects.filter(memberships__user=solene).update(status="SUSPENDED")
    else:
        solene.is_active = False
        solene.save()
    assert tell(solene, "mission", mission.pk) == 0


def test_a_paper_a_conversation_and_a_file_are_told_as_their_mission_is(mission, solene):
    thread = mission.proposal.thread
    assert tell(solene, "conversation", thread.pk, JournalKind.TALK_READ) == 2
    assert told() == {(mission.offer.person, None), (None, mission.need.organisation)}


@pytest.mark.parametrize("noun", NOUNS)
def test_a_row_that_isn_t_there_writes_nothing(noun, solene):
    which = "none" if noun == "file" else 999_999_999
    assert tell(solene, noun, which) == 0


def test_an_employer_who_reads_what_is_kept_of_somebody_is_named_to_them(client):
    house = make_house()
    head, employee = head_of(house), member(house)
    row = Membership.objects.get(user=employee, organisation=house)
    client.force_login(head)
    assert client.get(reverse("employment", args=[row.pk])).status_code == 200
    assert told() == {(employee, None)}
    client.force_login(employee)
    page = client.get(reverse("who-read")).text
    assert f"{head}, pour {house}" in page
    assert "a lu la page de votre contrat et de votre date d’entrée" in page


def test_a_colleague_who_answers_for_them_and_reads_their_mission_at_work_is_told_of_too():
    mission = make_mission(work=True)
    house = mission.offer.organisation
    hr = member(house, Role.REPRESENTATIVE)
    tell(hr, "mission", mission.pk)
    assert told() == {(mission.offer.person, None)}
    assert tell(mission.offer.person, "mission", mission.pk) == 0, "their own"


def test_what_is_written_in_a_structure_s_place_is_told_to_it():
    them = behalf_people.desk()
    house = make_organisation(pole=them.pole)
    behalf_people.a_draft(them, house)
    [line] = JournalEntry.objects.filter(kind=JournalKind.FOR_THEM)
    assert (line.house, line.by) == (house, them.writer)


def test_a_list_that_leaves_is_told_to_each_who_is_in_it(client, mission, solene):
    other = make_offer(pole=mission.need.pole, time=Time.OWN)
    client.force_login(solene)
    client.post(reverse("lists-export", args=["offres", "csv"]))
    lines = JournalEntry.objects.filter(kind=JournalKind.LISTED)
    assert {line.subject for line in lines} >= {other.person}
    assert {line.words for line in lines} == {"offer"}
    assert lines.filter(at__gte=timezone.now() - timedelta(minutes=5)).count() == lines.count()


def test_a_name_that_is_no_longer_there_is_no_fault(client, mission, solene):
    tell(solene, "mission", mission.pk)
    person = mission.offer.person
    type(mission.proposal).objects.filter(pk=mission.proposal_id).update(status="DECLINED")
    client.force_login(person)
    assert client.get(reverse("who-read")).status_code == 200


def test_a_structure_that_nobody_takes_up_is_erased_though_it_was_read():
    them = behalf_people.desk()
    need = behalf_people.a_draft(them)
    house = need.organisation
    tell(them.colleague, "need", need.pk, JournalKind.NEED_READ)
    unclaimed.refuse(need.behalf, by=them.writer, now=timezone.now())
    assert not Organisation.objects.filter(pk=house.pk).exists()
    assert JournalEntry.objects.filter(house=house.pk).count() == 2


def test_an_offer_of_another_pole_that_is_put_forward_here_is_told_once(solene):
    """Whoever coordinates the need's pôle opens it too, in the name of their own; nobody of a third one is told of."""
    elsewhere = make_pole("Pôle du Sud", departments=("34",))
    offer = make_offer(make_user("Nora", "Cherif"), pole=elsewhere)
    third = make_coordinator(make_pole("Pôle de l’Est", departments=("67",)))
    assert tell(solene, "offer", offer.pk, JournalKind.OFFER_READ) == 0
    pole = solene.memberships.get().organisation.pole
    for _twice in range(2):
        make_proposal(make_need(make_organisation(pole=pole)), offer)
    assert tell(solene, "offer", offer.pk, JournalKind.OFFER_READ) == 1
    assert tell(third, "offer", offer.pk, JournalKind.OFFER_READ) == 0
    line = JournalEntry.objects.get(kind=JournalKind.OFFER_READ)
    assert (line.subject, line.pole) == (offer.person, pole)
    assert line.organisation.memberships.filter(user=solene).exists()
