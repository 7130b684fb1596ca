"""A yes, a publication and a leaving at once, by processes: what test_carriers_at_once tries by threads on PostgreSQL, on
SQLite too, where each act holds the one writer's lock from its first question on (docs/decisions/0012)."""

import json
import subprocess
import sys

import pytest

from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROUNDS = rounds(1, 50)


def test_of_what_is_pressed_at_once_one_counts_and_none_is_lost(processes):
    done = subprocess.run(
        [sys.executable, "-m", "tests.marketplace.market.carriers_at_once", str(ROUNDS)],
        env=processes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"rounds": ROUNDS, "errors": 0}, done.stderr[-3000:]
