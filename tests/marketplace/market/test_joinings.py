"""Two needs that are alike: found for the coordinators, put together with two yeses, split again while nothing has begun."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import alike, joinings, needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Block, Joining, Mission, Need
from marketplace.rules.joinings import why_not
from marketplace.states import JoiningStatus, NeedStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_carrier,
    make_commune,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_proposal,
    make_user,
)
from tests.marketplace.desk.desk_people import lines_of

pytestmark = pytest.mark.django_db
ROUBAIX = {"insee": "59512", "name": "Roubaix", "latitude": 50.6893, "longitude": 3.1750}
DUNKERQUE = {"insee": "59183", "name": "Dunkerque", "latitude": 51.0303, "longitude": 2.3765}
MONDAY = timezone.make_aware(datetime(2026, 11, 2, 10))


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def awa():
    return make_user(first_name="Awa")


@pytest.fixture
def maelle():
    return make_coordinator(first_name="Maëlle")


@pytest.fixture
def older(aline):
    house = make_organisation(name="Bottines", member=aline)
    since = timezone.now() - timedelta(days=5)
    return make_need(house, created_by=aline, published_at=since, hours=40, places=1)


@pytest.fixture
def younger(awa):
    house = make_organisation(name="ACEPP", member=awa)
    return make_need(house, created_by=awa, hours=20, commune=make_commune(**ROUBAIX))


def look() -> list[tuple[int, int]]:
    alike.look(timezone.now())
    return sorted(Joining.objects.found().values_list("older", "younger"))


@pytest.fixture
def joining(older, younger):
    assert look() == [(older.pk, younger.pk)]
    return Joining.objects.get()


@pytest.fixture
def asked(joining, maelle):
    said = {"hours": 50, "places": 2, "word": "Ensemble ?"}
    joinings.propose(joining, by=maelle, now=timezone.now(), **said)
    joining.refresh_from_db()
    return joining


def yes(asked, *needs_of):
    for need in needs_of:
        by = need.organisation.members.get()
        joinings.say_yes(asked, need, by=by, now=timezone.now())
    asked.refresh_from_db()


def told(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person)


# --- found ----------------------------------------------------------------------------------
def test_what_is_alike_is_a_line_of_the_desk_until_it_is_left_apart(client, joining, maelle):
    (line,) = [one for one in lines_of(maelle) if one.kind == "joining"]
    assert line.url == joining.get_absolute_url()
    client.force_login(maelle)
    page = client.get(line.url).text
    assert "Bottines" in page
    assert "ACEPP" in page
    client.post(reverse("joining-dismiss", args=[joining.pk]))
    assert [one for one in lines_of(maelle) if one.kind == "joining"] == []
    assert look() == [], "it doesn't come back"


@pytest.mark.parametrize("how", ["skills", "far", "dates", "same house", "private", "over"])
def test_what_differs_is_not_alike(older, younger, how):
    change = {
        "skills": lambda: younger.wanted.all().delete(),
        "far": lambda: set_(younger, commune=make_commune(**DUNKERQUE)),
        "dates": lambda: set_(younger, starts_on=in_days(100), ends_on=in_days(120)),
        "same house": lambda: set_(younger, organisation=older.organisation),
        "private": lambda: set_(younger, is_listed=False),
        "over": lambda: needs.withdraw(younger, reason=".", by=younger.created_by),
    }
    assert look() == [(older.pk, younger.pk)]
    change[how]()
    assert look() == []


def set_(need, **fields):
    Need.objects.filter(pk=need.pk).update(**fields)


def test_few_are_shown_the_nearest_first_and_each_need_once(older, younger):
    nearer = make_need()
    for _ in range(12):
        make_need()
    found = look()
    assert len(found) == alike.FEW
    assert len({one for pair in found for one in pair}) == 2 * alike.FEW
    assert older.pk in {one for pair in found for one in pair} or nearer.pk
    assert max(Joining.objects.values_list("metres", flat=True)) == 0


def test_those_that_keep_each_other_away_are_not_proposed_to_each_other(older, younger):
    house = younger.organisation
    Block.objects.create(
        by=older.created_by, for_organisation=older.organisation, organisation=house
    )
    assert look() == []
    assert why_not(older, younger)


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("lead", 404), ("nobody", 302)])
def test_before_it_is_proposed_only_the_coordinators_read_of_it(
    client, joining, aline, who, status
):
    if who != "nobody":
        client.force_login({"stranger": make_user(), "lead": aline}[who])
    for door in ("joining", "joining-dismiss", "joining-split"):
        assert client.post(reverse(door, args=[joining.pk])).status_code == status


def test_the_coordinators_of_another_pole_read_nothing_of_it(client, asked):
    client.force_login(make_coordinator(make_pole("Voisin", ["38"])))
    assert client.get(asked.get_absolute_url()).status_code == 404


# --- proposed, and answered -------------------------------------------------------------------
def test_both_leads_are_asked_and_the_second_yes_puts_the_two_together(
    client, joining, older, younger, aline, awa, maelle
):
    waiting = make_proposal(younger, make_offer(make_user(first_name="Noé")))
    kept = make_proposal(older, make_offer(make_user(first_name="Zoé")))
    client.force_login(maelle)
    door = joining.get_absolute_url()
    page = client.post(door, {"hours": "0", "places": "2", "word": "Ensemble ?"})
    assert "Ensemble ?" in page.text, "what was typed is kept"
    client.post(door, {"hours": "50", "places": "2", "word": "Ensemble ?"})
    assert told("joining_asked", aline).count() == told("joining_asked", awa).count() == 1
    client.force_login(aline)
    assert "Ensemble ?" in client.get(door).text
    client.post(door, {"answer": "yes"})
    younger.refresh_from_db()
    assert younger.status == NeedStatus.PUBLISHED, "one yes is half of it"
    assert client.post(door, {"answer": "yes"}, follow=True).status_code == 200
    client.force_login(awa)
    client.post(door, {"answer": "yes"})
    for row in (older, younger, joining, waiting, kept):
        row.refresh_from_db()
    assert (joining.status, younger.status) == (JoiningStatus.DONE, NeedStatus.CLOSED)
    assert (older.hours, older.places) == (50, 2)
    carrier = older.carriers.get()
    assert (carrier.organisation, carrier.referent) == (younger.organisation, awa)
    assert kept.is_open
    assert not waiting.is_open
    letter = told("proposal_closed", waiting.offer.person).get()
    assert older.title in letter.text
    assert older.title in younger.steps.last().said
    for person in (aline, maelle):
        assert told("joining_done", person).count() == 1
    assert "ACEPP" in client.get(older.get_absolute_url()).text
    assert client.get(kept.get_absolute_url()).status_code == 200


def test_a_no_of_one_ends_it_and_both_go_on(client, asked, older, younger, aline, awa, maelle):
    client.force_login(awa)
    client.post(asked.get_absolute_url(), {"answer": "no", "word": "Pas cette fois."})
    asked.refresh_from_db()
    assert asked.status == JoiningStatus.DECLINED
    for person in (aline, maelle):
        assert "Pas cette fois." in told("joining_ended", person).get().text
    with pytest.raises(NotYet):
        yes(asked, older)
    assert look() == [], "it isn't proposed again"
    younger.refresh_from_db()
    assert younger.status == NeedStatus.PUBLISHED


def test_one_who_has_left_says_no_yes_and_nobody_says_the_other_s(client, asked, older, awa, aline):
    older.organisation.memberships.filter(user=aline).delete()
    client.force_login(aline)
    assert client.post(asked.get_absolute_url(), {"answer": "yes"}).status_code == 404
    with pytest.raises(NotYet):
        joinings.say_yes(asked, older, by=awa, now=timezone.now())


def test_what_has_changed_meanwhile_is_not_put_together(asked, older, younger):
    yes(asked, older)
    set_(younger, starts_on=in_days(100), ends_on=in_days(120))
    with pytest.raises(NotYet, match="ne se ressemblent plus"):
        yes(asked, younger)
    joinings.follow(timezone.now())
    asked.refresh_from_db()
    assert asked.status == JoiningStatus.LAPSED


def test_one_with_a_mission_or_carried_by_several_is_not_the_one_that_ends(older, younger):
    make_carrier(younger)
    assert "Trop de structures" in why_not(older, younger)
    busy = make_mission(status="RUNNING").need
    assert why_not(older, busy)


def test_without_an_answer_they_are_asked_once_more_and_then_left_apart(
    joining, aline, awa, maelle
):
    said = {"hours": 50, "places": 2, "word": ""}
    joinings.propose(joining, by=maelle, now=MONDAY, **said)
    states = []
    for day in range(22):
        joinings.follow(MONDAY + timedelta(days=day))
        joinings.follow(MONDAY + timedelta(days=day))
        states.append((told("joining_asked", aline).count(), Joining.objects.get().status))
    assert states.index((2, JoiningStatus.ASKED)) == 7
    assert states.index((2, JoiningStatus.LAPSED)) == 15
    assert told("joining_ended", awa).count() == 1


# --- split ----------------------------------------------------------------------------------
def test_split_gives_back_the_two_as_they_were(client, asked, older, younger, aline, awa, maelle):
    before = [(one.title, one.context, one.hours, one.places) for one in (older, younger)]
    yes(asked, older, younger)
    client.force_login(awa)
    door = reverse("joining-split", args=[asked.pk])
    assert "Séparer" in client.get(door).text
    client.post(door)
    for row in (older, younger, asked):
        row.refresh_from_db()
    assert [(one.title, one.context, one.hours, one.places) for one in (older, younger)] == before
    assert (older.status, younger.status) == (NeedStatus.PUBLISHED, NeedStatus.PUBLISHED)
    assert asked.status == JoiningStatus.SPLIT
    assert not older.carriers.agreed().exists()
    for person in (aline, maelle):
        assert told("joining_split", person).count() == 1
    client.post(door)
    assert asked.steps.filter(after=JoiningStatus.SPLIT).count() == 1


def test_nothing_is_split_once_a_mission_has_begun(client, asked, older, younger, aline):
    yes(asked, older, younger)
    make_mission(status="RUNNING", started_at=timezone.now())
    proposal = make_proposal(older, make_offer())
    mission = Mission.objects.get()
    Mission.objects.filter(pk=mission.pk).update(need=older, proposal=proposal)
    with pytest.raises(NotYet, match="a commencé"):
        joinings.split(asked, by=aline)
    client.force_login(aline)
    assert (
        reverse("joining-split", args=[asked.pk]) not in client.get(asked.get_absolute_url()).text
    )


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("nobody", 302)])
def test_only_the_two_leads_and_the_coordinators_split(client, asked, older, younger, who, status):
    yes(asked, older, younger)
    if who != "nobody":
        client.force_login(make_user())
    assert client.post(reverse("joining-split", args=[asked.pk])).status_code == status
    younger.refresh_from_db()
    assert younger.status == NeedStatus.CLOSED


def test_the_one_need_has_room_for_who_comes_already(client, joining, older, younger, maelle):
    client.force_login(maelle)
    door = joining.get_absolute_url()
    older.places = 2
    older.save()
    make_mission(need=older)
    page = client.post(door, {"hours": 40, "places": 1, "word": ""}, follow=True)
    assert "vient déjà" in page.text
    page = client.post(door, {"hours": 40, "places": 51, "word": ""})
    assert "Cinquante personnes au plus" in page.text
    client.post(door, {"hours": 40, "places": 2, "word": ""})
    joining.refresh_from_db()
    assert joining.is_asked
    make_mission(need=older)
    Need.objects.filter(pk=older.pk).update(status=NeedStatus.PUBLISHED, places=3)
    yes(joining, older, younger)
    older.refresh_from_db()
    assert (older.places, older.status) == (2, NeedStatus.FILLED)


def test_once_together_their_page_says_so_and_leads_to_the_need(client, asked, older, younger, awa):
    yes(asked, older, younger)
    client.force_login(awa)
    page = client.get(asked.get_absolute_url()).text
    assert "porté par Bottines, qui mène, et ACEPP" in page
    assert "qui resterait" not in page
    assert (
        "Porter un seul besoin ensemble ?".replace(" ?", "\N{NO-BREAK SPACE}?")
        not in page.split("<h1>")[1]
    )


def test_two_needs_of_one_town_are_no_0_km_apart(client, older, awa, maelle):
    make_need(make_organisation(name="ACEPP", member=awa), created_by=awa, hours=20)
    alike.look(timezone.now())
    found = Joining.objects.get()
    (line,) = [line for line in lines_of(maelle) if line.url == found.get_absolute_url()]
    assert "même commune" in line.why
    client.force_login(maelle)
    page = client.get(found.get_absolute_url()).text
    assert "dans la même commune, au même moment." in page
    assert "0 km" not in page + line.why
