"""Somebody leaves the company: what they do there on working time waits, all sides hear, nothing is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.refusals import Refusal
from accounts.models import ForbiddenMove, Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions.market import people
from marketplace.actions.missions import followups, missions, renewals, succession
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Departure,
    Mission,
    Offer,
    Regime,
    Time,
)
from marketplace.states import MissionStatus, OfferStatus
from marketplace.tasks import notice_departures
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)
from tests.marketplace.missions.leavers import back, goes, membership_of, told

pytestmark = pytest.mark.django_db
LIVE_BEFORE = [
    MissionStatus.FRAMING,
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.DISPUTED,
]


@pytest.fixture
def boss():
    return make_user(first_name="Paul", last_name="Delattre")


@pytest.fixture
def company(boss):
    return make_organisation(
        Organisation.Kind.COMPANY, administrator=boss, name="Fonderie des Hauts", legal_form="SAS"
    )


@pytest.fixture
def head():
    return make_user(first_name="Aline", last_name="Moreau")


@pytest.fixture
def mission(company, head):
    return make_mission(
        work=True, company=company, member=head, status=MissionStatus.RUNNING,
        regime=Regime.PRESTATION, starts_on=in_days(-30),
    )  # fmt: skip


@pytest.fixture
def coordinator(mission):
    return make_coordinator(mission.need.pole, first_name="Solène", last_name="Caron")


# --- from that day -------------------------------------------------------------------------
@pytest.mark.parametrize("before", LIVE_BEFORE)
def test_a_removal_suspends_what_they_do_on_working_time_wherever_it_stands(mission, before):
    Mission.objects.filter(pk=mission.pk).update(status=before)
    after = goes(mission)
    departure = after.departures.get()
    assert after.status == MissionStatus.LEFT
    assert (departure.before, departure.last_on) == (before, timezone.localdate())
    assert departure.why == Departure.Why.REMOVED
    assert after.steps.last().after == MissionStatus.LEFT


def test_leaving_by_oneself_does_the_same(mission):
    people.leave(membership_of(mission), now=timezone.now())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.LEFT
    assert mission.departures.get().why == Departure.Why.LEFT


def test_each_side_has_one_letter(mission, boss, head, coordinator):
    goes(mission)
    for person in (boss, head, coordinator):
        assert told("person_left", person) == 1, person
    assert told("left_behind", mission.offer.person) == 1
    assert told("person_left", mission.offer.person) == 0


def test_the_company_alone_reads_that_it_may_hand_the_mission_over(client, mission, boss, head):
    goes(mission)
    letters = Notification.objects.filter(kind="person_left")
    said = {person: letters.get(recipient=person).text for person in (boss, head)}
    assert "un ou une collègue du même employeur" in said[boss]
    assert "collègue" not in said[head]
    assert "chercher quelqu’un d’autre" in said[head]
    for person, yours in ((head, True), (boss, False)):  # who confirms the hours
        client.force_login(person)
        page = client.get(reverse("mission-left", args=[mission.pk])).text
        assert all(("ous les confirmez" in text) is yours for text in (said[person], page))


def test_nothing_else_of_theirs_is_touched(mission, company):
    """Own time, another company's, somebody else's, a team's."""
    person = mission.offer.person
    own = make_mission(person=person, status=MissionStatus.RUNNING)
    elsewhere = make_mission(work=True, person=person, status=MissionStatus.RUNNING)
    colleague = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    team = make_mission(work=True, company=company, status=MissionStatus.RUNNING)
    Offer.objects.filter(pk=team.offer_id).update(person=None, created_by=person)
    goes(mission)
    for other in (own, elsewhere, colleague, team):
        other.refresh_from_db()
        assert other.status == MissionStatus.RUNNING
        assert not other.departures.exists()


def test_an_offer_of_their_own_time_goes_with_them(mission, company):
    own = make_offer(mission.offer.person, organisation=company, time=Time.OWN)
    waiting = make_proposal(make_need(), own)
    at_work = make_offer(mission.offer.person, organisation=company)
    goes(mission)
    for row in (own, at_work, waiting):
        row.refresh_from_db()
    assert (own.organisation, own.status, waiting.is_open) == (None, OfferStatus.PUBLISHED, True)
    assert at_work.status == OfferStatus.PAUSED


def test_what_was_over_keeps_the_day_and_asks_nothing(mission, head):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    after = goes(mission)
    assert after.status == MissionStatus.DELIVERED
    assert after.departures.get().outcome == Departure.Outcome.OVER
    assert told("person_left", head) == 0


def test_twice_is_once(mission, boss, head):
    membership = membership_of(mission)
    goes(mission)
    with pytest.raises(Refusal):
        people.remove(membership, by=boss, now=timezone.now())
    assert mission.departures.count() == 1
    assert told("person_left", head) == 1


