"""How far behind the last number a restored site goes on counting."""

import pytest

from config.backup import databases
from tests.factories import make_user


@pytest.mark.both
def test_after_thirty_restores_numbers_still_fit_in_four_bytes():
    first = make_user().pk
    for _ in range(30):
        databases.leap()
    assert first + 30 * databases.LEAP < make_user().pk < first + 40 * databases.LEAP
