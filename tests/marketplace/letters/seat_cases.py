"""The acts of the clock on gatherings: two rows that are due, and the first poisoned (see clock_cases.py)."""

from django.utils import timezone

from marketplace.actions.gatherings import attendances
from marketplace.models import Attendance
from marketplace.states import AttendanceStatus
from tests.marketplace.gatherings.people import full, make_gathering, put_down
from tests.poison import Due, ago, by_row


def seats_kept_in_vain() -> Due:
    """Two gatherings of one seat, which was kept for somebody until yesterday."""
    bad, good = (make_gathering(seats=1) for _ in range(2))
    for gathering in (bad, good):
        (holder,) = full(gathering)
        put_down(gathering)
        attendances.give_up(holder, by=holder.person, now=timezone.now())
    Attendance.objects.exclude(offered_until=None).update(offered_until=ago(1))
    return Due(
        bad,
        good,
        by_row("UPDATE", Attendance, "gathering_id", bad),
        lambda row: not row.attendances.exclude(status=AttendanceStatus.CANCELLED).exists(),
    )
