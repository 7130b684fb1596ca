"""A gathering: who writes one, who sees it, what may be typed, what becomes of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.states import OrganisationStatus
from marketplace.actions.gatherings import gatherings
from marketplace.actions.refusals import NotYet
from marketplace.models import Gathering
from marketplace.states import GatheringStatus
from tests.factories import (
    make_authority,
    make_coordinator,
    make_offer,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)
from tests.marketplace.gatherings.people import (
    again,
    at,
    be_over,
    host_of,
    letters,
    make_gathering,
    put_down,
)

pytestmark = pytest.mark.django_db


def typed(**changed):
    said = {
        "kind": "TRAINING",
        "title": "Tableur : les bases",
        "about": "Un tableau de bord.",
        "starts_at": at(10).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": at(10, 17).strftime("%Y-%m-%dT%H:%M"),
        "commune": "Lille",
        "commune-code": "59350",
        "seats": "12",
        "audience": "ALL",
        "skills": ["tableur"],
        "save": "yes",
    }
    days = {
        name: at(day).strftime("%Y-%m-%dT%H:%M")
        for name, day in changed.items()
        if isinstance(day, int)
    }
    return said | changed | days


@pytest.fixture
def host():
    make_skill("tableur")
    return make_organisation(name="Les Bottines", member=make_user("Anne", "Petit"))


def new(host):
    return reverse("gathering-new", args=[host.pk])


def test_a_representative_writes_a_draft_and_announces_it(client, host):
    client.force_login(host.members.get())
    client.post(new(host), typed())
    gathering = Gathering.objects.get()
    assert (gathering.is_draft, gathering.seats, gathering.pole) == (True, 12, host.pole)
    assert [skill.code for skill in gathering.skills.all()] == ["tableur"]
    client.post(reverse("gathering-announce", args=[gathering.pk]))
    assert again(gathering).status == GatheringStatus.PUBLISHED


def test_the_same_sent_twice_is_one(client, host):
    client.force_login(host.members.get())
    for _ in range(2):
        client.post(new(host), typed())
    assert Gathering.objects.count() == 1


def test_a_coordinator_hosts_for_their_operator(client):
    coordinator = make_coordinator()
    operator = coordinator.organisations.get()
    make_skill("tableur")
    client.force_login(coordinator)
    client.post(new(operator), typed(kind="MEETING"))
    assert Gathering.objects.get().host == operator


@pytest.mark.parametrize("who", ["stranger", "employee", "other pôle", "suspended", "unverified"])
def test_nobody_else_hosts_in_its_name(client, host, who):
    person = make_coordinator(make_pole("Pôle du Lac", ("74",)))
    if who == "stranger":
        person = make_user()
    if who == "employee":
        person = make_user()
        Membership.objects.create(user=person, organisation=host, role="EMPLOYEE")
    if who in {"suspended", "unverified"}:
        person = host.members.get()
        status = {"suspended": OrganisationStatus.SUSPENDED, "unverified": "SUBMITTED"}[who]
        Organisation.objects.filter(pk=host.pk).update(status=status)
    client.force_login(person)
    assert client.post(new(host), typed()).status_code in {403, 404}
    assert not Gathering.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_at": "2020-01-01T10:00"}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59", "ends_at": "9999-12-31T23:59"}, "starts_at"),
        ({"starts_at": "demain"}, "starts_at"),
        ({"ends_at": 9}, "ends_at"),
        ({"ends_at": 60}, "ends_at"),
        ({"seats": "0"}, "seats"),
        ({"seats": "99999999999999999999"}, "seats"),
        ({"seats": "-3"}, "seats"),
        ({"seats_each": "0"}, "seats_each"),
        ({"seats_each": "13"}, "seats_each"),
        ({"commune": "", "commune-code": ""}, "commune"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"title": "…"}, "title"),
        ({"title": "Appelez le 06 12 34 56 78"}, "title"),
    ],
)
def test_what_cant_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    client, host, changed, field
):
    client.force_login(host.members.get())
    answer = client.post(new(host), typed(**changed))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "Un tableau de bord." in answer.content.decode()
    assert not Gathering.objects.exists()


def test_an_hour_that_the_night_of_the_change_hasnt_is_refused_with_a_sentence(client, host):
    client.force_login(host.members.get())
    answer = client.post(new(host), typed(starts_at="2027-03-28T02:30", ends_at="2027-03-28T05:00"))
    assert "starts_at" in answer.context["form"].errors


def test_a_draft_is_its_hosts_alone(client, host):
    draft = make_gathering(host, status=GatheringStatus.DRAFT)
    url = reverse("gathering-page", args=[draft.pk])
    assert client.get(url).status_code == 302, "a visitor logs in first"
    for person in (make_user(), make_coordinator(host.pole)):
        client.force_login(person)
        assert client.get(url).status_code == 404
    client.force_login(host.members.get())
    assert client.get(url).status_code == 200


def test_each_audience_finds_its_own(client, host):
    here = make_gathering(host, title="Du pôle", audience="POLE")
    towns = make_gathering(host, title="Des collectivités", audience="AUTHORITIES")
    everybody = make_gathering(host, title="De tous")
    member, agent, volunteer = make_user(), make_user(), make_user()
    make_organisation(member=member)
    elsewhere = make_pole("Pôle du Lac", ("74",))
    make_authority(member=agent, pole=elsewhere)
    make_offer(volunteer)
    seen = {
        make_user(): {everybody},
        member: {everybody, here},
        volunteer: {everybody, here},
        agent: {everybody, towns},
    }
    for person, theirs in seen.items():
        assert set(Gathering.objects.visible_to(person)) == theirs
        client.force_login(person)
        page = client.get(reverse("gatherings")).content.decode()
        assert {one for one in (here, towns, everybody) if one.title in page} == theirs
    client.logout()
    assert "De tous" in client.get(reverse("gatherings")).content.decode()
    assert client.get(reverse("gathering-page", args=[here.pk])).status_code == 302


def test_nothing_of_a_suspended_host_is_announced(client, host):
    gathering = make_gathering(host)
    Organisation.objects.filter(pk=host.pk).update(status=OrganisationStatus.SUSPENDED)
    assert "Tableur" not in client.get(reverse("gatherings")).content.decode()
    assert client.get(reverse("gathering-page", args=[gathering.pk])).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse("gathering-page", args=[gathering.pk])).status_code == 404


def test_the_hosts_list_says_of_no_seat_that_it_is_left_where_none_can_be_taken(client, host):
    be_over(make_gathering(host, title="Passée", seats=12))
    make_gathering(host, title="Annulée", seats=13, status=GatheringStatus.CANCELLED)
    make_gathering(host, title="En préparation", seats=14, status=GatheringStatus.DRAFT)
    client.force_login(host.members.get())
    page = client.get(reverse("gatherings-of-host", args=[host.pk])).content.decode()
    assert "libre" not in page.split("<main")[1]
    assert "0 place prise sur 12" in page
    assert "14 places" in page
    assert "13 places" not in page
    put_down(make_gathering(host, seats=15))
    assert "14 places libres" in client.get(reverse("gatherings")).content.decode()


def test_the_list_is_filtered_by_its_address(client, host):
    make_gathering(host, title="Le tableur pas à pas")
    make_gathering(
        host, title="Rencontre des maires", kind="MEETING", skills=(), days=100, commune=None,
        link="https://visio.example.org/a",
    )  # fmt: skip
    month = timezone.localdate(at(100)).strftime("%Y-%m")
    for query, found in {
        "kind=TRAINING": "tableur",
        "q=maires": "maires",
        "near=Lille&near-code=59350": "tableur",
        f"month={month}": "maires",
        "kind=nonsense&month=2020-99&near=%00&audience=x&after=abc": "tableur",
    }.items():
        page = client.get(f"{reverse('gatherings')}?{query}").content.decode()
        assert found in page, query
    page = client.get(f"{reverse('gatherings')}?kind=ADVICE").content.decode()
    assert "Rien n’est annoncé" in page


def test_the_list_asks_as_many_questions_whatever_it_holds(
    client, host, django_assert_max_num_queries
):
    client.force_login(make_user())
    for _ in range(3):
        make_gathering(host)
    client.get(reverse("gatherings"))
    with django_assert_max_num_queries(22):
        client.get(reverse("gatherings"))
    for _ in range(12):
        put_down(make_gathering(host))
    with django_assert_max_num_queries(22):
        page = client.get(reverse("gatherings"))
    assert page.context["page"].after


def test_who_comes_is_told_of_another_time_once_and_of_new_words_not_at_all(client, host):
    gathering = make_gathering(host)
    person = put_down(gathering).person
    client.force_login(host.members.get())
    url = reverse("gathering-edit", args=[gathering.pk])
    same = {name: getattr(gathering, name) for name in ("title", "about")}
    client.post(url, typed(**same | {"about": "Plus précis."}))
    assert letters("gathering_changed") == []
    for _ in range(2):
        client.post(url, typed(**same, starts_at=at(11).strftime("%Y-%m-%dT%H:%M"),
                               ends_at=at(11, 17).strftime("%Y-%m-%dT%H:%M")))  # fmt: skip
    assert len(letters("gathering_changed", person)) == 1


def test_there_are_never_fewer_seats_than_people(client, host):
    gathering = make_gathering(host, seats=3)
    for _ in range(3):
        put_down(gathering)
    client.force_login(host.members.get())
    answer = client.post(reverse("gathering-edit", args=[gathering.pk]), typed(seats="2"))
    assert "seats" in answer.context["form"].errors
    assert again(gathering).seats == 3


def test_more_seats_go_to_those_who_wait(client, host):
    gathering = make_gathering(host, seats=1)
    put_down(gathering)
    waits = put_down(gathering)
    client.force_login(host.members.get())
    client.post(reverse("gathering-edit", args=[gathering.pk]), typed(seats="2"))
    assert again(waits).is_offered


def test_cancelled_tells_each_once_also_who_waits(client, host):
    gathering = make_gathering(host, seats=1)
    people = [put_down(gathering).person for _ in range(2)]
    client.force_login(host.members.get())
    for _ in range(2):
        client.post(reverse("gathering-cancel", args=[gathering.pk]), {"word": "La salle brûle."})
    assert again(gathering).is_cancelled
    for person in people:
        (letter,) = letters("gathering_cancelled", person)
        assert "La salle brûle." in letter.text
    assert not gathering.attendances.standing().exists()


def test_what_has_begun_isnt_cancelled_and_a_draft_in_the_past_isnt_announced(host):
    begun = make_gathering(host, starts_at=timezone.now() - timedelta(hours=1))
    draft = make_gathering(host, days=-1, status=GatheringStatus.DRAFT)
    by, now = host.members.get(), timezone.now()
    with pytest.raises(NotYet):
        gatherings.cancel(begun, word="", by=by, now=now)
    with pytest.raises(NotYet):
        gatherings.announce(draft, by=by, now=now)


@pytest.mark.parametrize("who", ["stranger", "coordinator", "other pôle"])
def test_nobody_else_changes_or_cancels_it(client, host, who):
    gathering = make_gathering(host)
    people = {
        "stranger": make_user,
        "coordinator": lambda: make_coordinator(host.pole),
        "other pôle": lambda: make_coordinator(make_pole("Pôle du Lac", ("74",))),
    }
    client.force_login(people[who]())
    for name in ("gathering-edit", "gathering-cancel", "gathering-copy", "gathering-announce"):
        assert client.post(reverse(name, args=[gathering.pk])).status_code == 403
    assert again(gathering).is_announced


def test_four_a_year_are_four_drafts_of_their_own(client, host):
    gathering = make_gathering(host)
    client.force_login(host.members.get())
    url = reverse("gathering-copy", args=[gathering.pk])
    days = {f"day_{n}": at(30 * n).strftime("%Y-%m-%dT%H:%M") for n in (1, 2, 3)}
    for _ in range(2):
        client.post(url, days)
    copies = Gathering.objects.exclude(pk=gathering.pk)
    assert [one.status for one in copies] == [GatheringStatus.DRAFT] * 3
    assert {one.seats for one in copies} == {12}
    assert all(one.skills.exists() for one in copies)
    assert client.post(url, {"day_1": "2020-01-01T10:00"}).context["form"].errors["day_1"]
    assert client.post(url, {}).context["form"].errors["day_1"]


def test_who_has_left_the_host_runs_it_no_more(client, host):
    gathering = make_gathering(host)
    gone = host_of(gathering)
    host.memberships.all().delete()
    client.force_login(gone)
    assert client.get(reverse("gathering-edit", args=[gathering.pk])).status_code == 403


@pytest.mark.parametrize("what", ["for the pôle", "cancelled", "in preparation", "no such number"])
def test_a_visitor_whom_a_letter_leads_there_logs_in_first(client, host, what):
    changed = {
        "for the pôle": {"audience": "POLE"},
        "cancelled": {"status": GatheringStatus.CANCELLED},
        "in preparation": {"status": GatheringStatus.DRAFT},
    }
    url = make_gathering(host, **changed.get(what, {})).get_absolute_url()
    if what == "no such number":
        url = reverse("gathering-page", args=[10**12])
    answer = client.get(url)
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={url}")
    client.force_login(make_user())
    assert client.get(url).status_code == 404


def test_whoever_has_an_account_finds_them_in_the_menu(client):
    client.force_login(make_user())
    menu = client.get(reverse("profile")).content.decode().split("<main")[0]
    assert f'href="{reverse("gatherings")}"' in menu
