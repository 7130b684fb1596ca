"""Real workers on one outbox, as processes: `python -m tests.notifications.crowd post|race|kill …`.

Run by test_crowd with DATABASE_URL (or VAR_DIR) and EMAIL_PORT in the environment.
"""

import os
import random
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from notifications import delivery, outbox  # noqa: E402
from notifications.models import LEASE, Notification, Status  # noqa: E402


def post(count: int) -> None:
    for number in range(count):
        outbox.post_ready_made(
            address=f"personne{number}@example.org",
            key=f"crowd:{number}",
            kind="crowd",
            subject=f"Lettre {number}",
            text="Bonjour.",
            html="<p>Bonjour.</p>",
        )


def start(workers: int) -> list[int]:
    """Each child opens its own connection to the database."""
    connections.close_all()
    children = []
    for _ in range(workers):
        if not (pid := os.fork()):
            delivery.deliver_due()
            os._exit(0)
        children.append(pid)
    return children


def race(workers: int) -> int:
    """Everybody at once, until nothing is left. Returns how many workers failed."""
    codes = [os.waitpid(pid, 0)[1] for pid in start(workers)]
    return sum(code != 0 for code in codes)


def kill(times: int) -> int:
    """Workers die in the middle, again and again; then one works in peace, after the leases."""
    chance = random.Random(times)
    for _ in range(times):
        (pid,) = start(1)
        time.sleep(chance.uniform(0.1, 0.4))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    delivery.deliver_due(clock=lambda: timezone.now() + LEASE * 2)
    return Notification.objects.exclude(status=Status.SENT).count()


if __name__ == "__main__":
    act, number = sys.argv[1], int(sys.argv[2])
    sys.exit({"post": post, "race": race, "kill": kill}[act](number))
