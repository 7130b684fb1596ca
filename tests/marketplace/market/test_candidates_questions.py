"""What the page of who could help asks of the database, of a need that wants a pair: the most it may have to tell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_offer, make_user
from tests.marketplace.missions.pairing import Pairing

pytestmark = pytest.mark.django_db

CEILING = 15
BY_HAND = 2  # that the matching asks, and Django doesn't see (benchmarks/pages.py)
# Each process reads them once; a test, being one transaction, at each page.
READ_ONCE = ("skill", "skillrarity", "skill_close", "causebit", "matchweights")


@pytest.fixture
def it():
    return Pairing()


def asked(client, url: str, view: str) -> list[str]:
    client.get(url, {"vue": view})
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, {"vue": view}).status_code == 200
    once = {f'"marketplace_{name}"' for name in READ_ONCE}
    return [sql for query in queries if _table_of(sql := query["sql"]) not in once]


def _table_of(sql: str) -> str:
    return sql.partition(" FROM ")[2].partition(" ")[0]


@pytest.mark.parametrize("view", ["cartes", "tableau"])
@pytest.mark.parametrize("who", ["solene", "aline"])
def test_who_could_help_asks_fifteen_questions_at_most(client, it, who, view):
    for _more in range(6):
        make_offer(make_user(), skills=["site-web"])
    client.force_login(getattr(it, who))
    some = asked(client, reverse("need-candidates", args=[it.need.pk]), view)
    assert len(some) + BY_HAND <= CEILING, "\n".join(one[:300] for one in some)
