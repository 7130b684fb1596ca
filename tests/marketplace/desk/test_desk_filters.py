"""A filter that a coordinator comes back to, kept under a name."""

import pytest
from django.urls import reverse

from marketplace.models import SavedFilter
from tests.factories import make_coordinator, make_user
from tests.marketplace.desk.desk_people import scope_of


@pytest.fixture
def coordinator():
    return make_coordinator(first_name="Maëlle", last_name="Vandamme")


def keep(client, name, query="kind=need"):
    return client.post(reverse("desk-filter-keep"), {"name": name, "query": query}, follow=True)


def test_a_filter_is_kept_under_a_name_and_found_again(client, coordinator):
    client.force_login(coordinator)
    page = keep(client, "À qualifier").content.decode()
    assert 'href="?kind=need"' in page
    assert "À qualifier" in page


def test_the_same_name_again_replaces_it(client, coordinator):
    client.force_login(coordinator)
    colleague = SavedFilter.objects.create(user=make_user(), name="À voir", query="kind=case")
    keep(client, "À voir")
    keep(client, "À voir", "kind=mission")
    assert SavedFilter.objects.get(user=coordinator).query == "kind=mission"
    colleague.refresh_from_db()
    assert colleague.query == "kind=case"


def test_there_is_a_limit_to_them(client, coordinator):
    client.force_login(coordinator)
    for number in range(21):
        page = keep(client, f"Filtre {number}")
    assert SavedFilter.objects.count() == 20
    assert "Vingt filtres au plus" in page.content.decode()


def test_a_filter_needs_a_name(client, coordinator):
    client.force_login(coordinator)
    assert "Donnez un nom" in keep(client, " ").content.decode()


def test_a_filter_is_ones_own(client, coordinator):
    kept = SavedFilter.objects.create(user=make_user(), name="x", query="")
    client.force_login(coordinator)
    assert client.post(reverse("desk-filter-drop", args=[kept.pk])).status_code == 404
    mine = SavedFilter.objects.create(user=coordinator, name="x", query="")
    client.post(reverse("desk-filter-drop", args=[mine.pk]))
    assert list(SavedFilter.objects.all()) == [kept]


def test_nothing_is_kept_by_reading(client, coordinator):
    client.force_login(coordinator)
    assert client.get(reverse("desk-filter-keep")).status_code == 405
    assert scope_of(coordinator, kind="need").query() == "kind=need"
