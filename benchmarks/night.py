"""What comes by itself, over a hundred thousand missions: `python -m tests.services python -m benchmarks.night`.

Every task of the clock runs twice over the world of big_pole.py: once for what has been waiting there, then, a day
later by the clock, as on any other night. Prints the seconds and the letters of each act, and their sum.
The world changes by it: give it a copy (`createdb -T`) of one that is kept. Run again on that copy, only the
later night has something to do.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType

import django
import time_machine

from benchmarks import big_pole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
CEILING = 60  # seconds, all acts together


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        django.setup()
        return measure()


def measure() -> int:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    big_pole.ready()
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} missions")
    now = timezone.now()
    live("what has been waiting", now)
    seconds = live("an ordinary night", now + timedelta(days=1))
    print("Ceiling held." if seconds <= CEILING else f"Above the ceiling of {CEILING} s.")
    return 0 if seconds <= CEILING else 1


def live(title: str, now: datetime) -> float:
    """Each act by itself, in the order of the tasks; how long they took together."""
    from notifications.models import Notification

    print(f"\n{title}\n{'act':44}{'s':>8}{'letters':>9}")
    total, before = 0.0, Notification.objects.count()
    first = before
    with time_machine.travel(now, tick=True):
        for name, act in acts(now):
            began = time.perf_counter()
            act()
            total += (took := time.perf_counter() - began)
            said = Notification.objects.count()
            print(f"{name:44}{took:8.2f}{said - before:9d}", flush=True)
            before = said
    print(f"{'all':44}{total:8.2f}{before - first:9d}")
    return total


def acts(now: datetime) -> list[tuple[str, Callable[[], object]]]:
    """What `marketplace.tasks` calls; the matching's lists have benchmarks of their own."""
    from django.utils import timezone

    from marketplace.actions.desk import figures
    from marketplace.actions.market import freshness, news, offers, responsiveness, silence
    from marketplace.actions.missions import agreements, followups, hours, missions

    today = timezone.localdate(now)

    def named(room: ModuleType, verb: str, *given: object) -> tuple[str, Callable[[], object]]:
        return f"{room.__name__.split('.')[-1]}.{verb}", lambda: getattr(room, verb)(*given)

    return [
        named(offers, "expire_past", today),
        named(followups, "ask_due", today),
        named(followups, "open_cases", now),
        named(silence, "chase", now),
        named(silence, "reopen_postponed", today),
        named(hours, "ask_due", today, now),
        named(hours, "confirm_silent", now),
        named(agreements, "remind_silent", now),
        named(missions, "end_awaited_reviews", now),
        named(freshness, "ask_still_true", now),
        named(freshness, "recall_drafts", now),
        named(freshness, "tell_of_lonely_needs", now),
        named(freshness, "ask_quiet_organisations", now),
        named(responsiveness, "count", now),
        named(figures, "refresh_due", now),
        named(news, "tell_new", now),
    ]


if __name__ == "__main__":
    sys.exit(main())
