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
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import django
import time_machine

from benchmarks import big_pole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
CEILING = 60  # seconds, all acts together
APART = {"letters", "matching"}  # how long letters and lists take is benchmarked by itself


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
        for name, act in acts():
            began = time.perf_counter()
            act()
            total += (took := time.perf_counter() - began)
            said = Notification.objects.count()
            print(f"{name:44}{took:8.2f}{said - before:9d}", flush=True)
            before = said
    print(f"{'all':44}{total:8.2f}{before - first:9d}")
    return total


def acts() -> Iterator[tuple[str, Callable[[], object]]]:
    """Each act of the clock, under the name it has there."""
    from django.conf import settings

    from config.celery import app

    app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        if name not in APART:
            yield name, app.tasks[entry["task"]]


if __name__ == "__main__":
    sys.exit(main())
