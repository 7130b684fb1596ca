"""Whether letters leave as they should, for the health page, the operators' screen and the banner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists

from notifications import refusals
from notifications.models import Heartbeat, MailPipe, Notification

SILENT = timedelta(minutes=3)
WORRYING = timedelta(minutes=10)
WORKERS = ("worker", "beat")


@dataclass(frozen=True)
class Health:
    """The state of the outbox. `oldest_due` says how long the oldest letter that may leave now has been waiting."""

    oldest_due: timedelta
    oldest_due_at: datetime | None
    silent: tuple[str, ...]
    blocked: str
    blocked_since: datetime | None
    held_since: datetime | None = None

    @property
    def why(self) -> refusals.Why:
        """Why nothing leaves, for a page."""
        return refusals.why(self.blocked)

    @property
    def is_slow(self) -> bool:
        return self.oldest_due >= WORRYING

    @property
    def is_well(self) -> bool:
        return not (self.silent or self.blocked or self.held_since or self.is_slow)


def report(now: datetime) -> Health:
    oldest = oldest_due_at(now)
    pipe, held = MailPipe.objects.exclude(broken_since=None).first(), MailPipe.objects.held()
    return Health(
        oldest_due=now - oldest if oldest else timedelta(0),
        oldest_due_at=oldest,
        silent=silent(now),
        blocked=pipe.reason if pipe else "",
        blocked_since=pipe.broken_since if pipe else None,
        held_since=held.held_since if held else None,
    )


def trouble(now: datetime) -> Health | None:
    """The state, or None when all is well, which one query tells: for pages that have other things to do."""
    late = Notification.objects.due(now).filter(due_at__lte=now - WORRYING)
    alive = Heartbeat.objects.filter(name__in=WORKERS, seen_at__gt=now - SILENT).annotate(
        is_blocked=Exists(MailPipe.objects.exclude(broken_since=None, held_since=None)),
        is_slow=Exists(late),
    )
    seen = list(alive.values_list("is_blocked", "is_slow"))
    if len(seen) == len(WORKERS) and not any(seen[0]):
        return None
    return report(now)


def oldest_due_at(now: datetime) -> datetime | None:
    """Of those that may leave: what is held waits for somebody, and not for a worker."""
    due = Notification.objects.due(now).order_by("due_at")
    if MailPipe.objects.held() is not None:
        due = due.filter(released=True)
    return due.values_list("due_at", flat=True).first()


def silent(now: datetime) -> tuple[str, ...]:
    """The names of those (worker, clock) that haven't been seen for three minutes, or ever."""
    seen = set(Heartbeat.objects.filter(seen_at__gt=now - SILENT).values_list("name", flat=True))
    return tuple(name for name in WORKERS if name not in seen)