@pytest.mark.parametrize("act", ["start", "resume", "suspend", "dispute", "deliver"])
def test_nothing_leads_on_before_it_is_settled(mission, boss, act):
    after = goes(mission)
    said = {"suspend": {"reason": "."}, "dispute": {"reason": "."}}.get(act, {})
    now = {"now": timezone.now()} if act in {"start", "deliver"} else {}
    with pytest.raises((ForbiddenMove, NotYet)):
        getattr(missions, act)(after, by=boss, **said, **now)
    after.refresh_from_db()
    assert after.status == MissionStatus.LEFT


def test_what_was_asked_of_them_is_asked_no_more(mission, boss):
    person = mission.offer.person
    asked = mission.follow_ups.create(
        side="OFFER", kind="FIRST_WEEK", asked=person, asked_on=in_days(0)
    )
    goes(mission)
    asked.refresh_from_db()
    assert asked.settled_at is not None


@pytest.mark.parametrize("before", [MissionStatus.AGREEMENT, MissionStatus.RUNNING])
def test_what_an_employer_has_agreed_to_stays_and_what_is_asked_doesnt(mission, boss, before):
    """Back in the state of asking, the manager is asked anew; an agreement that was given still counts."""
    Mission.objects.filter(pk=mission.pk).update(status=before)
    answered = (
        {}
        if before == MissionStatus.AGREEMENT
        else {"answer": "YES", "answered_at": timezone.now()}
    )
    asked = mission.agreements.create(
        asked="MANAGER",
        name="Léa",
        email="lea@example.org",
        sheet_version=1,
        asked_by=boss,
        **answered,
    )
    goes(mission)
    asked.refresh_from_db()
    assert (asked.voided_at is None) == (before == MissionStatus.RUNNING)


def test_nobody_is_asked_how_it_is_going_while_it_waits(mission):
    goes(mission)
    followups.ask_due(timezone.localdate())
    assert not mission.follow_ups.exists()


def test_a_company_that_is_suspended_keeps_nobody_on_a_mission(mission, head):
    Organisation.objects.filter(pk=mission.offer.organisation_id).update(
        status=OrganisationStatus.SUSPENDED
    )
    people.leave(membership_of(mission), now=timezone.now())
    mission.refresh_from_db()
    assert mission.status == MissionStatus.LEFT
    assert told("person_left", head) == 1


def test_nobody_comes_back_for_a_company_that_is_suspended(client, mission, head):
    goes(mission)
    back(mission)
    company = Organisation.objects.filter(pk=mission.offer.organisation_id)
    company.update(status=OrganisationStatus.SUSPENDED)
    client.force_login(head)
    door = reverse("mission-person-back", args=[mission.pk])
    assert "pour l’instant" in client.post(door, follow=True).text
    assert Mission.objects.get(pk=mission.pk).status == MissionStatus.LEFT
    company.update(status=OrganisationStatus.ACCEPTED)
    client.post(door)
    assert Mission.objects.get(pk=mission.pk).status == MissionStatus.RUNNING


# --- another door --------------------------------------------------------------------------
def test_the_clock_finds_whoever_went_by_another_door(mission, head):
    offer = make_offer(mission.offer.person, organisation=mission.offer.organisation)
    membership_of(mission).delete()
    notice_departures()
    notice_departures()
    for row in (mission, offer):
        row.refresh_from_db()
    assert mission.status == MissionStatus.LEFT
    assert mission.departures.get().why == Departure.Why.FOUND
    assert offer.status == OfferStatus.PAUSED
    assert told("person_left", head) == 1


def test_an_account_that_is_shut_in_the_back_room_suspends_it_too(mission, head):
    User.objects.filter(pk=mission.offer.person_id).update(is_active=False)
    notice_departures()
    mission.refresh_from_db()
    assert mission.status == MissionStatus.LEFT
    assert told("person_left", head) == 1


def test_the_back_room_shows_nobody_out(client, mission):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    membership = membership_of(mission)
    url = reverse("admin:accounts_organisation_change", args=[membership.organisation_id])
    page = client.get(url).content.decode()
    assert "memberships-0-DELETE" not in page
    assert f'value="{membership.user_id}" selected' not in page


def test_an_account_with_a_mission_at_work_isnt_closed(mission):
    with pytest.raises(NotYet):
        people.close_account(mission.offer.person, now=timezone.now())


def test_an_account_may_be_closed_once_the_company_is_left(mission):
    goes(mission)
    person = mission.offer.person
    people.close_account(person, now=timezone.now())
    person.refresh_from_db()
    assert not person.is_active


def test_an_account_closed_after_delivery_leaves_its_hours_to_the_company(mission, boss):
    person = mission.offer.person
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    people.close_account(person, now=timezone.now())
    departure = mission.departures.get()
    assert (departure.why, departure.is_theirs_to_write) == (Departure.Why.CLOSED, False)
    assert told("left_behind", person) == 0


