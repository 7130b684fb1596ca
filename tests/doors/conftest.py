"""Two worlds side by side, made once for all the tests of this folder that run in one process."""

import logging

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Organisation
from config import middleware, urls
from tests.doors.world import World, make_world


@pytest.fixture(scope="package")
def worlds(django_db_setup, django_db_blocker):
    """(ours, the one next door). Each test begins on them as they were made."""
    with django_db_blocker.unblock(), transaction.atomic():
        both = make_world("Nord", ("59",)), make_world("Sud", ("80",))
        operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR)
        operators.update(listed_from=timezone.localdate())  # in the directory
        yield both
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _bare_refusals(monkeypatch):
    """Most doors are shut, here: to write each time the page that says so took a third of the time (a tenth, where
    an address is a button's and is asked as a page). What it says, and that it breaks on nothing, is tried elsewhere."""
    for code in (403, 404):
        bare = lambda request, exception, code=code: HttpResponse(status=code)  # noqa: E731
        monkeypatch.setattr(urls, f"handler{code}", bare, raising=False)
    by_a_button = lambda request, template, status: HttpResponse(status=status)  # noqa: E731
    monkeypatch.setattr(middleware, "render", by_a_button)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)  # a line for each


@pytest.fixture
def ours(worlds) -> World:
    return worlds[0]


@pytest.fixture
def next_door(worlds) -> World:
    return worlds[1]
