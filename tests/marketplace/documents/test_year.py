"""Two months of a small pôle under a moving clock: what comes by itself comes once, and in time."""

from datetime import datetime

import pytest

from marketplace.models import Case, FollowUp, Mission, Proposal
from tests.simulated_pole import PARIS, Size, Year
from tests.year_checks import CHECKS

# Each act that the clock calls has tests of its own on both databases.
pytestmark = [pytest.mark.once, pytest.mark.long]
# The clocks go forward on the 29th of March; the outage lies in the middle of reminders.
SHORT = Size(
    needs=14,
    offers=20,
    days=40,
    drain=22,
    starts=datetime(2026, 3, 2, 7, tzinfo=PARIS),
    every=24,
    outages=((22, 24),),
)


@pytest.fixture
def lived(settings):
    settings.MAIL_TRANSPORT = "memory"
    settings.DOORBELL = False
    year = Year(seed=8, size=SHORT)
    return year, year.run()


def test_two_months_of_a_pole_leave_nobody_without_an_answer(lived):
    year, log = lived
    assert {name: check(log, year) for name, check in CHECKS.items()} == dict.fromkeys(CHECKS, [])
    statuses = set(Proposal.objects.values_list("status", flat=True))
    assert {"AGREED", "DECLINED", "UNANSWERED"} <= statuses  # the year had something of each
    assert log.late  # and yeses that came after the closing
    assert all(model.objects.exists() for model in (Mission, Case, FollowUp))
