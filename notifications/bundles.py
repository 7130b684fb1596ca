"""Letters that are kept back together for a while, so that what they tell may be taken back: they then go with it, and
otherwise leave by themselves."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from notifications import doorbell
from notifications.models import Notification, Status
from notifications.models.letters import OPEN

UNSEEN = (*OPEN, Status.ON_SCREEN, Status.CANCELLED)  # none of these has reached anybody yet
AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """Whose letters are kept back, of which part, and until when."""

    bundle: int
    part: int
    until: datetime

    @property
    def fields(self) -> dict[str, Any]:
        return {"bundle": self.bundle, "part": self.part, "kept_until": self.until}


_current: ContextVar[Kept | None] = ContextVar("kept_back", default=None)


def current() -> Kept | None:
    return _current.get()


@contextmanager
def kept_back(bundle: int, part: int, *, until: datetime) -> Iterator[None]:
    """A context manager: whatever is posted meanwhile waits, neither sent nor shown, and belongs to this part of the
    bundle."""
    token = _current.set(Kept(bundle, part, until))
    try:
        yield
    finally:
        _current.reset(token)


def of(bundle: int, parts: Collection[int] | None = None) -> QuerySet[Notification]:
    letters = Notification.objects.filter(bundle=bundle)
    return letters if parts is None else letters.filter(part__in=parts)


@transaction.atomic
def leave_at(bundle: int, moment: datetime) -> None:
    """From this moment on they leave, and are shown. Those that wait longer for another reason, quiet hours or a summary,
    go on waiting for it."""
    letters = of(bundle).filter(kept_until__isnull=False)
    kept = Q(due_at=F("kept_until")) | Q(due_at__lt=moment)
    letters.filter(kept, status__in=OPEN).update(due_at=moment, wanted_at=moment)
    letters.update(kept_until=moment)
    transaction.on_commit(doorbell.ring, robust=True)


@transaction.atomic
def hold(bundle: int, *, until: datetime) -> bool:
    """Keep them back for longer, all of them; False, and nothing is changed, when one has left or is leaving. A worker that
    takes letters at this moment comes before or after."""
    letters = of(bundle).select_for_update().order_by("pk")
    seen = letters.values_list("status", "lease_token")
    if any(status not in UNSEEN or lease is not None for status, lease in seen):
        return False
    of(bundle).filter(status__in=OPEN, due_at__lt=until).update(due_at=until, wanted_at=until)
    of(bundle).update(kept_until=until)
    return True


def drop(bundle: int, parts: Collection[int]) -> None:
    """What these parts tell has been taken back: their letters are as if they had never been written, so that the same fact
    may be told another day."""
    of(bundle, parts).filter(status__in=UNSEEN, lease_token=None).delete()
