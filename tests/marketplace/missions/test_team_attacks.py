"""A team by name under attack: rows of others, somebody on both sides, who left, what was typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.documents import documents
from marketplace.actions.market import offers, people
from marketplace.actions.missions import hours, teams
from marketplace.actions.refusals import NotYet
from marketplace.documents.people import with_hours
from marketplace.models import (
    Agreement,
    CompanyProgramme,
    Document,
    Employee,
    HoursEntry,
    Kind,
    Mission,
    Party,
    Proposal,
    Side,
    TeamMember,
    TeamStep,
    Voice,
)
from marketplace.rules import parties, permissions
from marketplace.states import MissionStatus
from tests.factories import in_days, make_coordinator, make_user
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
    fresh,
    manager_says,
    named,
    question_of,
    running,
    says_yes,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def mission():
    return a_team()


def today():
    return timezone.localdate()


# --- rows of others ---
def test_nothing_of_another_house_is_reached_by_number(mission, client):
    other = a_team()
    theirs = named(other)
    strange = CompanyProgramme.objects.create(
        organisation=other.offer.organisation, name="X", days_per_year=Decimal(9)
    )
    CompanyProgramme.objects.create(
        organisation=mission.offer.organisation, name="Y", days_per_year=Decimal(9)
    )
    ana = colleague(mission)
    client.force_login(boss_of(mission))
    page = reverse("mission-team", args=[mission.pk])
    for said in (
        {"people": [theirs[0].person_id]},
        {"people": [ana.pk], "programme": strange.pk},
        {"people": [10**30]},
        {"people": ["-1"]},
        {"people": ["٣"]},
    ):
        assert client.post(page, said).status_code == 200, said
    assert not mission.team.exists()
    for name in (
        "team-take-off",
        "team-ask-again",
        "team-manager",
        "team-certificate",
        "team-step-out",
    ):
        assert client.post(reverse(name, args=[theirs[0].pk])).status_code == 404, name
    mine = named(mission, ana)
    said = {f"hours_{mine[0].pk}": 5, f"hours_{theirs[0].pk}": 1}
    assert client.post(reverse("team-share", args=[mission.pk]), said).status_code == 302
    assert TeamMember.objects.get(pk=theirs[0].pk).hours == 10
    assert (
        client.post(
            reverse("team-share", args=[mission.pk]), {f"hours_{mine[0].pk}": 10**30}
        ).status_code
        == 200
    )


def test_the_day_page_takes_nobody_else(client):
    mission, (ana, *_) = running()
    other, (theirs, *_) = running()
    client.force_login(boss_of(mission))
    door = f"{reverse('team-day', args=[mission.pk])}?jour={today() - DAY}"
    assert client.post(door, {f"hours_{theirs.person_id}": "7"}).status_code == 302
    assert not HoursEntry.objects.exists()
    for bad in ("1e9", "nan", "9" * 40, "٣"):
        assert client.post(door, {f"hours_{ana.person_id}": bad}).status_code in (200, 302), bad
    assert not HoursEntry.objects.filter(hours__gt=10).exists()


# --- large house ---
def test_in_a_house_of_more_than_a_hundred_people_one_names_by_addresses(mission, client):
    crowd = [colleague(mission, f"P{n}", f"N{n}", manager=False) for n in range(101)]
    client.force_login(boss_of(mission))
    page = reverse("mission-team", args=[mission.pk])
    assert "addresses" in client.get(page).text
    stranger = make_user("Sam", "Loin")
    for wrong in (stranger.email, "pas une adresse", "\x00", "a@b.c " * 150, " ; , "):
        answer = client.post(page, {"addresses": wrong})
        assert answer.status_code == 200, wrong
    assert "Sam" not in client.post(page, {"addresses": stranger.email}).text
    given = f"{crowd[0].email.upper()}\n{crowd[1].email};{crowd[0].email}"
    assert client.post(page, {"addresses": given}).status_code == 302
    assert {one.person for one in mission.team.all()} == {crowd[0], crowd[1]}


# --- both sides ---
def joins_structure(mission, person, role="ADMINISTRATOR"):
    return Membership.objects.create(user=person, organisation=mission.need.organisation, role=role)


def test_who_came_and_joined_the_structure_since_answers_nothing_for_it(client):
    mission, (ana, *_) = running()
    joins_structure(mission, ana.person)
    proposal = mission.proposal
    assert not Proposal.objects.filter(
        Proposal.answered_for_need_by(ana.person), pk=proposal.pk
    ).exists()
    assert not permissions.has_voice(ana.person, mission, Voice.NEED)
    assert permissions.side_in(ana.person, mission) != Side.NEED
    paper = documents.make(
        Kind.CONVENTION_SERVICE, mission, by=boss_of(mission), now=timezone.now()
    )
    assert parties.whose_address(paper, Party.STRUCTURE, ana.person.email) == ana.person
    client.force_login(ana.person)
    yesterday = today() - DAY
    hours.write(mission, {yesterday: (Decimal(3), "")}, person=ana.person, today=today())
    client.post(reverse("hours-confirm", args=[mission.pk]), {"up_to": HoursEntry.objects.get().pk})
    assert not HoursEntry.objects.get().is_confirmed


def test_a_coordinator_who_came_in_a_team_leaves_it_to_the_others(client):

    mission, (ana, *_) = running()
    make_coordinator(mission.need.pole)
    seat = make_coordinator(
        mission.need.pole,
    )
    operator = seat.memberships.first().organisation
    Membership.objects.create(user=ana.person, organisation=operator)
    Membership.objects.filter(user=ana.person, organisation=mission.offer.organisation).delete()
    people.notice_departures(timezone.now())
    assert ana.person.coordinates(mission.need.pole)
    assert Mission.objects.left_to_others_by(ana.person).filter(pk=mission.pk).exists()
    assert not permissions.arbitrates(ana.person, mission)
    assert not permissions.follows(ana.person, mission)


# --- managers ---
def test_nobody_is_their_own_manager(mission):
    ana = colleague(mission)
    Employee.objects.filter(person=ana).update(manager_email=ana.email)
    (part,) = named(mission, ana)
    says_yes(part)
    assert not part.agreements.exists()


def test_whose_hours_were_agreed_is_named_again_days_later(mission):
    """In it until ten days ago, and again since two: their manager is asked anew, and the days between aren't theirs."""
    mission, (ana, *_) = running(starts_on=in_days(-20))
    now, by = timezone.now(), boss_of(mission)
    mission.agreements.update(asked_at=now - 15 * DAY)
    TeamStep.objects.update(at=now - 15 * DAY)
    teams.take_off(ana, by=by, now=now - 10 * DAY)
    TeamStep.objects.filter(after="LEFT").update(at=now - 10 * DAY)
    (again,) = teams.name(fresh(mission), [ana.person], programme=None, by=by, now=now - 2 * DAY)
    teams.agree(again, how="ACCOUNT", now=now - 2 * DAY)
    newest = TeamStep.objects.filter(team_member=ana).latest("pk")
    TeamStep.objects.filter(pk=newest.pk).update(at=now - 2 * DAY)
    Agreement.objects.filter(pk=question_of(again).pk).update(asked_at=now - 2 * DAY)

    def write(days):
        on = today() - days * DAY
        return hours.write(fresh(mission), {on: (Decimal(1), "")}, person=ana.person, today=today())

    with pytest.raises(NotYet, match="responsable"):
        write(1)
    manager_says(again)
    for days in (5, 3, 9):
        with pytest.raises(NotYet):
            write(days)
    for days in (12, 10, 2, 1):
        assert write(days) == 1, days


