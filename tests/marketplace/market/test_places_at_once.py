"""Places given back, asked for, taken and left at once: none over, none lost, nobody asked twice."""

import json
import subprocess
import sys

import pytest

from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROUNDS = rounds(1, 50)


def test_a_place_given_back_is_one_persons(processes):
    done = subprocess.run(
        [sys.executable, "-m", "tests.marketplace.market.places_at_once", str(ROUNDS)],
        env=processes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"rounds": ROUNDS, "errors": 0}, done.stderr[-3000:]
