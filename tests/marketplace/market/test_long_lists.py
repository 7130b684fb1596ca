"""A long list is counted now and then, and its last pages are those of any other list."""

import pytest
from django.core.cache import caches
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.models import Need
from marketplace.views import long_lists
from marketplace.views.long_lists import LongPaginator
from tests.factories import make_need, make_organisation


@pytest.fixture
def eight_needs():
    structure = make_organisation()
    return [make_need(structure, hours=hours) for hours in (7, 7, 1, 3, 7, 3, 1, 2)]


@pytest.fixture
def few_are_many(monkeypatch):
    monkeypatch.setattr(long_lists, "EXACT", 3)
    caches["counts"].clear()
    yield
    caches["counts"].clear()


def pages_of(paginator) -> list[list[int]]:
    return [[need.pk for need in page.object_list] for page in paginator]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 9])
@pytest.mark.parametrize("order", [("hours", "pk"), ("-hours", "-pk")])
def test_each_page_holds_what_it_would_in_any_list(eight_needs, order, size):
    needs = Need.objects.order_by(*order)
    assert pages_of(LongPaginator(needs, size)) == pages_of(Paginator(needs, size))


def test_an_empty_list_has_one_empty_page(db):
    page = LongPaginator(Need.objects.order_by("pk"), 12).get_page("7")
    assert (page.number, list(page.object_list)) == (1, [])


def test_a_short_list_is_counted_each_time(eight_needs):
    needs = Need.objects.order_by("pk")
    assert LongPaginator(needs, 3).count == 8
    eight_needs[0].delete()
    assert LongPaginator(needs, 3).count == 7


def test_a_long_list_is_counted_once_and_its_filters_apart(eight_needs, few_are_many):
    needs = Need.objects.order_by("pk")
    assert LongPaginator(needs, 3).count == 8
    with CaptureQueriesContext(connection) as asked:
        assert LongPaginator(needs.order_by("-hours", "pk"), 3).count == 8
    assert len(asked) == 0
    assert LongPaginator(needs.filter(hours=7), 3).count == 3


def test_the_last_page_reads_what_it_shows(eight_needs):
    with CaptureQueriesContext(connection) as asked:
        list(LongPaginator(Need.objects.order_by("pk"), 2).page(4).object_list)
    assert "OFFSET" not in asked[-1]["sql"]
