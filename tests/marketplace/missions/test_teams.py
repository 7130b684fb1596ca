"""A team with names: each is named, says yes alone, and their own manager is asked before the employer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.market import own_name
from marketplace.actions.missions import agreements, missions, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import Agreement, Consent, ConsentKind, Regime, TeamMember
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus, TeamStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_user
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
    company_asked,
    fresh,
    manager_says,
    named,
    question_of,
    request_of,
    running,
    says_yes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission():
    return a_team()


def status(part):
    return TeamMember.objects.get(pk=part.pk).status


def told(kind, person=None):
    found = Notification.objects.filter(kind=kind)
    return found.filter(recipient=person).count() if person else found.count()


# --- naming --------------------------------------------------------------------------------
def test_the_hours_of_the_sheet_are_shared_evenly_and_each_is_asked(mission):
    parts = named(mission)
    assert [one.hours for one in parts] == [10, 10, 10]
    assert all(one.is_named for one in parts)
    assert told("consent_asked") == 3
    assert told("consent_asked", parts[0].person) == 1
    assert company_asked(mission) == 0
    assert not mission.agreements.exists(), "no manager before a yes"


def test_a_team_of_which_nobody_is_named_is_not_put_to_the_employer(mission, client):
    (act, *_) = next_acts.acts(mission)
    assert act.url == reverse("mission-team", args=[mission.pk])
    assert act.who == "COMES"
    client.force_login(boss_of(mission))
    said = {"manager_name": "Dominique", "manager_email": "dominique@example.org"}
    assert client.post(reverse("mission-agreement", args=[mission.pk]), said).status_code == 403
    assert not mission.agreements.exists()


def test_who_answers_for_the_team_names_it_on_its_page(mission, client):
    ana = colleague(mission)
    client.force_login(boss_of(mission))
    page = reverse("mission-team", args=[mission.pk])
    assert ana.get_full_name() in client.get(page).text
    assert client.post(page, {"people": [ana.pk]}).status_code == 302
    assert TeamMember.objects.get().person == ana
    assert client.post(page, {"people": [ana.pk]}).status_code == 200, "she is in it already"
    assert client.post(page, {}).status_code == 200
    assert client.post(page, {"people": ["x"]}).status_code == 200
    assert TeamMember.objects.count() == 1


def test_nobody_else_names_the_team(mission, client):
    ana = colleague(mission)
    page = reverse("mission-team", args=[mission.pk])
    assert client.post(page, {"people": [ana.pk]}).status_code == 302, "to the login"
    representative = make_user("Rita", "Lenoir")
    Membership.objects.create(user=representative, organisation=mission.offer.organisation)
    structure = mission.need.organisation.members.first()
    coordinator = make_coordinator(mission.need.pole)
    for who, code in (
        (ana, 404), (make_user(), 404), (representative, 403), (structure, 403), (coordinator, 403),
    ):  # fmt: skip
        client.force_login(who)
        assert client.get(page).status_code == code
        assert client.post(page, {"people": [ana.pk]}).status_code == code
    assert not TeamMember.objects.exists()


def test_somebody_of_another_house_or_of_the_structure_can_t_be_named(mission):
    with pytest.raises(NotYet):
        named(mission, make_user())
    ana = colleague(mission)
    Membership.objects.create(user=ana, organisation=mission.need.organisation, role="MEMBER")
    with pytest.raises(NotYet):
        named(mission, ana)
    assert not TeamMember.objects.exists()


@pytest.mark.parametrize("state", [MissionStatus.DELIVERED, MissionStatus.CLOSED])
def test_nobody_joins_a_mission_that_is_over(state):
    mission = a_team(status=state)
    with pytest.raises(NotYet):
        named(mission)


def test_a_loan_has_no_team():
    mission = a_team()
    type(mission).objects.filter(pk=mission.pk).update(regime=Regime.LOAN)
    with pytest.raises(NotYet):
        named(fresh(mission))


def test_a_suspended_house_names_nobody(mission):
    ana = colleague(mission)
    mission.offer.organisation.move(OrganisationStatus.SUSPENDED, by=None)
    with pytest.raises(NotYet):
        named(fresh(mission), ana)


@pytest.mark.parametrize("side", ["offer", "need"])
def test_a_house_that_leaves_before_it_begins_names_nobody(mission, side):
    """What is under way before the day may have its team, and come to its end."""
    ana = colleague(mission)
    house = getattr(mission, side).organisation
    Organisation.objects.filter(pk=house.pk).update(leaves_on=in_days(10))
    assert named(fresh(mission), ana)
    type(mission).objects.filter(pk=mission.pk).update(starts_on=in_days(10))
    with pytest.raises(NotYet, match="quitte Trait d’union"):
        named(fresh(mission), colleague(mission, "Bob", "Roux"))


def test_a_fourth_has_all_share_anew_before_any_manager_is_asked(mission):
    named(mission)
    named(fresh(mission), colleague(mission, "Dia", "Noir"))
    assert sorted(TeamMember.objects.values_list("hours", flat=True)) == [7, 7, 8, 8]


def test_once_a_manager_is_asked_nobody_s_hours_change_by_themselves(mission):
    parts = named(mission)
    says_yes(parts[0])
    with pytest.raises(NotYet):
        named(fresh(mission), colleague(mission, "Dia", "Noir"))
    teams.share(mission, {parts[1].pk: 4}, now=timezone.now())
    (dia,) = named(fresh(mission), colleague(mission, "Eve", "Noir"))
    assert dia.hours == 6


def test_parts_never_pass_the_hours_of_the_sheet(mission, client):
    parts = named(mission)
    with pytest.raises(NotYet):
        teams.share(mission, {parts[0].pk: 11}, now=timezone.now())
    client.force_login(boss_of(mission))
    door = reverse("team-share", args=[mission.pk])
    hours = {f"hours_{one.pk}": 11 for one in parts}
    assert client.post(door, hours).status_code == 200
    assert client.post(door, {f"hours_{one.pk}": "x" for one in parts}).status_code == 200
    assert client.post(door, {f"hours_{one.pk}": 9 for one in parts}).status_code == 302
    assert set(TeamMember.objects.values_list("hours", flat=True)) == {9}


def test_more_hours_ask_the_manager_anew(mission):
    parts = named(mission)
    says_yes(*parts)
    manager_says(parts[0])
    teams.share(mission, {parts[0].pk: 12, parts[1].pk: 8}, now=timezone.now())
    assert not question_of(parts[0]).answer
    assert question_of(parts[0]).hours == 12
    assert parts[1].agreements.count() == 1, "fewer hours ask nobody"


# --- their own yes -------------------------------------------------------------------------
def test_a_yes_is_a_consent_and_asks_the_manager(mission):
    ana, *_ = named(mission)
    says_yes(ana)
    assert status(ana) == TeamStatus.COMES
    assert Consent.objects.standing(ana.person, ConsentKind.TEAM, ana).exists()
    assert told("consent_given", boss_of(mission)) == 1
    question = question_of(ana)
    assert (question.asked_by, question.name) == (ana.person, "Chef de Ana")
    assert Notification.objects.filter(kind="agreement_asked", address=question.email).exists()
    assert company_asked(mission) == 0


def test_the_page_asks_for_the_manager_and_keeps_the_yes(mission, client):
    (ana,) = named(mission, colleague(mission, manager=False))
    client.force_login(ana.person)
    page = ana.get_absolute_url()
    assert client.get(page).status_code == 200
    own = {"manager_name": "Chef", "manager_email": ana.person.email}
    for wrong in ({}, own, {"manager_name": "Chef", "manager_email": "pas une adresse"}):
        assert client.post(page, {"answer": "YES"} | wrong).status_code == 200
    assert status(ana) == TeamStatus.NAMED
    said = {"answer": "YES", "manager_name": "Dominique", "manager_email": "dom@example.org"}
    assert client.post(page, said).status_code == 302
    assert question_of(ana).email == "dom@example.org"
    assert client.post(page, said).status_code == 200, "twice"
    assert Agreement.objects.count() == 1


def test_the_link_of_the_letter_answers_without_an_account(mission, client):
    ana, bob, _cyr = named(mission)
    link = own_name.consents.link(request_of(ana))
    assert mission.need.title in client.get(link).text
    said = {"manager_name": "Dominique", "manager_email": "dom@example.org"}
    assert client.post(link, {"answer": "YES"} | said).status_code == 200
    assert status(ana) == TeamStatus.COMES
    assert question_of(ana).email == "dom@example.org"
    assert client.get(link).status_code == 410
    no = own_name.consents.link(request_of(bob))
    assert client.post(no, {"answer": "NO", "reason": "Je déménage."}).status_code == 200
    assert status(bob) == TeamStatus.DECLINED
    letter = Notification.objects.get(kind="consent_refused", recipient=boss_of(mission))
    assert "Je déménage." in letter.text


def test_only_the_person_says_yes(mission, client):
    ana, bob, _cyr = named(mission)
    structure = mission.need.organisation.members.first()
    said = {"answer": "YES", "manager_name": "Chef", "manager_email": "chef@example.org"}
    for who, code in (
        (bob.person, 404),
        (make_user(), 404),
        (structure, 403),
        (boss_of(mission), 302),
    ):
        client.force_login(who)
        assert client.post(ana.get_absolute_url(), said).status_code == code
    client.logout()
    assert client.post(ana.get_absolute_url(), said).status_code == 302
    assert status(ana) == TeamStatus.NAMED


def test_somebody_who_has_left_the_house_or_is_of_a_suspended_one_says_nothing(mission, client):
    ana, bob, _cyr = named(mission)
    link = own_name.consents.link(request_of(bob))
    ana.person.memberships.all().delete()
    with pytest.raises(NotYet):
        says_yes(ana)
    mission.offer.organisation.move(OrganisationStatus.SUSPENDED, by=None)
    with pytest.raises(NotYet):
        says_yes(TeamMember.objects.get(pk=bob.pk))
    assert client.get(link).status_code == 410
    client.force_login(bob.person)
    said = {"answer": "YES", "manager_name": "Chef", "manager_email": "chef@example.org"}
    assert client.post(bob.get_absolute_url(), said).status_code == 403


def test_nobody_is_asked_twice_after_a_no(mission):
    ana, *_ = named(mission)
    teams.decline(ana, now=timezone.now())
    with pytest.raises(NotYet):
        named(fresh(mission), ana.person)


def test_whose_link_has_run_out_is_asked_again(mission, client):
    ana, *_ = named(mission)
    client.force_login(boss_of(mission))
    door = reverse("team-ask-again", args=[ana.pk])
    client.post(door)
    assert told("consent_asked", ana.person) == 1, "their link still works"
    request_of(ana).__class__.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.post(door).status_code == 302
    assert told("consent_asked", ana.person) == 2


# --- managers, then the employer ------------------------------------------------------------
def test_the_employer_is_asked_once_when_every_manager_agrees_and_nobody_is_awaited(mission):
    ana, bob, cyr = named(mission)
    says_yes(ana, bob)
    manager_says(ana, bob)
    assert company_asked(mission) == 0, "Cyr is awaited"
    teams.decline(cyr, now=timezone.now())
    assert company_asked(mission) == 1
    assert told("agreement_for_company") >= 1
    question = mission.agreements.current().get(asked=Agreement.Asked.COMPANY)
    agreements.answer(question, answer="YES", by=boss_of(mission), now=timezone.now())
    assert fresh(mission).status == MissionStatus.DOCUMENTS


def test_a_manager_s_no_takes_one_person_off_and_stops_nobody_else(mission, client):
    ana, bob, cyr = named(mission)
    says_yes(ana, bob, cyr)
    manager_says(ana, answer="NO", reason="Trop de travail ici.")
    assert status(ana) == TeamStatus.LEFT
    assert fresh(mission).status == MissionStatus.AGREEMENT
    assert told("team_manager_answered", ana.person) == 1
    refused = Notification.objects.get(kind="team_manager_refused", recipient=boss_of(mission))
    assert "Trop de travail ici." in refused.text
    structure = mission.need.organisation.members.first()
    assert not Notification.objects.filter(recipient=structure, text__contains="Ana").exists()
    for page in ("mission", "mission-agreement"):
        client.force_login(structure)
        shown = client.get(reverse(page, args=[mission.pk])).text
        assert "Trop de travail" not in shown
        assert "Ana" not in shown
    manager_says(bob, cyr)
    assert company_asked(mission) == 1


def test_somebody_whose_manager_wanted_other_dates_may_be_named_again(mission):
    ana, *_ = named(mission)
    says_yes(ana)
    manager_says(ana, answer="OTHER_DATES", starts_on=mission.starts_on, ends_on=mission.ends_on)
    assert status(ana) == TeamStatus.LEFT
    named(fresh(mission), ana.person)
    assert status(ana) == TeamStatus.NAMED
    says_yes(ana)
    assert not question_of(ana).answer


def test_a_manager_s_link_stops_with_whoever_is_taken_off(mission, client):
    ana, *_ = named(mission)
    says_yes(ana)
    question = question_of(ana)
    client.force_login(boss_of(mission))
    assert client.post(reverse("team-take-off", args=[ana.pk])).status_code == 302
    with pytest.raises(agreements.LinkOver):
        agreements.answer(question, answer="YES", now=timezone.now())
    assert told("team_taken_off", ana.person) == 1
    assert client.post(reverse("team-take-off", args=[ana.pk])).status_code == 302, "twice"
    assert told("team_taken_off", ana.person) == 1


def test_a_manager_who_is_of_the_structure_isn_t_asked(mission, client):
    (ana,) = named(mission, colleague(mission, manager=False))
    structure = mission.need.organisation.members.first()
    client.force_login(ana.person)
    said = {"answer": "YES", "manager_name": "Aline", "manager_email": structure.email}
    client.post(ana.get_absolute_url(), said)
    assert status(ana) == TeamStatus.COMES, "their own yes stands"
    assert not ana.agreements.exists()
    door = reverse("team-manager", args=[ana.pk])
    assert client.post(door, said).status_code == 200
    assert client.post(door, said | {"manager_email": "dom@example.org"}).status_code == 302
    assert question_of(ana).email == "dom@example.org"


def test_managers_are_asked_as_soon_as_both_sides_have_agreed_to_the_sheet():
    mission = a_team(status=MissionStatus.FRAMING)
    ana, *others = named(mission)
    says_yes(ana)
    assert not ana.agreements.exists()
    missions.frame(mission, by=boss_of(mission))
    assert fresh(mission).status == MissionStatus.AGREEMENT
    assert question_of(ana).asked_by == ana.person
    assert not any(one.agreements.exists() for one in others)


def test_somebody_added_while_it_runs_is_asked_as_the_others_and_the_employer_is_not():
    mission, parts = running()
    teams.share(mission, {parts[0].pk: 4}, now=timezone.now())
    (dia,) = named(fresh(mission), colleague(mission, "Dia", "Noir"))
    says_yes(dia)
    manager_says(dia)
    assert company_asked(mission) == 1
    assert fresh(mission).status == MissionStatus.RUNNING


def test_the_next_act_says_who_is_awaited(mission):
    ana, bob, cyr = named(mission)
    assert [act.who for act in next_acts.acts(fresh(mission))] == ["TEAM"]
    says_yes(ana, bob, cyr)
    assert [act.who for act in next_acts.acts(fresh(mission))] == ["MANAGER"]
    manager_says(ana, bob, cyr)
    assert [act.who for act in next_acts.acts(fresh(mission))] == ["COMPANY"]