def test_the_last_of_a_company_cant_close_it_on_a_mission_that_waits(mission, boss):
    after = goes(mission)
    with pytest.raises(NotYet):
        people.close_account(boss, now=timezone.now())
    missions.interrupt(after, reason=".", by=boss, now=timezone.now())
    people.close_account(boss, now=timezone.now())
    assert Organisation.objects.get(pk=mission.offer.organisation_id).is_closed


# --- the page that asks --------------------------------------------------------------------
def test_the_page_names_the_missions_and_says_what_becomes_of_them(client, mission, boss):
    membership = membership_of(mission)
    client.force_login(boss)
    page = client.get(reverse("membership-remove", args=[membership.pk])).content.decode()
    assert mission.need.title in page
    assert mission.need.organisation.name in page
    client.force_login(membership.user)
    page = client.get(reverse("membership-leave", args=[membership.pk])).content.decode()
    assert mission.need.title in page


def test_the_page_names_nothing_of_their_own_time(client, company, boss):
    person = make_user(first_name="Rose")
    membership = Membership.objects.create(user=person, organisation=company)
    own = make_mission(person=person, status=MissionStatus.RUNNING)
    client.force_login(boss)
    page = client.get(reverse("membership-remove", args=[membership.pk])).content.decode()
    assert own.need.title not in page


# --- they come back ------------------------------------------------------------------------
@pytest.mark.parametrize("before", LIVE_BEFORE)
def test_whoever_is_back_takes_it_up_from_where_it_stood(client, mission, head, boss, before):
    Mission.objects.filter(pk=mission.pk).update(status=before)
    after = goes(mission)
    back(after)
    client.force_login(head)
    client.post(reverse("mission-person-back", args=[mission.pk]))
    after.refresh_from_db()
    assert after.status == before
    assert after.departures.get().outcome == Departure.Outcome.BACK
    assert (told("person_back", boss), told("person_back", head)) == (1, 0)
    client.post(reverse("mission-person-back", args=[mission.pk]))
    assert after.steps.filter(after=before).count() == after.steps.filter(before="LEFT").count() + (
        before == MissionStatus.FRAMING
    )


def test_nobody_resumes_it_while_they_are_away(client, mission, head):
    goes(mission)
    client.force_login(head)
    client.post(reverse("mission-person-back", args=[mission.pk]))
    mission.refresh_from_db()
    assert mission.status == MissionStatus.LEFT


# --- the desk ------------------------------------------------------------------------------
def test_it_stands_on_the_desk_until_it_is_settled(client, mission, coordinator):
    title = mission.need.title
    client.force_login(coordinator)
    assert title not in client.get(reverse("desk")).content.decode()
    after = goes(mission)
    page = client.get(reverse("desk")).content.decode()
    assert title in page
    assert "a quitté son employeur" in page
    missions.interrupt(after, reason=".", by=coordinator, now=timezone.now())
    assert "a quitté son employeur" not in client.get(reverse("desk")).content.decode()


def test_the_offer_of_somebody_who_has_gone_opens_to_nobody(mission, head):
    Offer.objects.filter(pk=mission.offer_id).update(status=OfferStatus.USED_UP)
    after = goes(mission)
    missions.interrupt(after, reason=".", by=head, now=timezone.now())
    assert Offer.objects.get(pk=mission.offer_id).status == OfferStatus.USED_UP


def test_nothing_is_renewed_in_the_name_of_somebody_who_has_gone(mission, head):
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    after = goes(mission)
    with pytest.raises(NotYet):
        renewals.renew(
            after, starts_on=after.ends_on + timedelta(days=1),
            ends_on=after.ends_on + timedelta(days=9), hours=5, by=head,
        )  # fmt: skip


# --- tenses --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("started", "words"), [(True, "s’arrête ce jour-là"), (False, "n’avait pas commencé")]
)
def test_a_mission_that_had_not_begun_is_not_said_to_have_been_done(
    client, mission, company, boss, head, started, words
):
    if not started:
        Mission.objects.filter(pk=mission.pk).update(status="FRAMING", started_at=None)
    goes(mission)
    assert words in Notification.objects.get(kind="person_left", recipient=head).text
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=company)
    mission.refresh_from_db()
    asked = succession.ask(mission, colleague=colleague, word="", by=boss, now=timezone.now())
    client.force_login(colleague)
    page = client.get(asked.get_absolute_url()).text
    letter = Notification.objects.get(kind="transfer_asked").text
    assert ("devait la faire" in page, "devait faire" in letter) == (not started, not started)


def test_what_a_button_would_do_is_not_said_as_done(client, mission, boss):
    goes(mission)
    client.force_login(boss)
    page = client.get(reverse("mission-left", args=[mission.pk])).text
    assert "La mission s’arrêtera là et sa place sera libre" in page
    page = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "Le besoin rouvre si" in page, "the offer of somebody who has gone opens to nobody"
