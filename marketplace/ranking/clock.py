"""What becomes due as time passes: marked lists, an index gone astray, and each day everything."""

from datetime import datetime, timedelta

from django.utils import timezone

from marketplace.models import FullRun
from marketplace.ranking import full_run, index, invalidation, nightly_stats, stored_lists
from marketplace.ranking.index import ACT
from notifications.faults import rows_of

# A worker gives its place back before its time limit; the next sweep goes on from there.
PATIENCE = timedelta(minutes=3)


def refresh_due(now: datetime) -> None:
    """Call it each minute: mends the index, refreshes marked lists, and once a day makes all anew."""
    needs, offers = index.reconcile()
    invalidation.changed_numbers(needs=needs, offers=offers)
    refresh_marked(now=now)
    latest = FullRun.objects.filter(day=timezone.localdate(now)).order_by("pk").last()
    if latest is None or latest.finished_at is None:
        make_all(now)


def refresh_marked(*, now: datetime) -> int:
    """Until nothing is marked or patience ends; how many were tried."""
    done = 0
    with rows_of(ACT, whole=False) as each:
        while timezone.now() - now < PATIENCE and (some := stored_lists.refresh_marks(each)):
            done += some
    return done


def make_all(now: datetime) -> None:
    """Days pass, and with them what is left of every window: all the lists, once a day."""
    today = timezone.localdate(now)
    if not FullRun.objects.filter(day=today).exists():
        nightly_stats.renew(now)
    full = full_run.begin(now, today)
    with rows_of(ACT, whole=False) as each:
        for _chunk in full_run.work(full, timezone.now, each):
            if timezone.now() - now > PATIENCE:
                return
