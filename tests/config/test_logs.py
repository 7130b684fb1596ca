"""The log tells what happened, and quotes nobody."""

import logging
import sys

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils.module_loading import import_string

from config.masking import WithoutRows
from notifications.faults import in_a_line, rows_of
from notifications.models import RowFault
from tests.factories import make_user

CANARY = "canari-rougegorge"
REFUSED = (
    'new row for relation "accounts_user" violates check constraint "x"\n'
    f"DETAIL:  Failing row contains (12, {CANARY},\n\nencore {CANARY}, 0612345678)."
)


def refused():
    """As PostgreSQL says it, with the row; and Django once more."""
    try:
        raise ValueError(REFUSED)
    except ValueError as fault:
        raise IntegrityError(REFUSED) from fault


def test_a_row_that_the_database_refuses_is_not_quoted_in_the_log():
    try:
        refused()
    except IntegrityError:
        said = WithoutRows().formatException(sys.exc_info())
    assert CANARY not in said
    assert said.count("violates check constraint") == 2, "what happened is still said, both times"
    assert "The above exception" in said


def test_every_line_of_the_log_is_written_so():
    for handler in settings.LOGGING["handlers"].values():
        written = settings.LOGGING["formatters"][handler["formatter"]]["()"]
        assert issubclass(import_string(written), WithoutRows)


@pytest.mark.django_db
def test_nor_in_what_the_health_page_says_of_a_row_set_aside(caplog):
    with caplog.at_level(logging.ERROR), rows_of("journal") as each:
        each.treat(make_user(), refused)
    assert CANARY not in RowFault.objects.get().error
    assert "violates check constraint" in RowFault.objects.get().error
    assert in_a_line(ValueError("deux\nlignes")) == "lignes"


@pytest.mark.django_db
def test_what_is_typed_in_a_form_and_an_address_that_is_refused_are_in_no_line(client, caplog):
    with caplog.at_level(logging.DEBUG):
        person = make_user(email=f"{CANARY}@example.org", last_name=CANARY)
        client.post(reverse("account_login"), {"login": person.email, "password": CANARY})
        client.force_login(person)
        client.post(reverse("profile"), {"first_name": CANARY, "last_name": CANARY})
        client.get(reverse("find"), {"q": CANARY})
        client.get(f"/garder-mon-compte/{CANARY}/")
        client.get(f"/{CANARY}/")
    lines = "\n".join(logging.Formatter("%(message)s").format(one) for one in caplog.records)
    assert CANARY not in lines.replace(f"/{CANARY}/", "")
