"""Several people act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic

from django.db import connection


def together(*acts: Callable[[], object]) -> None:
    """All at once, each in a thread with a connection of its own; their errors come back."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result()


LONG = 5  # seconds: whoever should wait for a lock does by then, or needs none
WAITS = """SELECT EXISTS (SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock')"""


class HalfWay:
    """One act stops half way, on PostgreSQL, until the other one waits for what it holds."""

    def __init__(self) -> None:
        self.reached, self.clock = Event(), Event()

    def stop(self) -> None:
        """To be called by the first act, where it is half way: whoever comes there later goes on."""
        if self.reached.is_set():
            return
        self.reached.set()
        until = monotonic() + LONG
        while monotonic() < until and not self._somebody_waits():
            self.clock.wait(0.02)

    def then(self, act: Callable[[], object]) -> object:
        """The second act, once the first is half way."""
        assert self.reached.wait(4 * LONG)
        return act()

    def _somebody_waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            return cursor.fetchone()[0]
