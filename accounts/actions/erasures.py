"""Notes what is erased, by number, in the database and on a list apart from it: whoever restores a backup of before erases
it anew (config/backup)."""

import hmac
import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Erasure
from common import apart, keys

LIST = "erasures"
A_PIECE = 500

log = logging.getLogger(__name__)

type Since = datetime | str  # the moment at which a row began, or the name of a file that it had


def mark_of(kind: str, number: int, since: Since) -> str:
    """Tells this row from one that bears its number after a restore: they didn't begin at the same moment."""
    return _mark(keys.of_papers()[0], kind, number, since)


def _mark(key: str, kind: str, number: int, since: Since) -> str:
    told = f"{kind} {number} {since if isinstance(since, str) else since.timestamp()}"
    return hmac.digest(key.encode(), told.encode(), "sha256").hex()[:32]


def is_of(erasure: Erasure, since: Since) -> bool:
    """Whether it is about the row that began at this moment, whichever of our keys it was marked with."""
    marks = [_mark(key, erasure.kind, erasure.number, since) for key in keys.of_papers()]
    return any(hmac.compare_digest(erasure.mark, mark) for mark in marks)


def note(kind: str, rows: Iterable[tuple[int, Since]], *, now: datetime | None = None) -> None:
    """These rows (number, since when they were there) are erased in this transaction. The list apart hears of it after the
    commit; what it couldn't be told, the clock tells it."""
    at = now or timezone.now()
    Erasure.objects.bulk_create(
        (
            Erasure(kind=kind, number=number, mark=mark_of(kind, number, since), at=at)
            for number, since in rows
        ),
        ignore_conflicts=True,
    )
    transaction.on_commit(_write_soon, robust=True)


def _write_soon() -> None:
    try:
        write_down(timezone.now())
    except (OSError, DatabaseError) as error:
        log.warning("The list of what is erased can't be written, the clock will: %s", error)


def write_down(now: datetime) -> int:
    """Add to the list apart what it doesn't hold yet. Returns how many. Written twice is read once."""
    done = 0
    while waiting := list(Erasure.objects.unwritten().order_by("pk")[:A_PIECE]):
        apart.add(LIST, [one.line for one in waiting])
        Erasure.objects.filter(pk__in=[one.pk for one in waiting]).update(written_at=now)
        done += len(waiting)
    return done


def listed() -> list[Erasure]:
    """What the list says is erased, unsaved; each once."""
    found: dict[tuple[str, int, str], Erasure] = {}
    for line in apart.lines(LIST):
        kind, number, mark, at = line.split(" ")
        found[kind, int(number), mark] = Erasure(
            kind=kind, number=int(number), mark=mark, at=datetime.fromisoformat(at)
        )
    return list(found.values())
