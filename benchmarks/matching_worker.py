"""An edit, and the kept lists that a real worker makes of it: the broker's delay is in what is timed.

Wants a broker: `python -m tests.services python -m benchmarks.matching --offers 100000 --worker`.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from celery import current_app
from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds
TICK = 0.002


@contextmanager
def a_worker() -> Iterator[None]:
    """A worker of the house on the benchmark's own database, ready to hear."""
    name = connection.settings_dict["NAME"]
    known = urlsplit(os.environ.get("DATABASE_URL", "sqlite"))
    if known.scheme:
        database, broker = urlunsplit(known._replace(path=f"/{name}")), os.environ["REDIS_URL"]
    else:
        raise SystemExit("--worker wants PostgreSQL and Redis: see tests/services.py.")
    heard = os.environ | {
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "DOORBELL": "true",
        "SECRET_KEY": settings.SECRET_KEY,
        "PAPERS_KEY": settings.PAPERS_KEY,
    }
    command = [sys.executable, "-m", "celery", "-q", "-A", "config.celery", "worker"]
    worker = subprocess.Popen([*command, "--concurrency", "1", "--loglevel", "error"], env=heard)
    settings.DOORBELL = True
    try:
        _until(lambda: current_app.control.ping(timeout=1))
        yield
    finally:
        settings.DOORBELL = False
        worker.terminate()
        worker.wait()


def heard(offers: list, edit: Callable) -> list[float]:
    """Milliseconds from the beginning of each edit until no list is left to make."""
    from marketplace.models import StaleMark

    taken = []
    with a_worker():
        for offer in offers[:3]:  # the worker reads the book, and plans its questions
            edit(offer)
            _until(lambda: not StaleMark.objects.exists())
        for offer in offers:
            begun = time.perf_counter()
            edit(offer)
            _until(lambda: not StaleMark.objects.exists())
            taken.append((time.perf_counter() - begun) * 1e3)
    return taken


def _until(true: Callable) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise SystemExit(f"The worker did not answer in {PATIENCE} s.")
        time.sleep(TICK)
