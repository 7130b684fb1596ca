"""What SQLite's planner makes of an act once its tables have been counted, which an operator may do at any time."""

import pytest
from django.db import connection

from marketplace.actions.market import proposals
from marketplace.models import Side
from tests.factories import make_need, make_offer, make_proposal, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
COUNTED = {
    "proposal_waiting": "74 19 2",
    "marketplace_proposal_created_by_id_4e0f7915": "74 2",
    "marketplace_proposal_offer_id_1ef34c5c": "74 2",
    "marketplace_proposal_need_id_65dcc746": "74 1",
    "proposal_one_open_per_pair": "19 1 1",
    "sqlite_autoindex_marketplace_proposal_1": "74 37",
}


def test_a_yes_holds_after_an_analyze():
    """“internal query planner error”: an index of the open ones alone, and two ways to be of them."""
    head = make_user()
    need = make_need(member=head)
    first, *_others = [make_proposal(need, make_offer()) for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for index, counted in COUNTED.items():  # as in the demonstration
            cursor.execute("UPDATE sqlite_stat1 SET stat = %s WHERE idx = %s", [counted, index])
            assert cursor.rowcount == 1, index
        cursor.execute("ANALYZE sqlite_schema")
    mission = proposals.accept(first, side=Side.NEED, by=head)
    assert mission is not None
