"""The last place, a double click, two needs for one person: nobody is promised what is gone."""

import json
import subprocess
import sys

import pytest

from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROUNDS = rounds(4, 50)


def test_nobody_is_promised_what_is_gone(processes):
    done = subprocess.run(
        [sys.executable, "-m", "tests.marketplace.market.hands", str(ROUNDS)],
        env=processes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"rounds": ROUNDS, "errors": 0}, done.stderr[-3000:]
