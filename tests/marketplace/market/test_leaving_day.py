"""The day on which an organisation leaves has come: what ends, what stays, and who is told."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import invitations, people
from accounts.models import Invitation, Membership, Organisation, PastMembership
from accounts.states import OrganisationStatus
from marketplace.actions.market import leaving as acts
from marketplace.actions.missions import hours
from marketplace.models import CompanyProgramme, Departure, HoursEntry, Mission, Offer
from marketplace.states import MissionStatus, OfferStatus, RoundStatus
from notifications.models import Notification
from notifications.rules import why_moot
from tests.factories import (
    in_days,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_user,
)
from tests.marketplace.market.leaving_people import BOTH, ring, two_houses
from tests.marketplace.market.round_people import open_house


@pytest.fixture
def houses():
    return two_houses()


def letters(kind: str, person=None):
    found = Notification.objects.filter(kind=kind)
    return found.filter(recipient=person) if person else found


def test_the_clock_closes_it_on_its_day(houses):
    leaving = houses.set(30)
    ring()
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        ring()
        leaving.refresh_from_db()
        assert leaving.closed_at
        assert leaving.ended_at
        assert houses.fresh().status == OrganisationStatus.CLOSED
    assert houses.fresh().steps.last().by == houses.claire


def test_what_it_had_here_ends_and_its_people_are_of_it_no_more(houses):
    programme = CompanyProgramme.objects.create(
        organisation=houses.house, name="Deux jours", days_per_year=2
    )
    Invitation.objects.filter(organisation=houses.house).delete()
    invitations.invite(
        houses.house, email="x@example.org", role="EMPLOYEE", by=houses.claire, now=timezone.now()
    )
    leaving = houses.leave()
    assert leaving.ended_at
    assert set(leaving.administrators.all()) == {houses.claire, houses.paul}
    assert not houses.house.memberships.exists()
    assert PastMembership.objects.filter(organisation=houses.house).count() == 5
    assert not Offer.objects.filter(organisation=houses.house).exclude(status="EXPIRED").exists()
    assert houses.house.invitations.get().withdrawn_at
    assert CompanyProgramme.objects.get(pk=programme.pk).closed_at
    houses.mission.refresh_from_db()
    assert houses.mission.status == MissionStatus.INTERRUPTED


def test_a_round_is_cancelled_and_who_comes_is_told():
    house = open_house(people=1)
    (person,) = house.people
    house.say(person)
    acts.leave(house.company, on=in_days(0), accepted=BOTH, by=house.claire, now=timezone.now())
    ring()
    assert house.fresh().status == RoundStatus.CANCELLED
    letter = letters("round_cancelled", person).get()
    assert why_moot(letter) == "", "it is sent, though they have gone too"


def test_who_was_on_a_mission_reads_on_the_day_that_it_stopped_and_how_to_write_hours(houses):
    houses.leave()
    assert "Vos missions sur le temps de travail se sont arrêtées" in _words(houses.noe)
    assert "arrêtées" not in _words(houses.iris)


def _words(person):
    return letters("house_leaves", person).get().text


def test_the_structure_isnt_told_that_the_offer_is_open_to_others(houses):
    houses.leave()
    told = letters("mission_interrupted", houses.mission.need.created_by).get().text
    assert "l’offre" not in told


def test_the_other_house_is_left_as_it_was(houses):
    houses.leave()
    houses.theirs.refresh_from_db()
    assert houses.theirs.status == MissionStatus.RUNNING
    assert houses.boris.administers(houses.other)
    assert not letters("house_leaves", houses.boris).exists()


def test_own_time_is_neither_touched_nor_told(houses):
    own = make_offer(houses.noe, title="Le dimanche", organisation=houses.house, time="OWN")
    need = make_need(title="Repeindre la salle", member=make_user("Aline"))
    volunteering = make_mission(need=need, person=houses.noe, status=MissionStatus.RUNNING)
    houses.leave()
    volunteering.refresh_from_db()
    own.refresh_from_db()
    assert volunteering.status == MissionStatus.RUNNING
    assert (own.status, own.organisation) == (OfferStatus.PUBLISHED, None)
    told = " ".join(Notification.objects.values_list("text", flat=True))
    assert "Le dimanche" not in told
    assert not letters("house_leaves_missions", need.created_by).exists()


def test_whoever_was_lent_writes_their_hours_for_two_weeks_and_the_structure_confirms(
    houses, client
):
    Mission.objects.filter(pk=houses.mission.pk).update(starts_on=in_days(-10))
    houses.leave()
    departure = Departure.objects.get(mission=houses.mission, person=houses.noe)
    assert departure.house_has_left
    client.force_login(houses.noe)
    page = client.get(f"/missions/{houses.mission.pk}/faite/")
    assert page.status_code == 200
    assert page.context["form"] is not None
    assert "votre employeur a quitté le site" in page.content.decode()
    mission = Mission.objects.get(pk=houses.mission.pk)
    assert (
        hours.write(mission, {in_days(-1): (3, "Plans")}, person=houses.noe, today=in_days(0)) == 1
    )
    structure = mission.need.organisation.members.get()
    hours.confirm(mission, up_to=mission.hours.get().pk, by=structure, now=timezone.now())
    assert mission.hours.confirmed().count() == 1


def test_each_of_its_people_has_one_letter_and_no_other_of_the_leaving(houses):
    houses.leave()
    ring()
    assert letters("house_leaves", houses.noe).count() == 1
    assert letters("house_closed", houses.claire).count() == 1
    assert letters("house_closed", houses.paul).count() == 1
    assert not letters("house_leaves", houses.paul).exists()
    for kind in ("member_left", "member_removed", "left_behind", "person_left"):
        assert not letters(kind).exists(), kind


def test_who_was_told_before_isnt_told_again_on_the_day(houses):
    houses.set(2)
    ring()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ring()
    assert letters("house_leaves", houses.noe).count() == 1


def test_one_mission_that_cant_be_ended_holds_neither_the_others_nor_the_people(
    houses, monkeypatch
):
    second = make_mission(
        work=True, company=houses.house, person=houses.iris, status=MissionStatus.RUNNING
    )
    real = acts.missions.interrupt

    def broken(mission, **said):
        if mission.pk == houses.mission.pk:
            raise ValueError("a fault")
        real(mission, **said)

    monkeypatch.setattr(acts.missions, "interrupt", broken)
    leaving = houses.leave()
    second.refresh_from_db()
    assert second.status == MissionStatus.INTERRUPTED
    assert not houses.house.memberships.exists()
    assert leaving.ended_at is None
    monkeypatch.setattr(acts.missions, "interrupt", real)
    ring()
    leaving.refresh_from_db()
    assert leaving.ended_at


def test_a_long_one_is_ended_in_pieces(houses, monkeypatch):
    monkeypatch.setattr(acts, "TURN", 2)
    leaving = houses.set(0)
    ring()
    assert houses.house.memberships.count() == 5  # after the missions and the offers
    for _turn in range(8):
        ring()
    leaving.refresh_from_db()
    assert leaving.ended_at
    assert not houses.house.memberships.exists()


def test_a_suspended_company_may_leave(houses):
    Organisation.objects.filter(pk=houses.house.pk).update(status="SUSPENDED")
    houses.leave()
    assert houses.fresh().status == OrganisationStatus.CLOSED


def test_its_last_administrator_has_closed_their_account_meanwhile():
    alone = make_user()
    house = make_organisation("COMPANY", administrator=alone)
    leaving = acts.leave(house, on=in_days(2), accepted=(), by=alone, now=timezone.now())
    people.forget(alone, now=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        ring()
    leaving.refresh_from_db()
    assert leaving.ended_at
    assert not leaving.administrators.exists()


def test_an_association_leaves_with_its_needs_and_their_missions(houses):
    mission = houses.mission
    aline = mission.need.organisation.members.get()
    Membership.objects.filter(user=aline).update(role="ADMINISTRATOR")
    waits = make_need(mission.need.organisation)
    acts.leave(
        mission.need.organisation, on=in_days(0), accepted=BOTH, by=aline, now=timezone.now()
    )
    ring()
    mission.refresh_from_db()
    waits.refresh_from_db()
    assert mission.status == MissionStatus.INTERRUPTED
    assert waits.status == "WITHDRAWN"
    assert houses.claire.administers(houses.house)


def test_a_mission_that_waits_for_a_value_is_closed_with_the_reason(houses):
    Mission.objects.filter(pk=houses.mission.pk).update(
        status=MissionStatus.REVIEWED, regime="LOAN"
    )
    HoursEntry.objects.create(
        mission=houses.mission, person=houses.noe, day=in_days(0), hours=3, what="Plans",
        confirmed_at=timezone.now(),
    )  # fmt: skip
    houses.leave()
    houses.mission.refresh_from_db()
    assert houses.mission.status == MissionStatus.CLOSED
    assert houses.house.name in houses.mission.steps.last().said


def test_hours_that_the_structure_contests_may_still_be_corrected_before_the_mission_closes(houses):
    Mission.objects.filter(pk=houses.mission.pk).update(
        status=MissionStatus.REVIEWED, regime="LOAN"
    )
    HoursEntry.objects.create(
        mission=houses.mission, person=houses.noe, day=in_days(0), hours=3, what="Plans",
        contested_at=timezone.now(),
    )  # fmt: skip
    houses.leave()
    houses.mission.refresh_from_db()
    assert houses.mission.status == MissionStatus.REVIEWED, "two weeks, as for everybody"
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        ring()
    houses.mission.refresh_from_db()
    assert houses.mission.status == MissionStatus.CLOSED
