"""The page of the journal: its administrators read it, in sentences, and find a line again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import journal
from marketplace.models import JournalKind
from tests.factories import make_user
from tests.marketplace.market.programme_house import Role, head_of, make_house, member


@pytest.fixture
def house():
    return make_house()


def note(house, by, kind=JournalKind.PEOPLE, **said):
    said.setdefault("now", timezone.now())
    return journal.note(kind, by=by, organisation=house, **said)


def read(client, house, person=None, **asked):
    client.force_login(person or head_of(house))
    return client.get(reverse("journal", args=[house.pk]), asked)


def test_a_line_is_a_sentence(client, house):
    note(house, head_of(house), rows=312, form="xlsx", why="pour le comité social")
    note(house, head_of(house), JournalKind.HOURS, rows=1, form="csv", number=2026)
    page = " ".join(read(client, house).text.split())
    assert "</a> a emporté la liste des personnes (312 lignes, fichier Excel)" in page
    assert "pour le comité social" in page
    assert "a emporté les heures (année 2026, 1 ligne, fichier CSV)" in page


def test_its_empty_page_says_what_will_be_there(client, house):
    assert "Rien n’a encore été emporté" in read(client, house).text


@pytest.mark.parametrize("who", ["CSR", "HR", "employee", "elsewhere", "gone", "nobody"])
def test_nobody_but_an_administrator_reads_it(client, house, who):
    person = make_user()
    if who in ("CSR", "HR"):
        person = member(house, Role.REPRESENTATIVE, who)
    elif who == "employee":
        person = member(house)
    elif who == "elsewhere":
        person = head_of(make_house(name="Autre"))
    elif who == "gone":
        house.memberships.create(user=person, role=Role.ADMINISTRATOR).delete()
    if who != "nobody":
        client.force_login(person)
    answer = client.get(reverse("journal", args=[house.pk]))
    assert answer.status_code == (302 if who == "nobody" else 403)


def test_a_suspended_house_still_reads_what_was_done(client, house):
    note(house, head_of(house))
    house.status = "SUSPENDED"
    house.save()
    assert "a emporté" in read(client, house).text


def test_another_house_s_lines_are_not_there(client, house):
    other = make_house(name="Autre")
    note(other, head_of(other), why="secret de l’autre")
    page = read(client, house, personne=head_of(other).pk).text
    assert "secret" not in page
    assert "Rien n’a encore été emporté" in page, "a stranger’s number says nothing"


def test_it_is_narrowed_to_a_person_and_an_act(client, house):
    other = member(house, Role.REPRESENTATIVE, "CSR", first_name="Zoé", last_name="Petit")
    note(house, head_of(house), why="raison un")
    note(house, other, why="raison deux")
    note(house, other, JournalKind.HOURS, why="raison trois")
    page = read(client, house, personne=other.pk, acte="PEOPLE").text
    assert [word in page for word in ("raison un", "raison deux", "raison trois")] == [
        False,
        True,
        False,
    ]
    assert "Aucune ligne ne correspond" in read(client, house, acte="YEAR").text


@pytest.mark.parametrize(
    "asked", [{"personne": "x²"}, {"personne": "9" * 30}, {"acte": "\0"}, {"after": "zz"}]
)
def test_what_it_can_t_read_in_the_address_is_as_if_it_weren_t_there(client, house, asked):
    note(house, head_of(house), why="raison un")
    assert "raison un" in read(client, house, **asked).text


def test_pages_hold_each_line_once_the_newest_first(client, house, monkeypatch):
    monkeypatch.setattr("marketplace.views.market.journal.A_PAGE", 2)
    for ago in range(5):
        note(house, head_of(house), now=timezone.now() - timedelta(days=ago))
    seen, asked = [], {}
    while True:
        page = read(client, house, **asked).context["page"]
        seen += [entry.at for entry in page.rows]
        if not page.after:
            break
        asked = {"after": page.after}
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)


def test_many_lines_ask_no_more_than_one(client, house, django_assert_max_num_queries):
    client.force_login(head_of(house))
    url = reverse("journal", args=[house.pk])
    client.get(url)
    for _each in range(30):
        note(house, member(house))
    with django_assert_max_num_queries(20):
        assert client.get(url).text.count("a emporté") >= 30


def test_nobody_changes_it_in_the_admin():
    from django.contrib import admin

    from marketplace.models import JournalEntry

    assert JournalEntry not in admin.site._registry
