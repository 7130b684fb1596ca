"""While a backup is restored nobody works on the site: who does is found, and who starts meanwhile waits."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from common import presence
from config.backup.refusals import NotPossible, where_there_is_room

SERVE = "serve.lock"  # of `manage.py serve`, for as long as it is there
STOP_IT = (
    "The site is running on {folder}: what it writes meanwhile would be lost, or be in what is restored. Stop web, worker, "
    "clock and whoever takes in answers, on every machine, and begin again."
)
STOP_THEM = (
    "{many} other connection(s) to the database are open, from {where}: the site is running there, or somebody is looking. "
    "Stop web, worker, clock and whoever takes in answers on every machine (of PgBouncer say PAUSE: it keeps connections a while), and begin again."
)
# Those of other accounts are not ours to see the end of: a monitor, the server's own.
OTHERS = """
SELECT count(*), string_agg(DISTINCT coalesce(host(client_addr), 'this machine'), ', ')
FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user
AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@contextmanager
def nobody_at_work() -> Iterator[None]:
    """A context manager. Raises NotPossible where a process of this VAR_DIR is there, or another is connected."""
    with ExitStack() as stack, where_there_is_room(str(settings.VAR_DIR)):
        for file in _locks():
            stack.callback(os.close, file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotPossible(STOP_IT.format(folder=settings.VAR_DIR)) from None
        _require_nobody_connected()
        yield


def _locks() -> Iterator[int]:
    try:
        yield presence.opened_lock()
        if (serve := Path(settings.VAR_DIR, SERVE)).exists():  # made by whoever serves, and theirs
            yield os.open(serve, os.O_RDONLY)
    except PermissionError:
        raise NotPossible(
            f"{settings.VAR_DIR} belongs to another account: restore as that one."
        ) from None


def _require_nobody_connected() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        many, where = cursor.fetchone()
    if many:
        raise NotPossible(STOP_THEM.format(many=many, where=where))
