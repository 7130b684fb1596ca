"""Of what somebody looks for by words, what answers them best comes first."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Need
from marketplace.views.market import catalogue_filters
from tests.factories import make_need, make_organisation, make_skill

TYPED = "sites internet"


@pytest.fixture
def needs(db):
    """The further down, the newer: what answers best is the oldest."""
    structure = make_organisation()
    made = {
        "in its title": {"title": "Refaire notre site internet", "skills": ["site-web"]},
        "wanted": {"title": "Être vus de tous", "skills": ["site-web"]},
        "welcome": {"title": "Nous montrer", "skills": ["couture"], "welcome": ["site-web"]},
        "said": {"title": "Vendre nos billets", "context": "Par un site internet.", "skills": []},
        "another": {"title": "Coudre des rideaux", "skills": ["couture"]},
    }
    numbers = {}
    for age, (name, fields) in enumerate(made.items()):
        welcome = fields.pop("welcome", [])
        need = make_need(structure, **fields)
        for code in welcome:
            need.wanted.create(skill=make_skill(code), required=False)
        Need.objects.filter(pk=need.pk).update(published_at=timezone.now() - timedelta(9 - age))
        numbers[need.pk] = name
    return numbers


def found(client, numbers, **asked):
    page = client.get(reverse("needs"), {"q": TYPED, **asked})
    return [numbers[need.pk] for need in page.context["page"].object_list]


def orders(client, **asked):
    form = client.get(reverse("needs"), {"q": TYPED, **asked}).context["form"]
    return dict(form.fields["order"].widget.choices)


def test_first_what_says_it_in_its_title_then_what_wants_it_then_what_welcomes_it(client, needs):
    assert found(client, needs) == ["in its title", "wanted", "welcome", "said"]
    assert orders(client)[""] == "Le plus proche de vos mots d’abord"


@pytest.mark.parametrize(
    ("typed", "title", "newer"),
    [
        ("locaux", "Repeindre nos locaux", {"title": "Un rideau", "context": "Pour nos locaux."}),
        ("site", "Refaire notre site", {"title": "Organiser des visites", "context": "Du site."}),
        ("sites", "Refaire notre site", {"title": "Organiser des visites", "context": "Du site."}),
        ("formatrices", "Chercher une formatrice", {"title": "Un stage", "context": "Par une formatrice."}),
        ("refai", "Refaire notre cour", {"title": "Bâtir", "context": "Refaire le mur."}),
    ],
)  # fmt: skip
def test_a_word_is_known_in_a_title_in_the_plural_or_unfinished_and_not_inside_another(
    client, db, typed, title, newer
):
    structure = make_organisation()
    best, other = (
        make_need(structure, title=title, skills=["couture"]),
        make_need(structure, skills=["couture"], **newer),
    )
    Need.objects.filter(pk=best.pk).update(published_at=timezone.now() - timedelta(9))
    page = client.get(reverse("needs"), {"q": typed})
    assert [need.pk for need in page.context["page"].object_list] == [best.pk, other.pk]


def test_the_feed_counts_nothing_and_gives_the_newest(client, needs):
    with CaptureQueriesContext(connection) as asked:
        feed = client.get(reverse("needs-feed"), {"q": TYPED}).text
    assert not [one["sql"] for one in asked if "COUNT(" in one["sql"]]
    assert feed.index("Vendre nos billets") < feed.index("Refaire notre site internet")


def test_the_newest_first_is_another_choice(client, needs):
    assert found(client, needs, order="new") == ["said", "welcome", "wanted", "in its title"]


def test_near_a_commune_the_nearest_come_first_all_the_same(client, needs):
    near = {"near": "Lille (59)", "near-code": "59350", "within": "50"}
    assert orders(client, **near)[""] == "Les plus proches d’abord"


def test_of_very_many_the_newest_come_first_and_the_page_says_so(client, needs, monkeypatch):
    monkeypatch.setattr(catalogue_filters, "MOST_RANKED", 3)
    assert found(client, needs) == ["said", "welcome", "wanted", "in its title"]
    assert orders(client)[""] == "Les plus récents d’abord"


def test_without_words_the_newest_come_first(client, needs):
    page = client.get(reverse("needs"))
    assert needs[page.context["page"].object_list[0].pk] == "another"
    assert orders(client, q="")[""] == "Les plus récents d’abord"
