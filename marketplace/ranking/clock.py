"""What the clock does for the lists: those marked are made again, the index is mended, and once a day all lists are
made anew."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.models import FullRun
from marketplace.ranking import full_run, index, invalidation, nightly_stats, stored_lists
from marketplace.ranking.index import ACT
from notifications.faults import rows_of

# A worker gives its place back before its time limit; the next sweep goes on from there.
PATIENCE = timedelta(minutes=3)


def refresh_due(now: datetime) -> None:
    """Mend the index, make the marked lists again, and once a day make all lists; to be called each minute."""
    needs, offers = index.reconcile()
    invalidation.changed_numbers(needs=needs, offers=offers)
    refresh_marked(now=now)
    latest = FullRun.objects.filter(day=timezone.localdate(now)).order_by("pk").last()
    if latest is None or latest.finished_at is None:
        make_all(now)


def refresh_marked(*, now: datetime) -> int:
    """Make marked lists again until none is left or PATIENCE is over. Returns how many were tried."""
    done = 0
    with rows_of(ACT, whole=False) as each:
        while timezone.now() - now < PATIENCE and (some := stored_lists.refresh_marks(each)):
            done += some
    return done


def make_all(now: datetime) -> None:
    """Make all lists, once a day, since the days that are left of each window change. Stops when PATIENCE is over;
    the next call goes on."""
    today = timezone.localdate(now)
    if not FullRun.objects.filter(day=today).exists():
        nightly_stats.renew(now)
    full = full_run.begin(now, today)
    with rows_of(ACT, whole=False) as each:
        for _chunk in full_run.work(full, timezone.now, each):
            if timezone.now() - now > PATIENCE:
                return
