"""What a page costs whatever else the machine does meanwhile: the processor's time, and what the database is asked."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


def worked() -> float:
    """Seconds of processor: ours and, where it is on this machine, of the database's process that serves us."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with suppress(OSError), open(f"/proc/{pid}/stat") as told:
        ticks = sum(map(int, told.read().rpartition(")")[2].split()[11:13]))
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
    return time.process_time()


@dataclass
class Asked:
    number: int = 0


@contextmanager
def asked_of_the_database() -> Iterator[Asked]:
    """Counts what Django asks the database, and what the matching asks by hand, which Django doesn't see."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    from marketplace.ranking import bulk

    by_hand, fetch, asked = [], bulk.fetch, Asked()
    bulk.fetch = lambda *given: by_hand.append(1) or fetch(*given)
    reset_queries()
    try:
        with CaptureQueriesContext(connection) as queries:
            yield asked
            asked.number = len(queries) + len(by_hand)  # the next request empties the list
    finally:
        bulk.fetch = fetch
