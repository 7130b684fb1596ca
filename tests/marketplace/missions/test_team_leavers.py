"""Somebody of a team leaves it, the house or the site: from that day on they don't come, and what they gave stays theirs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.scope import Scope
from accounts.states import OrganisationStatus
from marketplace.actions.market import own_name, people, rounds
from marketplace.actions.missions import hours, missions, teams
from marketplace.desk.employees import COMING, Employees, state_of, states_of, work_of
from marketplace.documents import experience
from marketplace.models import (
    Consent,
    ConsentKind,
    HoursEntry,
    Mission,
    MissionSheet,
    Round,
    RoundAnswer,
    RoundTeam,
    TeamMember,
)
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus, RoundStatus, TeamStatus
from notifications.models import Notification
from tests.factories import in_days, make_user
from tests.marketplace.home_lines import lines_of
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
    company_asked,
    fresh,
    manager_says,
    named,
    running,
    says_yes,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team():
    return running()


def part(one):
    return TeamMember.objects.get(pk=one.pk)


def membership(mission, one):
    return Membership.objects.get(organisation=mission.offer.organisation, user=one.person)


def remove(mission, one):
    people.remove(membership(mission, one), by=boss_of(mission), now=timezone.now())


@pytest.mark.parametrize("how", ["removed", "leaves", "closes", "found"])
def test_who_leaves_the_house_comes_no_more_from_that_day_on(team, how):
    mission, (ana, *_) = team
    match how:
        case "removed":
            remove(mission, ana)
        case "leaves":
            people.leave(membership(mission, ana), now=timezone.now())
        case "closes":
            people.close_account(ana.person, now=timezone.now())
        case "found":
            membership(mission, ana).delete()
            people.notice_departures(timezone.now())
    assert part(ana).status == TeamStatus.LEFT
    assert part(ana).last_on == timezone.localdate()
    assert fresh(mission).status == MissionStatus.RUNNING, "the others go on"
    structure = mission.need.organisation.members.first()
    letter = Notification.objects.get(kind="team_left", recipient=structure)
    assert "Ana Petit ne vient plus" in letter.subject, "whoever reads it knows whom not to expect"


def test_what_they_gave_stays_theirs_and_may_be_written_for_two_weeks(team, client):
    mission, (ana, *_) = team
    yesterday = timezone.localdate() - DAY
    hours.write(
        mission, {yesterday: (Decimal(3), "")}, person=ana.person, today=timezone.localdate()
    )
    remove(mission, ana)
    client.force_login(ana.person)
    assert client.get(ana.get_absolute_url()).status_code == 200
    monday = yesterday - yesterday.weekday() * DAY
    door = f"{reverse('team-hours', args=[ana.pk])}?semaine={monday}"
    assert client.post(door, {f"hours_{yesterday:%Y%m%d}": "4"}).status_code == 302
    assert HoursEntry.objects.get().hours == 4


def test_what_the_sheet_becomes_and_who_is_there_is_theirs_no_more(team, client):
    mission, (ana, *_) = team
    client.force_login(ana.person)
    MissionSheet.objects.filter(mission=mission).update(deliverables="Un mur repeint en bleu.")
    assert "Un mur repeint en bleu." in client.get(ana.get_absolute_url()).text
    remove(mission, ana)
    page = client.get(ana.get_absolute_url()).text
    assert "Un mur repeint en bleu." not in page
    assert "À qui s’adresser" not in page


def test_somebody_who_never_said_yes_and_has_left_finds_nothing(client):
    mission = a_team()
    ana, *_ = named(mission)
    remove(mission, ana)
    client.force_login(ana.person)
    assert client.get(ana.get_absolute_url()).status_code == 404


def test_the_employer_is_asked_once_whoever_was_awaited_has_left():
    mission = a_team()
    ana, bob, cyr = named(mission)
    says_yes(ana, bob)
    manager_says(ana, bob)
    remove(mission, cyr)
    assert company_asked(mission) == 1


def test_when_nobody_is_left_those_in_charge_are_told_and_the_mission_says_it(team):
    mission, parts = team
    for one in parts:
        people.leave(membership(mission, one), now=timezone.now())
    page = reverse("mission-team", args=[mission.pk])
    assert {act.who for act in next_acts.acts(fresh(mission)) if act.url == page} == {
        "COMES",
        "COMPANY",
    }
    newest = Notification.objects.filter(kind="team_left").order_by("-pk")
    assert any("Plus personne" in one.text for one in newest)


def test_a_yes_taken_back_takes_one_off_and_the_others_go_on(team, client):
    mission, (ana, *_) = team
    given = Consent.objects.standing(ana.person, ConsentKind.TEAM, ana).get()
    own_name.take_back(given, by=ana.person)
    assert part(ana).status == TeamStatus.LEFT
    assert not Consent.objects.standing(ana.person, ConsentKind.TEAM, ana).exists()
    assert fresh(mission).status == MissionStatus.RUNNING
    assert Notification.objects.filter(kind="team_left", recipient=boss_of(mission)).exists()


def test_one_steps_out_from_one_s_own_page(team, client):
    mission, (ana, bob, _cyr) = team
    door = reverse("team-step-out", args=[ana.pk])
    for who, code in ((bob.person, 404), (make_user(), 404), (boss_of(mission), 403)):
        client.force_login(who)
        assert client.post(door).status_code == code
    client.force_login(ana.person)
    assert client.post(door).status_code == 302
    assert part(ana).status == TeamStatus.LEFT
    assert client.post(door).status_code == 302, "twice"
    assert client.get(ana.get_absolute_url()).status_code == 200


def test_only_those_who_answer_for_the_team_take_somebody_off(team, client):
    mission, (ana, bob, _cyr) = team
    door = reverse("team-take-off", args=[ana.pk])
    structure = mission.need.organisation.members.first()
    for who, code in ((bob.person, 404), (make_user(), 404), (structure, 403), (ana.person, 403)):
        client.force_login(who)
        assert client.post(door).status_code == code
    assert part(ana).comes
    client.force_login(boss_of(mission))
    assert client.post(door).status_code == 302
    assert not part(ana).comes


def test_a_mission_that_stops_asks_nobody_any_more():
    mission = a_team()
    ana, *_ = named(mission)
    missions.interrupt(mission, reason="Annulée.", by=boss_of(mission), now=timezone.now())
    request = own_name.consents.ConsentRequest.objects.get(person=ana.person)
    assert request.withdrawn_at
    assert not [line for line in lines(ana.person) if "équipe" in line.url]


# --- where it is read ----------------------------------------------------------------------
def lines(person):
    person = User.objects.get(pk=person.pk)
    return lines_of(person)


def test_what_waits_for_each_is_on_their_home_page():
    mission = a_team()
    ana, bob, _cyr = named(mission, *[colleague(mission, *name, manager=False) for name in
                                      (("Ana", "Petit"), ("Bob", "Roux"), ("Cyr", "Vidal"))])  # fmt: skip
    (line,) = lines(ana.person)
    assert line.url == ana.get_absolute_url()
    says_yes(ana)
    (line,) = lines(ana.person)
    assert line.url == reverse("team-manager", args=[ana.pk])
    mission.offer.organisation.move(OrganisationStatus.SUSPENDED, by=None)
    assert lines(bob.person) == []


def test_hours_that_the_structure_contests_wait_on_one_s_home_page(team):
    mission, (ana, *_) = team
    yesterday = timezone.localdate() - DAY
    hours.write(
        mission, {yesterday: (Decimal(3), "")}, person=ana.person, today=timezone.localdate()
    )
    by = mission.need.organisation.members.first()
    hours.contest(HoursEntry.objects.get(), why="Mardi.", by=by, now=timezone.now())
    (line,) = lines(ana.person)
    assert line.url == reverse("team-hours", args=[ana.pk])


def test_the_house_s_list_says_that_they_are_on_a_mission(team):
    mission, (ana, *_) = team
    house = mission.offer.organisation
    people_there = Employees(house, state=COMING).members()
    assert ana.person in {one.user for one in people_there}
    assert work_of(house, [ana.person_id])[ana.person_id] == mission
    assert states_of(house)[ana.person_id] == state_of(mission)
    teams.take_off(ana, by=boss_of(mission), now=timezone.now())
    assert ana.person not in {one.user for one in Employees(house, state=COMING).members()}


def test_one_s_own_parts_are_among_one_s_missions_and_in_one_s_path(team, client):
    mission, (ana, bob, _cyr) = team
    client.force_login(ana.person)
    assert ana.get_absolute_url() in client.get(reverse("missions")).text
    assert bob.get_absolute_url() not in client.get(reverse("missions")).text
    yesterday = timezone.localdate() - DAY
    hours.write(
        mission, {yesterday: (Decimal(3), "")}, person=ana.person, today=timezone.localdate()
    )
    HoursEntry.objects.update(confirmed_at=timezone.now())
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    (done,) = experience.of(ana.person).missions
    assert (done.hours, done.url) == (3, ana.get_absolute_url())
    assert experience.of(bob.person).missions == [], "of a team, whoever has given hours"


def test_a_company_s_own_sign_in_opens_it_and_another_s_doesn_t(team):
    mission, (ana, *_) = team
    theirs, other = User.objects.get(pk=ana.person_id), User.objects.get(pk=ana.person_id)
    theirs.scope = Scope(own=False, only=mission.offer.organisation_id)
    other.scope = Scope(own=False, only=mission.need.organisation_id)
    assert TeamMember.objects.visible_to(theirs).exists()
    assert not TeamMember.objects.visible_to(other).exists()


# --- of a round ----------------------------------------------------------------------------
def test_the_team_of_a_round_is_named_in_one_press(client):
    mission = a_team()
    house, boss = mission.offer.organisation, boss_of(mission)
    programme = house.programmes.create(name="Mars", days_per_year=Decimal(9))
    day = timezone.localdate()
    called = Round.objects.create(
        organisation=house, programme=programme, title="En mars", places=3, answer_by=day,
        starts_on=day, ends_on=in_days(9), status=RoundStatus.CLOSED, created_by=boss,
    )  # fmt: skip
    its = RoundTeam.objects.create(round=called, number=1, offer=mission.offer)
    for name in (("Ana", "Petit"), ("Bob", "Roux")):
        RoundAnswer.objects.create(round=called, person=colleague(mission, *name), answer="COMES", team=its)  # fmt: skip
    late = colleague(mission, "Cyr", "Vidal")
    RoundAnswer.objects.create(round=called, person=late, answer="WAITS")
    client.force_login(boss)
    page = client.get(reverse("mission-team", args=[mission.pk])).text
    assert "En mars" in page
    assert page.split("</main>")[0].count(" checked") == 2, (
        "to begin with: one of them may be left out"
    )
    door = reverse("team-of-round", args=[mission.pk])
    assert client.post(door).status_code == 302
    there = TeamMember.objects.filter(mission=mission)
    assert {one.person.first_name for one in there} == {"Ana", "Bob"}
    assert Mission.objects.get(pk=mission.pk).programme == programme
    assert client.post(door).status_code == 302, "twice"
    assert there.count() == 2
    client.force_login(late)
    assert client.post(door).status_code == 404


@pytest.mark.parametrize("agreed", [True, False])
def test_who_gives_their_place_in_the_round_up_comes_to_its_mission_no_more(client, agreed):
    mission = a_team()
    house, boss, day = mission.offer.organisation, boss_of(mission), timezone.localdate()
    programme = house.programmes.create(name="Mars", days_per_year=Decimal(9))
    called = Round.objects.create(
        organisation=house, programme=programme, title="En mars", places=3, answer_by=day,
        starts_on=day, ends_on=in_days(9), status=RoundStatus.CLOSED, created_by=boss,
    )  # fmt: skip
    its = RoundTeam.objects.create(round=called, number=1, offer=mission.offer)
    ana, bob = (colleague(mission, *name) for name in (("Ana", "Petit"), ("Bob", "Roux")))
    for one in (ana, bob):
        RoundAnswer.objects.create(round=called, person=one, answer="COMES", team=its)
    parts = {one.person: one for one in named(mission, ana, bob)}
    if agreed:
        says_yes(parts[ana])
    rounds.withdraw(called, by=ana, now=timezone.now())
    assert part(parts[ana]).status == TeamStatus.LEFT
    assert not Consent.objects.standing(ana, ConsentKind.TEAM).exists()
    assert part(parts[bob]).status == TeamStatus.NAMED
    assert Notification.objects.filter(kind="team_left", recipient=boss).exists()
