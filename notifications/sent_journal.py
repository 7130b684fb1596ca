"""What the mail server has taken, noted on disk in the very moment: a line a letter, a file a lease.

The database hears of it a moment later, for many letters at once. A worker killed in between leaves
the file; whoever claims its letters next reads there which ones have left. What remains between the
server's "ok" and this line is some millionths of a second.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings

from notifications.faults import each_row

KEPT = timedelta(days=3)  # longer than any letter waits


def folder() -> Path:
    return Path(settings.VAR_DIR) / "carried"


class Ledger:
    """The file of one lease. Written through at once: a killed process loses nothing of it."""

    def __init__(self, token: UUID) -> None:
        folder().mkdir(exist_ok=True)
        self.path = folder() / str(token)
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, message_id: str) -> None:
        """By its Message-ID: row numbers may come again after a restored backup, these don't."""
        os.write(self.file, f"{message_id}\n".encode())

    def close(self, *, settled: bool) -> None:
        """`settled`: the database knows it all, nobody needs to look here."""
        os.close(self.file)
        if settled:
            self.path.unlink(missing_ok=True)


def among(message_ids: Iterable[str]) -> set[str]:
    """Of letters that a dead worker had in hand, those that have left already.

    All files are read, there are few: a second death must not hide what the first one noted.
    """
    noted: set[str] = set()
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # its worker has just finished
            noted |= set(path.read_text().split("\n")[:-1])  # a torn line counts for nothing
    return noted & set(message_ids)


def sweep(now: datetime) -> None:
    """Files that nobody will ask for any more."""
    if not folder().is_dir():
        return
    each_row("carried", map(str, folder().iterdir()), partial(_sweep_one, now=now), in_one=False)


def _sweep_one(name: str, *, now: datetime) -> bool:
    path = Path(name)
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink()
            return True
    return False
