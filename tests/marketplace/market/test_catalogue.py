"""The catalogue doesn't grow heavier with the needs: what it asks, and how the database answers."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from accounts.states import OrganisationStatus
from marketplace.models import Need
from marketplace.states import NeedStatus
from tests.factories import (
    in_days,
    make_department,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
)

CEILING = 14
FILTERS = {
    "none": {},
    "a page further": {"page": "2"},
    "family": {"family": "numerique"},
    "département": {"department": "59"},
    "place": {"place": "ON_SITE"},
    "format": {"format": "SPLIT"},
    "when": {"when": "month"},
    "since": {"since": "2020-01-01"},
    "near": {"near": "Lille (59)", "near-code": "59350", "within": "50"},
    "cause": {"cause": "reemploi"},
    "soonest": {"order": "soon"},
    "shortest": {"order": "short", "page": "2"},
    "with a waiting list": {"room": "wait"},
    "with a waiting list, soonest": {"room": "wait", "order": "soon"},
    "with a waiting list, of a place": {"room": "wait", "place": "ON_SITE"},
}


@pytest.fixture
def many_needs():
    pole = make_pole()
    structure = make_organisation(pole=pole)
    return [make_need(structure, title=f"Besoin {number}") for number in range(15)]


def asked(client, **filters) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("needs"), filters).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_has_a_ceiling_of_questions(client, many_needs, name):
    client.get(reverse("needs"), FILTERS[name])  # what is read once for all isn't counted
    assert len(asked(client, **FILTERS[name])) <= CEILING


def test_the_departements_are_asked_for_without_the_needs(client, many_needs):
    (question,) = [sql for sql in asked(client) if re.search('FROM "accounts_department"', sql)]
    assert "marketplace_need" not in question


def test_the_departements_are_those_of_the_territories(client, many_needs):
    make_department("48")
    page = client.get(reverse("needs")).text
    assert '<option value="59">' in page
    assert '<option value="48">' not in page


def test_the_catalogue_holds_what_is_published_and_nothing_else():
    for status in OrganisationStatus:
        make_need(make_organisation(status=status))
    for status in NeedStatus:
        make_need(status=status)
    make_need(is_listed=False)
    shown = Need.objects.in_the_catalogue()
    assert set(shown) == set(Need.objects.published())
    assert shown.count() == 2
    assert Organisation.objects.count() > 2


def test_with_a_place_or_a_waiting_list_is_one_list_in_one_order(client):
    for day, (title, status) in enumerate(
        [
            ("Plus ancien", NeedStatus.PUBLISHED),
            ("Complet", NeedStatus.FILLED),
            ("Plus récent", NeedStatus.PUBLISHED),
            ("Clos", NeedStatus.CLOSED),
        ]
    ):
        make_need(title=title, status=status, published_at=timezone.now() + timedelta(days=day - 9))
    make_need(title="Complet et passé", status=NeedStatus.FILLED, starts_on=in_days(-9), ends_on=in_days(-1))  # fmt: skip
    make_need(title="Complet, proposé en privé", status=NeedStatus.FILLED, is_listed=False)
    answer = client.get(reverse("needs"), {"room": "wait"})
    shown = [need.title for need in answer.context["page"]]
    assert shown == ["Plus récent", "Complet", "Plus ancien"]
    assert "3 besoins, avec une place ou une liste d’attente" in answer.text
    assert answer.text.count("complet, avec une liste d’attente") == 1
    assert "Complet" not in titles(client)
    assert "Complet" not in titles(client, room="n’importe quoi")


@pytest.mark.postgres
@pytest.mark.parametrize("name", FILTERS)
def test_no_need_is_read_to_count_or_to_choose(client, many_needs, name):
    """With few rows PostgreSQL reads the table whole, or by any index: both are taken from it here."""
    with connection.cursor() as cursor:  # no index goes while checks are left to do
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    questions = [sql for sql in asked(client, **FILTERS[name]) if "is_listed" in sql]
    count_and_choose = [sql for sql in questions if "COUNT(*)" in sql or '"id" AS "pk"' in sql[:60]]
    # The third names those whose families and départements are counted; the fourth, those without this filter.
    assert len(count_and_choose) == (4 if name in {"family", "département"} else 3)
    for question in count_and_choose:
        nodes = list(nodes_of(plan_of(question)))
        read = {
            node["Node Type"] for node in nodes if node.get("Relation Name") == "marketplace_need"
        }
        if name in {"family", "near"}:  # from its skills to their needs, from a commune to its own
            assert read <= {"Index Only Scan", "Index Scan"}
        else:
            assert read == {"Index Only Scan"}, question
        if name not in {"département", "near"} and "COUNT" not in question:
            assert "Sort" not in {node["Node Type"] for node in nodes}, "an index has the order"


def plan_of(question: str) -> dict:
    """Either family of indexes answers for what is open; with few rows the wider one costs the same, so it goes too."""
    family = "need_shown" if "'FILLED'" in question else "need_open"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'marketplace_need'"
            f" AND indexname NOT LIKE '{family}_%' AND indexdef NOT LIKE '%UNIQUE%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {question}".replace("%", "%%"))
        (found,) = cursor.fetchone()
    return (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]


def nodes_of(plan: dict):
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes_of(below)


def titles(client, **filters) -> set[str]:
    page = client.get(reverse("needs"), filters).context["page"]
    return {need.title for need in page}


@pytest.mark.parametrize("typed", ["kermesse", "KERMESSES", "kerm", "organiser la kermesse"])
def test_a_need_is_found_by_its_words_whole_in_the_plural_or_unfinished(client, typed):
    make_need(title="Organiser notre kermesse")
    make_need(title="Autre chose")
    assert titles(client, q=typed) == {"Organiser notre kermesse"}


def test_a_need_is_found_by_its_structures_name_the_day_that_it_changes(client):
    structure = make_organisation(name="Les Échoppes")
    make_need(structure, title="Classer nos archives")
    make_need(title="Autre chose")
    assert titles(client, q="echoppes") == {"Classer nos archives"}
    structure.name = "La Ressourcerie"
    structure.save(update_fields=["name", "search_name", "search_text"])
    assert titles(client, q="ressourcerie") == {"Classer nos archives"}
    assert not titles(client, q="echoppes")


def test_a_slip_of_the_finger_finds_what_is_almost_called_so_and_the_page_says_it(client):
    make_need(title="Organiser notre kermesse", place="ON_SITE")
    page = client.get(reverse("needs"), {"q": "kermese"})
    assert [need.title for need in page.context["page"]] == ["Organiser notre kermesse"]
    assert "«\xa0kermese\xa0»" in page.text
    assert not titles(client, q="kermese", place="REMOTE")


def test_a_slip_is_not_looked_for_where_something_is_found(client):
    make_need(title="Kermese du quartier")
    make_need(title="Organiser notre kermesse")
    assert titles(client, q="kermese") == {"Kermese du quartier"}


@pytest.mark.parametrize("typed", ["kermesse", "kermese"])
@pytest.mark.parametrize("hidden", [{"status": NeedStatus.DRAFT}, {"is_listed": False}])
def test_what_the_catalogue_does_not_show_is_found_by_no_word(client, typed, hidden):
    make_need(title="Organiser notre kermesse", **hidden)
    make_need(organisation=make_organisation(status=OrganisationStatus.SUSPENDED), title="Kermesse")
    assert not titles(client, q=typed)


def test_words_that_many_needs_say_find_them_all_the_same(client, monkeypatch):
    monkeypatch.setattr("common.word_search.MANY", 2)
    for number in range(3):
        make_need(title=f"Kermesse {number}")
    make_need(title="Autre chose")
    assert titles(client, q="kermesse") == {f"Kermesse {number}" for number in range(3)}


def test_a_search_that_finds_nothing_says_what_to_do_next(client):
    make_need(title="Autre chose")
    page = client.get(reverse("needs"), {"q": "zzyzx"})
    assert "Aucun besoin ne correspond" in page.text


@pytest.mark.parametrize(
    ("time", "said"),
    [("OWN", "Temps libre seulement"), ("WORK", "Temps de travail seulement"), ("BOTH", "")],
)
def test_the_card_and_the_application_say_on_whose_time_people_may_come(client, time, said):
    """Only the need's own page said so: whoever applied from the catalogue wrote for nothing."""
    need = make_need(time=time)
    client.force_login(make_offer(time="OWN").person)
    for page in (reverse("needs"), reverse("need-apply", args=[need.pk])):
        main = client.get(page).text.partition("<main")[2]
        assert said in main
        assert bool(said) == (" seulement (" in main)
