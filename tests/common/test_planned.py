"""A question that PostgreSQL plans once for each connection answers as it does elsewhere, and at once after an act."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from common import planned
from common.prepared import READER
from marketplace.ranking import bulk
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(100, 1, 1, tzinfo=UTC)
ON_POSTGRESQL = connection.vendor == "postgresql"


def said(moment):
    return connection.ops.adapt_datetimefield_value(moment)


def name_of(user, since=LONG_AGO, *, kept=True, words="100 %"):
    """The name of somebody who has come since, and some words with a percent sign."""
    asked = User.objects.filter(pk=READER, date_joined__gte=LONG_AGO).order_by()
    sql, values = asked.values_list(F("first_name"), Value(words)).query.sql_with_params()
    given = {READER: user.pk, said(LONG_AGO): said(since)}
    return planned.row(sql, values, given, kept=kept)


def plans():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept%%'", [])
        return cursor.fetchone()[0]


def test_each_is_answered_for_whom_and_when_it_is_asked():
    nina, karim = make_user(first_name="Nina"), make_user(first_name="Karim")
    assert name_of(nina) == ("Nina", "100 %")
    assert name_of(karim) == ("Karim", "100 %")
    assert name_of(karim, since=timezone.now() + timedelta(days=1)) is None
    User.objects.filter(pk=karim.pk).update(first_name="Karima")
    assert name_of(karim) == ("Karima", "100 %")


def test_it_is_one_question_each_time():
    nina = make_user(first_name="Nina")
    for _twice in range(2):
        with CaptureQueriesContext(connection) as asked_of:
            name_of(nina, words="once")
        assert len(asked_of) == 1


@pytest.mark.parametrize(
    ("kept", "more"), [(True, 1), (False, 0)] if ON_POSTGRESQL else [(False, None)]
)
def test_its_plan_is_kept_once_and_not_that_of_somebody_s_own_words(kept, more):
    nina, words = make_user(first_name="Nina"), f"kept: {kept}"
    before = plans() if ON_POSTGRESQL else 0
    for _twice in range(2):
        assert name_of(nina, kept=kept, words=words) == ("Nina", words)
    assert more is None or plans() - before == more


def test_nor_through_pgbouncer_whose_next_connection_wouldn_t_know_it(settings):
    settings.DATABASE_DIRECT = {"HOST": "db"}
    with CaptureQueriesContext(connection) as asked_of:
        assert name_of(make_user(first_name="Nina"), words="through") == ("Nina", "through")
    assert not any("EXECUTE" in one["sql"] for one in asked_of)


def test_what_is_undone_leaves_it_known():
    nina = make_user(first_name="Nina")
    with transaction.atomic():
        name_of(nina, words="undone")
        transaction.set_rollback(True)
    assert name_of(nina, words="undone") == ("Nina", "undone")
    if ON_POSTGRESQL:  # and others are planned as before
        with connection.cursor() as cursor:
            cursor.execute("SHOW plan_cache_mode")
            assert cursor.fetchone() == ("auto",)


def test_the_driver_has_it_forgotten_after_a_rollback():
    """Where something else has been prepared (`bulk.fetch`) it then drops all that the connection knows."""
    nina = make_user(first_name="Nina")
    name_of(nina, words="forgotten")
    bulk.fetch("SELECT id FROM accounts_user WHERE id = :user", {"user": nina.pk})
    with transaction.atomic():
        transaction.set_rollback(True)
    assert name_of(nina, words="forgotten") == ("Nina", "forgotten")
