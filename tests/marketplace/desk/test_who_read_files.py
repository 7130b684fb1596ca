"""Files that leave, and searches, are told to those whom they are about: one line each, by whom, when and what for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import data_copies, journal
from marketplace.actions.documents import house_papers
from marketplace.models import DataCopy, JournalEntry, JournalKind, TeamMember, Time
from tests.factories import make_coordinator, make_mission, make_offer, make_pole, make_user
from tests.marketplace.market.programme_house import (
    Role,
    at_work,
    give,
    head_of,
    make_house,
    member,
)

pytestmark = pytest.mark.both
TODAY = timezone.localdate()


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def head(house):
    return head_of(house)


@pytest.fixture
def karim(house):
    return member(house, first_name="Karim", last_name="Benali")


def take(client, by, house, file, **typed):
    client.force_login(by)
    url = reverse("taking-out-year", args=[house.pk, TODAY.year])
    answer = client.post(url, {"file": file} | typed)
    assert answer.status_code == 200


def page_of(client, person, **asked):
    client.force_login(person)
    return " ".join(client.get(reverse("who-read"), asked).text.replace("\xa0", " ").split())


def told(kind=JournalKind.LISTED):
    return set(JournalEntry.objects.filter(kind=kind, told=True).values_list("subject", "words"))


def test_an_employee_reads_that_their_employer_took_their_hours_out_and_what_for(
    client, house, head, karim
):
    mission = at_work(house)
    give(mission, karim, TODAY, 2)
    take(client, head, house, "heures.csv", why="paie de novembre")
    page = page_of(client, karim)
    assert f"{head}, pour {house}" in page
    assert "une liste où vous figurez : heures données" in page
    assert "« paie de novembre »" in page
    assert "a emporté" not in page_of(client, member(house)), "who isn’t in the file"


def test_the_whole_year_is_one_line_for_each_who_is_in_it(client, house, head, karim):
    mission = at_work(house)
    for ago in range(2):
        give(mission, karim, TODAY - timedelta(days=ago), 2)
    take(client, head, house, "annee.xlsx")
    page = page_of(client, karim)
    assert page.count("a emporté") == 1
    assert "missions (1 des vôtres), heures données" in page
    assert head.pk not in {person for person, _words in told()}


@pytest.mark.parametrize("file", ["heures.csv", "missions.csv", "annee.xlsx"])
def test_an_employer_s_file_says_nothing_of_own_time(client, house, head, karim, file):
    own = make_mission(person=karim, status="RUNNING")
    type(own.offer).objects.filter(pk=own.offer_id).update(organisation=house, time=Time.OWN)
    give(own, karim, TODAY, 3)
    TeamMember.objects.create(mission=own, person=karim, hours=3, named_by=karim)
    take(client, head, house, file)
    assert {words for _person, words in told()} <= {"member"}


@pytest.mark.parametrize(
    ("state", "words"), [("", "member"), ("parti", "past-member"), ("invite", None)]
)
def test_the_list_of_people_is_told_to_those_who_are_on_it(
    client, house, head, karim, state, words
):
    gone = make_user("Zoé")
    house.past_memberships.create(user=gone, role=Role.EMPLOYEE, joined_at=timezone.now())
    client.force_login(head)
    url = reverse("employees-export", args=[house.pk, "csv"])
    assert client.post(f"{url}?etat={state}", {"why": "annuaire"}).status_code == 200
    who = gone if state else karim
    assert told() == ({(who.pk, words)} if words else set())


def test_somebody_charged_with_it_who_is_a_plain_employee_is_named_too(client, house, karim):
    charged = member(house, duty="CSR")
    take(client, charged, house, "personnes.csv")
    assert (karim.pk, "member") in told()


def test_the_whole_copy_of_the_organisation_is_told_to_its_people(house, head, karim):
    copy, _new = data_copies.ask(house, by=head, now=timezone.now())
    data_copies.carry_on(copy, now=timezone.now())
    with data_copies.take(DataCopy.objects.get(pk=copy.pk), by=head, now=timezone.now()):
        assert told() == {(karim.pk, "all")}


def test_no_line_no_file(house, head, monkeypatch):
    def fails(*_args, **_said):
        raise journal.NotNoted("full")

    monkeypatch.setattr(journal, "tell_of", fails)
    with pytest.raises(journal.NotNoted):
        house_papers.take_out(house, by=head, now=timezone.now())
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "is_told"),
    [("Karim Benali", True), ("benali karim", True), ("Benali", False), ("Kar", False)],
)
def test_an_employer_who_looks_for_somebody_s_whole_name_is_told_of(
    client, house, head, karim, typed, is_told
):
    client.force_login(head)
    client.get(reverse("employees", args=[house.pk]), {"q": typed})
    assert (told(JournalKind.SOUGHT) == {(karim.pk, "")}) == is_told
    if is_told:
        assert "a fait une recherche sur votre nom" in page_of(client, karim)


def test_the_search_of_the_header_tells_an_employer_s_whole_name_too(client, house, head, karim):
    client.force_login(head)
    client.get(reverse("find"), {"q": "Karim Benali"})
    found = JournalEntry.objects.filter(kind=JournalKind.SOUGHT)
    assert [(one.subject, one.organisation) for one in found] == [(karim, house)]


def test_a_coordinator_s_list_of_people_by_a_whole_name_is_told(client):
    pole = make_pole()
    solene, karim = make_coordinator(pole), make_user("Karim", "Benali")
    make_offer(person=karim, pole=pole)
    client.force_login(solene)
    for typed in ("benali", "karim benali", karim.email):
        client.get(reverse("lists", args=["personnes"]), {"q": typed})
    assert JournalEntry.objects.filter(kind=JournalKind.SOUGHT, subject=karim).count() == 2


def test_a_list_of_the_pole_is_one_line_with_its_name_how_many_and_what_for(client):
    pole = make_pole()
    solene, karim = make_coordinator(pole), make_user("Karim", "Benali")
    for _each in range(4):
        make_offer(person=karim, pole=pole)
    client.force_login(solene)
    client.post(reverse("lists-export", args=["offres", "csv"]), {"why": "réunion du comité"})
    page = page_of(client, karim)
    assert page.count("a emporté") == 1
    assert "une liste où vous figurez : offres (4 des vôtres)" in page
    assert "« réunion du comité »" in page


def test_that_contact_details_were_in_the_list_is_said(client):
    pole = make_pole()
    solene, karim = make_coordinator(pole), make_user("Karim", "Benali")
    make_offer(person=karim, pole=pole)
    client.force_login(solene)
    client.post(reverse("lists-export", args=["personnes", "csv"]) + "?colonnes=courriel")
    assert "avec courriels ou téléphones" in page_of(client, karim)


def test_whoever_speaks_for_an_organisation_finds_who_read_it_from_its_page(
    client, house, head, karim
):
    link = f"{reverse('who-read')}?pour={house.pk}"
    for person, has_it in ((head, True), (karim, False)):
        client.force_login(person)
        assert (link in client.get(reverse("organisation", args=[house.pk])).text) == has_it
