"""The acts of the clock on waiting lists: two needs that are due, and the first poisoned (see clock_cases.py)."""

from marketplace.models import Waiter
from marketplace.states import WaiterStatus
from tests.marketplace.market.waiting_people import give_back, make_full, wait
from tests.poison import Due, ago, by_row


def places_kept_in_vain() -> Due:
    """Two needs of one place, which was kept for somebody until yesterday."""
    rows = []
    for _ in range(2):
        need, (mission,) = make_full()
        wait(need)
        give_back(mission)
        rows.append(need)
    Waiter.objects.update(offered_until=ago(1))
    return Due(
        *rows,
        by_row("UPDATE", Waiter, "need_id", rows[0]),
        lambda row: not row.waiters.exclude(status=WaiterStatus.GONE).exists(),
    )
