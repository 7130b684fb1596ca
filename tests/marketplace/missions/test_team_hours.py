"""The hours of a team with names: each writes their own, or the house a day of several; quota and certificates by person."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Membership
from accounts.states import OrganisationStatus
from marketplace.actions.documents import documents
from marketplace.actions.missions import agreements, hours, quotas, teams
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    CompanyProgramme,
    Document,
    Employee,
    HoursEntry,
    Kind,
    TeamMember,
)
from marketplace.rules import programme_hours
from marketplace.rules.documents import is_stale
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_user
from tests.marketplace.missions.team_people import (
    a_team,
    boss_of,
    colleague,
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


def today():
    return timezone.localdate()


def writes(mission, person, given, *, days_ago=1, by=None):
    on = today() - days_ago * DAY
    return hours.write(mission, {on: (Decimal(given), "")}, person=person, today=today(), by=by)


def week_of(part, given, *, days_ago=1):
    on = today() - days_ago * DAY
    monday = on - on.weekday() * DAY
    return f"{reverse('team-hours', args=[part.pk])}?semaine={monday}", {
        f"hours_{on:%Y%m%d}": given
    }


# --- written -------------------------------------------------------------------------------
def test_each_writes_their_own_hours_on_their_own_page(team, client):
    mission, (ana, bob, _cyr) = team
    client.force_login(ana.person)
    door, said = week_of(ana, "7")
    assert client.get(door).status_code == 200
    assert client.post(door, said).status_code == 302
    entry = HoursEntry.objects.get()
    assert (entry.person, entry.hours, entry.written_by) == (ana.person, 7, None)
    assert client.get(reverse("mission", args=[mission.pk])).status_code == 404
    assert client.get(reverse("mission-hours", args=[mission.pk])).status_code == 404
    assert client.get(reverse("team-hours", args=[bob.pk])).status_code == 404


def test_nobody_else_writes_on_the_page_of_one(team, client):
    mission, (ana, bob, _cyr) = team
    door, said = week_of(ana, "7")
    structure = mission.need.organisation.members.first()
    for who, code in (
        (bob.person, 404),
        (make_user(), 404),
        (structure, 403),
        (boss_of(mission), 403),
    ):
        client.force_login(who)
        assert client.post(door, said).status_code == code
    assert not HoursEntry.objects.exists()


def test_who_wrote_the_offer_no_longer_logs_in_their_own_name(team, client):
    mission, _parts = team
    boss = boss_of(mission)
    client.force_login(boss)
    on = today() - DAY
    monday = on - on.weekday() * DAY
    door = f"{reverse('mission-hours', args=[mission.pk])}?semaine={monday}"
    assert client.post(door, {f"hours_{on:%Y%m%d}": "3"}).status_code == 403
    with pytest.raises(NotYet):
        writes(mission, boss, 3)


def test_the_house_writes_a_day_for_several_at_once(team, client):
    mission, (ana, bob, cyr) = team
    on = today() - DAY
    client.force_login(boss_of(mission))
    door = f"{reverse('team-day', args=[mission.pk])}?jour={on}"
    page = client.get(f"{door}&heures=7").text
    assert page.count('value="7"') >= 4
    given = {f"hours_{one.person_id}": "7" for one in (ana, bob)} | {"what": "Peinture"}
    assert client.post(door, given | {f"hours_{cyr.person_id}": ""}).status_code == 302
    rows = HoursEntry.objects.order_by("person")
    assert [(row.person, row.hours, row.what) for row in rows] == [
        (ana.person, 7, "Peinture"), (bob.person, 7, "Peinture"),
    ]  # fmt: skip
    assert {row.written_by for row in rows} == {boss_of(mission)}
    assert client.post(door, given).status_code == 302, "twice changes nothing"
    assert HoursEntry.objects.count() == 2


def test_a_day_is_saved_whole_or_not_at_all(team, client):
    mission, (ana, bob, _cyr) = team
    client.force_login(boss_of(mission))
    door = f"{reverse('team-day', args=[mission.pk])}?jour={today() - DAY}"
    wrong = {f"hours_{ana.person_id}": "7", f"hours_{bob.person_id}": "11"}
    answer = client.post(door, wrong)
    assert answer.status_code == 200
    assert "Bob Roux" in answer.text
    assert not HoursEntry.objects.exists()
    for given in ("x", "-3", "25"):
        assert client.post(door, {f"hours_{ana.person_id}": given}).status_code == 200
    for day in ("demain", "2026-13-45", "0001-01-01", f"{today() + DAY}"):
        page = f"{reverse('team-day', args=[mission.pk])}?jour={day}"
        assert client.get(page).status_code == 200
        client.post(page, {f"hours_{ana.person_id}": "1"})
    assert HoursEntry.objects.count() <= 1


def test_only_those_who_answer_for_the_team_write_its_days(team, client):
    mission, (ana, *_) = team
    door = reverse("team-day", args=[mission.pk])
    structure = mission.need.organisation.members.first()
    for who, code in ((ana.person, 404), (make_user(), 404), (structure, 403)):
        client.force_login(who)
        assert client.get(door).status_code == code
        assert client.post(door, {f"hours_{ana.person_id}": "3"}).status_code == code
    assert not HoursEntry.objects.exists()


def test_nobody_gives_more_than_is_planned_for_them(team):
    mission, (ana, *_) = team
    writes(mission, ana.person, 10)
    with pytest.raises(NotYet):
        writes(mission, ana.person, 1, days_ago=2)
    with pytest.raises(NotYet):
        teams.share(mission, {ana.pk: 9}, now=timezone.now())


def test_hours_count_once_the_manager_has_agreed(team):
    mission, (ana, *_) = team
    teams.share(mission, {ana.pk: 4}, now=timezone.now())
    (dia,) = named(fresh(mission), colleague(mission, "Dia", "Noir"))
    says_yes(dia)
    with pytest.raises(NotYet):
        writes(fresh(mission), dia.person, 2)
    manager_says(dia)
    assert writes(fresh(mission), dia.person, 2) == 1


def test_the_structure_reads_who_gave_which_hours(team, client):
    mission, (ana, bob, _cyr) = team
    writes(mission, ana.person, 7)
    writes(mission, bob.person, 3)
    structure = mission.need.organisation.members.first()
    hours.ask_due(today() + DAY, timezone.now())
    letter = Notification.objects.get(kind="hours_to_confirm", recipient=structure)
    assert "Ana Petit" in letter.text
    assert "Bob Roux" in letter.text
    client.force_login(structure)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert "Ana Petit" in page


def test_a_second_letter_names_only_the_hours_that_the_first_didn_t(team):
    """“4 heures” stood above a list of 7,5: the 3,5 of somebody else had been told of a week before."""
    mission, (ana, bob, _cyr) = team
    writes(mission, ana.person, 7)
    hours.ask_due(today() + DAY, timezone.now())
    writes(mission, bob.person, 3)
    hours.ask_due(today() + DAY, timezone.now())
    structure = mission.need.organisation.members.first()
    letters = Notification.objects.filter(kind="hours_to_confirm", recipient=structure)
    letter = letters.latest("pk").text
    assert "3" in letter
    assert "Bob Roux" in letter
    assert "Ana Petit" not in letter


def test_contested_hours_lead_each_to_their_own_page(team):
    mission, (ana, *_) = team
    writes(mission, ana.person, 7)
    by = mission.need.organisation.members.first()
    hours.contest(HoursEntry.objects.get(), why="C’était mardi.", by=by, now=timezone.now())
    letter = Notification.objects.get(kind="hours_contested", recipient=ana.person)
    assert f"/equipes/{ana.pk}/" in letter.url
    assert Notification.objects.filter(kind="hours_contested", recipient=boss_of(mission)).exists()


def test_a_team_without_names_stands_as_it_is(client):
    mission = a_team(status=MissionStatus.RUNNING)
    assert writes(mission, boss_of(mission), 3) == 1


# --- leaving -------------------------------------------------------------------------------
def test_who_has_left_the_team_writes_up_to_their_last_day_for_two_weeks(team, client):
    mission, (ana, *_) = team
    teams.take_off(ana, by=boss_of(mission), now=timezone.now() - 2 * DAY)
    ana = TeamMember.objects.get(pk=ana.pk)
    writes(mission, ana.person, 4, days_ago=3)
    with pytest.raises(NotYet):
        writes(mission, ana.person, 4, days_ago=1)
    client.force_login(ana.person)
    door, said = week_of(ana, "5", days_ago=3)
    assert client.post(door, said).status_code == 302
    TeamMember.objects.filter(pk=ana.pk).update(last_on=today() - 15 * DAY)
    assert client.post(door, said).status_code == 403


def test_their_house_being_suspended_nobody_writes(team, client):
    mission, (ana, *_) = team
    mission.offer.organisation.move(OrganisationStatus.SUSPENDED, by=None)
    client.force_login(ana.person)
    door, said = week_of(ana, "5")
    assert client.get(ana.get_absolute_url()).status_code == 200, "one may read"
    assert client.post(door, said).status_code == 403


# --- quota ---------------------------------------------------------------------------------
def programme_of(mission, **said):
    house = mission.offer.organisation
    return CompanyProgramme.objects.create(
        organisation=house,
        name="Deux jours",
        **{"days_per_year": Decimal(2), "hours_per_day": Decimal(7)} | said,
    )


def test_each_has_the_quota_of_their_own():
    mission = a_team(hours=30, starts_on=today(), ends_on=today())
    ana = colleague(mission)
    two_days = programme_of(mission)
    now = timezone.now()
    with pytest.raises(quotas.OverQuota, match="Ana Petit"):
        teams.name(mission, [ana], programme=two_days, by=boss_of(mission), now=now)
    others = [ana, colleague(mission, "Bob", "Roux"), colleague(mission, "Cyr", "Vidal")]
    teams.name(mission, others, programme=two_days, by=boss_of(mission), now=now)
    part = TeamMember.objects.get(person=ana)
    rest = {one.pk: 5 for one in TeamMember.objects.exclude(pk=part.pk)}
    with pytest.raises(quotas.OverQuota, match="Ana Petit"):
        teams.share(mission, rest | {part.pk: 15}, now=now)


def test_a_contract_that_the_programme_isn_t_open_to_is_said_with_the_name():
    mission = a_team(hours=7)
    ana = colleague(mission)
    Employee.objects.filter(person=ana).update(contract="FIXED_TERM")
    open_to = programme_of(mission, contracts=["PERMANENT"])
    with pytest.raises(quotas.OverQuota, match="Ana Petit"):
        teams.name(mission, [ana], programme=open_to, by=boss_of(mission), now=timezone.now())


def test_what_a_team_takes_counts_in_the_year_of_each(team):
    mission, (ana, *_) = team
    year = mission.starts_on.year
    if mission.ends_on.year == year:
        assert _taken(ana, year) == 10
        assert _taken(ana, year, but=mission) == 0
    writes(mission, ana.person, 4)
    teams.take_off(ana, by=boss_of(mission), now=timezone.now())
    given = (today() - DAY).year
    assert _taken(ana, given) == 4, "given, once they have left"


def _taken(part, year, but=None):
    employee = Employee.objects.get(person=part.person)
    found = programme_hours.taken_by_programme(employee, year, but=but)
    return found[part.mission.programme_id]


# --- certificates and papers ----------------------------------------------------------------
def confirmed(mission, *people):
    for person in people:
        writes(mission, person, 5)
    HoursEntry.objects.update(confirmed_at=timezone.now())


def test_each_has_a_certificate_of_their_own_hours(team, client):
    mission, (ana, bob, _cyr) = team
    confirmed(mission, ana.person, bob.person)
    with pytest.raises(NotYet):
        documents.make(Kind.HOURS_CERTIFICATE, mission, by=boss_of(mission), now=timezone.now())
    client.force_login(ana.person)
    door = reverse("team-certificate", args=[ana.pk])
    assert client.post(door).status_code == 302
    paper = Document.objects.get()
    assert (paper.member, paper.facts["person"]["name"]) == (ana, "Ana Petit")
    assert paper.facts["hours"]["total"] == "5"
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert client.post(door).status_code == 302, "twice is one paper"
    assert Document.objects.count() == 1
    client.force_login(bob.person)
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.post(door).status_code == 404
    client.force_login(mission.need.organisation.members.first())
    papers = reverse("mission-documents", args=[mission.pk])
    assert "Ana Petit" in client.get(papers).text
    assert client.post(reverse("team-certificate", args=[bob.pk])).status_code == 302
    assert Document.objects.filter(member=bob).exists()


def test_nobody_has_a_certificate_without_confirmed_hours(team, client):
    mission, (ana, *_) = team
    writes(mission, ana.person, 5)
    client.force_login(ana.person)
    client.post(reverse("team-certificate", args=[ana.pk]))
    assert not Document.objects.exists()


def test_the_convention_names_who_comes_and_goes_stale_with_the_names():
    mission = a_team()
    parts = named(mission)
    says_yes(*parts)
    manager_says(*parts)
    question = mission.agreements.current().get(asked="COMPANY")
    agreements.answer(question, answer="YES", by=boss_of(mission), now=timezone.now())
    mission = fresh(mission)
    paper = documents.make(
        Kind.CONVENTION_SERVICE, mission, by=boss_of(mission), now=timezone.now()
    )
    assert [one.split(", ")[0] for one in paper.facts["person"]["team"]] == [
        "Ana Petit", "Bob Roux", "Cyr Vidal",
    ]  # fmt: skip
    assert not is_stale(Document.objects.get(pk=paper.pk))
    teams.take_off(parts[0], by=boss_of(mission), now=timezone.now())
    assert is_stale(Document.objects.get(pk=paper.pk))


def test_who_comes_in_a_team_signs_nothing_for_the_structure(team, client):
    mission, (ana, bob, _cyr) = team
    confirmed(mission, ana.person)
    paper = documents.make(
        Kind.HOURS_CERTIFICATE, mission, member=ana, by=ana.person, now=timezone.now()
    )
    structure = mission.need.organisation
    structure.memberships.all().update(role="MEMBER")
    Membership.objects.create(user=bob.person, organisation=structure, role="ADMINISTRATOR")
    client.force_login(bob.person)
    page = client.get(paper.get_absolute_url())
    assert "sign-STRUCTURE" not in page.text
    client.post(
        reverse("document-sign", args=[paper.pk]),
        {"party": "STRUCTURE", "read": paper.sha256, "name": "Bob", "agree": "on"},
    )
    assert not paper.signatures.exists()


def test_days_are_those_of_the_mission(team):
    mission, (ana, *_) = team
    with pytest.raises(NotYet):
        writes(mission, ana.person, 2, days_ago=-1)
    assert mission.starts_on == in_days(-5)


def test_the_convention_of_a_team_speaks_of_several_people(team):
    mission, _parts = team
    pdf = documents.preview(Kind.CONVENTION_SERVICE, mission)
    pages = PdfReader(io.BytesIO(pdf)).pages
    words = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "Ana Petit" in words
    assert "Les personnes de l’équipe restent couvertes" in words
    assert "La personne salariée" not in words