# --- leaving ---
def test_no_certificate_is_made_for_a_closed_account_and_the_receipt_says_so():
    mission, (ana, *_) = running()
    hours.write(mission, {today() - DAY: (Decimal(3), "")}, person=ana.person, today=today())
    HoursEntry.objects.update(confirmed_at=timezone.now())
    people.close_account(ana.person, now=timezone.now())
    said = {"member": TeamMember.objects.get(pk=ana.pk), "by": boss_of(mission)}
    with pytest.raises(NotYet, match="compte est fermé"):
        documents.make(Kind.HOURS_CERTIFICATE, mission, now=timezone.now(), **said)
    (one,) = with_hours(mission.hours.confirmed(), mission)
    assert one["name"] == "Une personne dont le compte est fermé"


def test_who_left_the_house_still_gets_their_certificate(client):
    mission, (ana, *_) = running()
    hours.write(mission, {today() - DAY: (Decimal(3), "")}, person=ana.person, today=today())
    HoursEntry.objects.update(confirmed_at=timezone.now())
    people.leave(
        Membership.objects.get(user=ana.person, organisation=mission.offer.organisation),
        now=timezone.now(),
    )
    client.force_login(ana.person)
    page = client.get(ana.get_absolute_url())
    assert page.status_code == 200
    assert client.post(reverse("team-certificate", args=[ana.pk])).status_code == 302
    paper = Document.objects.get()
    assert client.get(paper.get_absolute_url()).status_code == 200


# --- joining a team's offer by name ---
def test_nobody_puts_their_own_name_on_a_team_of_which_people_are_named():
    mission = a_team(status=MissionStatus.FRAMING)
    named(mission)
    offer, boss = mission.offer, boss_of(mission)
    offer.person = boss
    with pytest.raises(NotYet, match="nommées"):
        offers.write(offer, None, [], by=boss)


# --- over ---
def test_once_the_work_is_over_the_team_stays_as_it_was(client):
    mission, (ana, *_) = running()
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.DELIVERED)
    client.force_login(boss_of(mission))
    client.post(reverse("team-take-off", args=[ana.pk]))
    assert TeamMember.objects.get(pk=ana.pk).comes
    client.post(reverse("team-share", args=[mission.pk]), {f"hours_{ana.pk}": 3})
    assert TeamMember.objects.get(pk=ana.pk).hours == 10
    page = client.get(reverse("mission-team", args=[mission.pk])).text
    assert reverse("team-take-off", args=[ana.pk]) not in page


def test_hours_confirmed_since_their_certificate_have_a_next_version(client):
    mission, (ana, *_) = running()

    def gives(days):
        on = today() - days * DAY
        hours.write(mission, {on: (Decimal(3), "")}, person=ana.person, today=today())
        HoursEntry.objects.update(confirmed_at=timezone.now())

    gives(1)
    client.force_login(ana.person)
    door = reverse("team-certificate", args=[ana.pk])
    client.post(door)
    assert door not in client.get(ana.get_absolute_url()).text
    gives(2)
    assert door in client.get(ana.get_absolute_url()).text
    client.post(door)
    assert Document.objects.standing().get().facts["hours"]["total"] == "6"
