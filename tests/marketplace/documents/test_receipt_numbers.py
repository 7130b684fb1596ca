"""Many issuers at once, with failures at the last moment: 1 to n, no gap, no double."""

import json
import subprocess
import sys

import pytest

from tests.rounds import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
HANDS, EACH = rounds(8, 20), rounds(1, 10)


def test_issuers_at_once_leave_no_gap_and_no_double(processes):
    done = subprocess.run(
        [sys.executable, "-m", "tests.marketplace.documents.issuers", str(HANDS), str(EACH)],
        env=processes, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    expected = {"errors": 0, "without_gap_or_double": True, "faults": 0}
    assert json.loads(done.stdout) == expected, done.stderr[-3000:]
