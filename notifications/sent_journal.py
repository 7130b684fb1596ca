"""Notes on disk, at once, which letters the mail server has taken: a file for each
lease, a line for each letter.

The database is told a moment later, for many letters at once. A worker that is killed
in between leaves its file; whoever claims its letters next reads there which ones
have left. Between the server's "ok" and the line there remain some millionths of a
second.

Where several machines share a bucket, a worker doesn't read the disk of another: the
database is told of each letter at once (`is_shared`), and what it couldn't be told is
handed over in the bucket (docs/decisions/0077).

For a year a list apart (common.apart, a file a month) says it too: what had left after
the backup that is restored doesn't leave again.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from common import apart, pieces
from notifications.faults import each_row

KEPT = timedelta(days=3)  # longer than any letter waits
LISTED_FOR = timedelta(days=400)  # nobody restores an older backup
LIST = "sent-"  # and the month

log = logging.getLogger(__name__)


def folder() -> Path:
    return Path(settings.VAR_DIR) / "carried"


class Ledger:
    """The file of one lease. Each line is written at once, so that a process that is killed loses none."""

    def __init__(self, token: UUID) -> None:
        folder().mkdir(exist_ok=True)
        self.path = folder() / str(token)
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, message_id: str) -> None:
        """Note a letter by its Message-ID: row numbers may be used again after a backup is restored, these aren't."""
        os.write(self.file, f"{message_id}\n".encode())

    def close(self, *, settled: bool) -> None:
        """Close the file; when the database knows everything in it (`settled`), delete it. Otherwise the workers of other
        machines, which can't read this disk, are given a copy."""
        os.close(self.file)
        if settled:
            self.path.unlink(missing_ok=True)
        elif apart.is_shared() and (noted := self.path.read_bytes()):
            try:
                handed_over().save(self.path.name, ContentFile(noted))
            except OSError as error:
                log.error("What has left can't be told to the other machines: %s", error)


def among(message_ids: Iterable[str]) -> set[str]:
    """Of the letters that a dead worker had claimed, those that have left already.

    All files are read, since there are few: a second death must not hide what the first
    worker noted.
    """
    noted = set(_handed_over()) if apart.is_shared() else set()
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # its worker has just finished
            noted |= set(path.read_text().split("\n")[:-1])  # a torn line counts for nothing
    return noted & set(message_ids)


def handed_over() -> Storage:
    """Where the files of leases are that ended badly, for the workers of all machines."""
    return storages["carried"]


def _handed_over() -> Iterator[str]:
    for name in handed_over().listdir("")[1]:
        with suppress(FileNotFoundError), handed_over().open(name, "rb") as kept:
            yield from kept.read().decode().split("\n")[:-1]


def _sweep_handed_over(now: datetime) -> None:
    box = handed_over()
    for name in box.listdir("")[1]:
        if box.get_modified_time(name) < now - KEPT:
            box.delete(name)


def keep(message_ids: Iterable[str], *, now: datetime) -> None:
    """Add to the list apart letters that have left. A full disk loses the lines, no letter."""
    told = (f"{one} {now.isoformat()}" for one in message_ids)
    try:
        apart.add(f"{LIST}{now:%Y-%m}", told, forced=False)
    except OSError as error:
        log.warning("What has left can't be added to the list apart: %s", error)


def left_since(moment: datetime) -> dict[str, datetime]:
    """The Message-IDs of the letters that left from this moment on, as the list apart has them, and when."""
    found = {}
    for name in apart.names():
        if name.startswith(LIST) and name >= f"{LIST}{moment:%Y-%m}":
            for line in apart.lines(name):
                message_id, _space, said = line.partition(" ")
                if (at := datetime.fromisoformat(said)) >= moment:
                    found[message_id] = at
    return found


def sweep(now: datetime) -> None:
    """Delete the files that nobody will ask for any more."""
    for name in apart.names():
        if name.startswith(LIST) and name < f"{LIST}{now - LISTED_FOR:%Y-%m}":
            apart.drop(name)
        elif apart.is_shared():
            pieces.merge(name, now)
    if apart.is_shared():
        _sweep_handed_over(now)
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
