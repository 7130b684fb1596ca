"""People read who read, took out or wrote what of them: in sentences, by day and by reader."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from marketplace.actions.desk import journal
from marketplace.desk import who_read
from marketplace.models import JournalEntry, JournalKind, Time
from marketplace.rules.journal_parties import NOUNS, Reader
from tests.factories import make_need, make_offer, make_organisation, make_pole, make_user

URL = "who-read"


@pytest.fixture
def pole():
    return make_pole("Pôle Nord", ("59",))


@pytest.fixture
def solene(pole):
    solene = make_user("Solène", "Durand")
    make_organisation(Organisation.Kind.OPERATOR, pole=pole, name="Passeurs", administrator=solene)
    return solene


@pytest.fixture
def karim():
    return make_user("Karim", "Benali")


@pytest.fixture
def offer(pole, karim):
    return make_offer(person=karim, pole=pole, title="Tenir la comptabilité")


def opens(client, person, name, *args, **asked):
    client.force_login(person)
    return client.get(reverse(name, args=args), asked)


def read(client, person, **asked):
    answer = opens(client, person, URL, **asked)
    return " ".join(answer.text.split())


def test_a_person_reads_who_opened_their_page_and_how_often(client, solene, karim, offer, pole):
    noon = timezone.localtime().replace(hour=12, minute=0)
    for minutes in (0, 4, 8, 30):  # three openings that follow each other are one visit
        told(karim, solene, pole, at=noon + timedelta(minutes=minutes))
    opens(client, solene, "offer", offer.pk)
    page = read(client, karim)
    assert "<strong>Solène Durand, de l’opérateur Passeurs</strong>" in page
    assert re.search(r">12:30</time> – a lu votre fiche .*>2 fois</summary>12:08, 12:30", page)
    assert "a lu l’offre « Tenir la comptabilité »" in page.replace("\xa0", " ")
    assert page.count("Solène Durand") == 1, "grouped by day and reader"


def test_its_empty_page_says_what_will_be_there(client, karim):
    assert "Personne n’a encore rien lu ici" in read(client, karim)


def test_nobody_else_reads_those_lines(client, solene, karim, offer):
    opens(client, solene, "person-story", karim.pk)
    for other in (make_user(), solene):
        assert "a lu votre fiche" not in read(client, other)
    client.logout()
    assert client.get(reverse(URL)).status_code == 302


def test_what_one_reads_of_oneself_isn_t_written(client, solene, pole):
    make_offer(person=solene, pole=pole)
    opens(client, solene, "person-story", solene.pk)
    assert not JournalEntry.objects.exists()


def test_a_page_that_is_refused_isn_t_read(client, karim, offer):
    stranger = make_user()
    make_organisation(
        Organisation.Kind.OPERATOR, pole=make_pole("Pôle Sud", ("80",)), administrator=stranger
    )
    assert opens(client, stranger, "person-story", karim.pk).status_code in (403, 404)
    assert opens(client, stranger, "offer", offer.pk).status_code == 404
    assert not JournalEntry.objects.exists()


def test_who_coordinates_no_more_is_named_by_where_they_did(client, solene, karim, offer):
    opens(client, solene, "person-story", karim.pk)
    Membership.objects.filter(user=solene).delete()
    page = read(client, karim)
    assert "Solène" not in page
    assert "Une personne qui coordonnait pour Passeurs, partie depuis" in page


def test_an_organisation_s_lines_are_for_who_represents_it(client, solene, pole):
    structure = make_organisation(Organisation.Kind.ESS, pole=pole, name="Ateliers")
    need = make_need(organisation=structure, title="Refaire notre site")
    opens(client, solene, "desk-need", need.pk)
    boss = structure.members.first() or make_user()
    Membership.objects.get_or_create(
        user=boss, organisation=structure, defaults={"role": Membership.Role.ADMINISTRATOR}
    )
    assert "Refaire notre site" not in read(client, boss)
    page = read(client, boss, pour=structure.pk).replace("\xa0", " ")
    assert "a lu le besoin « Refaire notre site »" in page
    assert opens(client, make_user(), URL, pour=structure.pk).status_code == 404
    Membership.objects.filter(user=boss).delete()
    assert opens(client, boss, URL, pour=structure.pk).status_code == 404


def test_an_employer_learns_nothing_of_own_time(client, solene, pole, karim):
    company = make_organisation(Organisation.Kind.COMPANY, pole=pole)
    head = company.members.first() or make_user()
    Membership.objects.get_or_create(
        user=head, organisation=company, defaults={"role": Membership.Role.ADMINISTRATOR}
    )
    own = make_offer(person=karim, pole=pole, time=Time.OWN)
    type(own).objects.filter(pk=own.pk).update(organisation=company)
    opens(client, solene, "offer", own.pk)
    assert JournalEntry.objects.about(karim).exists()
    assert not JournalEntry.objects.about_house(company).exists()
    assert "a lu l’offre" not in (page := read(client, head, pour=company.pk))
    assert "a lu une offre" not in page


def test_it_is_narrowed_to_one_kind_of_act(client, solene, karim, offer):
    opens(client, solene, "offer", offer.pk)
    assert "a lu l’offre" in read(client, karim, acte="lu")
    assert "Aucune ligne ne correspond" in read(client, karim, acte="emporte")


@pytest.mark.parametrize(
    "asked", [{"acte": "\0"}, {"avant": "hier"}, {"avant": "2026-99-99"}, {"avant": "0001-01-01"}]
)
def test_what_it_can_t_read_in_the_address_is_no_fault(client, karim, asked):
    assert opens(client, karim, URL, **asked).status_code == 200


@pytest.mark.parametrize("house", ["x", "9" * 30, "²", "-1"])
def test_an_organisation_that_isn_t_one_s_own_is_not_found(client, karim, house):
    assert opens(client, karim, URL, pour=house).status_code == 404


def told(karim, solene, pole, *, at):
    operator = Membership.objects.get(user=solene).organisation
    return JournalEntry.objects.create(
        kind=JournalKind.PERSON_READ, by=solene, organisation=operator, pole=pole, subject=karim, told=True, at=at,
    )  # fmt: skip


def test_pages_hold_whole_days_each_once(client, solene, karim, pole, monkeypatch):
    monkeypatch.setattr(who_read, "A_PAGE", 3)
    now = timezone.localtime().replace(hour=12, minute=0)
    for ago in range(5):
        for again in range(2):
            told(karim, solene, pole, at=now - timedelta(days=ago, hours=again))
    days, asked = [], {}
    client.force_login(karim)
    while True:
        page = client.get(reverse(URL), asked).context["page"]
        days += [
            (day.day, [act.times for who in day.people for act in who.acts]) for day in page.days
        ]
        if page.older is None:
            break
        asked = {"avant": page.older.isoformat()}
    today = now.date()
    assert days == [(today - timedelta(days=ago), [2]) for ago in range(5)]


def test_many_lines_ask_no_more_than_one(
    client, solene, karim, offer, pole, django_assert_max_num_queries
):
    for _each in range(40):
        told(karim, solene, pole, at=timezone.now())
        opens(client, solene, "offer", make_offer(person=karim, pole=pole).pk)
    client.force_login(karim)
    with django_assert_max_num_queries(20):
        client.get(reverse(URL))


def test_reading_costs_one_insert(client, solene, offer):
    client.force_login(solene)
    written = []

    def watch(execute, sql, params, many, context):
        written.extend([sql] * ("marketplace_journalentry" in sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        client.get(reverse("offer", args=[offer.pk]))
    assert len(written) == 1
    assert written[0].startswith("INSERT INTO")


def test_what_can_t_be_noted_isn_t_shown(client, solene, offer, monkeypatch):
    def fails(*_args, **_said):
        raise journal.NotNoted("full")

    monkeypatch.setattr(journal, "tell", fails)
    client.raise_request_exception = False
    answer = opens(client, solene, "offer", offer.pk)
    assert answer.status_code == 503
    assert offer.title not in answer.text


def test_a_line_is_neither_changed_nor_deleted_before_its_time(solene, karim, pole):
    told(karim, solene, pole, at=timezone.now())
    old = told(karim, solene, pole, at=timezone.now() - timedelta(days=366))
    for change in ({"subject": solene}, {"told": False}, {"house": None, "number": 5}):
        with pytest.raises(DatabaseError, match="written once"):
            JournalEntry.objects.filter(told=True).exclude(pk=old.pk).update(**change)
        break  # the transaction is over
    assert old


def test_it_is_forgotten_after_twelve_months(solene, karim, pole):
    kept = told(karim, solene, pole, at=timezone.now() - timedelta(days=364))
    told(karim, solene, pole, at=timezone.now() - timedelta(days=366))
    assert journal.forget(timezone.now()) == 1
    assert JournalEntry.objects.get() == kept


def test_the_pages_of_what_was_taken_out_show_none_of_it(client, solene, karim, offer):
    opens(client, solene, "offer", offer.pk)
    page = opens(client, solene, "pole-journal").text
    assert "a lu une offre" not in page
    assert "MISSION_READ" not in page


def test_whoever_looks_on_for_nobody_writes_nothing(karim, offer):
    nobody = Reader(karim.pk, {}, frozenset())
    assert (
        journal.tell(
            JournalKind.OFFER_READ, NOUNS["offer"], offer.pk, reader=nobody, now=timezone.now()
        )
        == 0
    )
