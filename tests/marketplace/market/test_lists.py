"""Lists don't ask the database more as they grow, and say what they found."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import Place
from tests.factories import (
    make_cause,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_skill,
    make_user,
)

CEILING = 12
# The home page shows the best matches with their reasons: both sides' cards and rows, and the book of
# skills, which a process reads once but a test, being one transaction, reads each time. The catalogue
# counts what each of its choices leaves; the desk asks first whether its reader is on any side.
MORE = {"desk": 6, "home": 12, "needs": 2}


@pytest.fixture
def crowd():
    """A member whose structure has needs, proposals and threads; returns (member, coordinator)."""
    member = make_user()
    structure = make_organisation(member=member)
    for number in range(6):
        need = make_need(structure, title=f"Besoin numéro {number}")
        make_proposal(need, make_offer())
    return member, make_coordinator(structure.pole)


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("home", 0),
        ("needs", 0),
        ("my-needs", 0),
        ("offers", 1),
        ("missions", 0),
        ("inbox", 0),
        ("desk", 1),
    ],
)
def test_a_list_has_a_query_ceiling(client, crowd, django_assert_max_num_queries, name, who):
    client.force_login(crowd[who])
    client.get(reverse(name))  # what is read once for all is not counted
    with django_assert_max_num_queries(CEILING + MORE.get(name, 0)):
        assert client.get(reverse(name)).status_code == 200


def found(client, **filters) -> str:
    return client.get(reverse("needs"), filters).content.decode()


def test_search_ignores_accents_and_case(client):
    make_need(title="Tenir la trésorerie")
    make_need(title="Repeindre la salle")
    page = found(client, q="TRESORERIE")
    assert "Tenir la trésorerie" in page
    assert "Repeindre la salle" not in page


def test_filters_combine(client):
    make_skill("site-web")
    make_need(title="À distance", place=Place.REMOTE)
    make_need(title="Sur place", place=Place.ON_SITE, cause=make_cause("culture"))
    assert "Sur place</a>" not in found(client, place="REMOTE")
    assert "À distance</a>" in found(client, place="REMOTE")
    assert "À distance</a>" not in found(client, cause="culture", place="ON_SITE")


@pytest.mark.parametrize(
    "filters",
    [
        {"family": "n'existe-pas"},
        {"place": "<script>"},
        {"department": "zz"},
        {"page": "10000"},
        {"page": "x"},
        {"q": "x" * 5000},
        {"q": "a\x00b"},
        {"order": "drop table"},
    ],
)
def test_nonsense_in_the_address_is_never_an_error(client, filters):
    make_need()
    assert client.get(reverse("needs"), filters).status_code == 200


def test_an_empty_catalogue_says_what_to_do(client):
    assert "Aucun besoin n’est ouvert en ce moment" in found(client)
    make_need()
    assert "Essayez avec moins de filtres" in found(client, q="introuvable-vraiment")


def test_a_state_says_how_many_and_an_empty_one_has_no_chip(client):
    member = make_user()
    structure = make_organisation(member=member)
    for status in ("DRAFT", "DRAFT", "PUBLISHED"):
        make_need(structure, status=status)
    client.force_login(member)
    page = client.get(reverse("my-needs"))
    assert [count for _value, _words, count in page.context["by_state"].states] == [2, 1]
    assert 'Brouillon <span class="num">2</span>' in page.text
    assert "Retiré" not in page.text
    drafts = client.get(reverse("my-needs"), {"etat": "DRAFT"})
    assert len(drafts.context["page"].object_list) == 2
    emptied = client.get(reverse("my-needs"), {"etat": "CLOSED"}).context
    assert (emptied["by_state"].total, list(emptied["page"])) == (3, [])
    assert client.get(reverse("my-needs"), {"etat": "zz"}).context["by_state"].status == ""


def test_the_second_page_of_missions_holds_the_rest(client):
    coordinator = make_coordinator()
    made = [make_mission().pk for _number in range(23)]
    client.force_login(coordinator)
    first, second = (
        [one.pk for one in client.get(reverse("missions"), {"page": number}).context["page"]]
        for number in (1, 2)
    )
    assert (len(first), len(second)) == (20, 3)
    assert sorted([*first, *second]) == sorted(made)
    assert [*first, *second] == sorted(made, reverse=first[0] > first[-1])


def test_ones_own_need_says_what_waits_and_who_is_engaged(client):
    """Not what was declined, nor who has left it."""
    need = make_need(member=(member := make_user()), places=5)
    for status in ("OPEN", "OPEN", "DECLINED"):
        make_proposal(need, make_offer(make_user()), status=status)
    make_mission(need=need)
    make_mission(need=need, interrupted_at=timezone.now())
    client.force_login(member)
    page = client.get(reverse("my-needs")).content.decode()
    assert "2 propositions en attente · 1 personne trouvée" in page
