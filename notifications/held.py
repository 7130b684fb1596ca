"""While the post is held, after a backup was restored: what would leave again, and what somebody decides of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notifications import doorbell
from notifications.models import MailPipe, Notification, SentBefore, Status
from notifications.models.letters import OPEN
from notifications.rules import families, family_named
from notifications.unsubscribe import SUMMARY

DROPPED = gettext_noop("Dropped after a backup was restored")
LEFT_BEFORE = gettext_noop("Had left before a backup was restored")
AT_ONCE = 500


@dataclass(frozen=True)
class Kind:
    """The letters of one kind that wait for a decision."""

    name: str
    family: str | Promise
    example: str
    count: int
    due: int
    since: int  # how many were written since the restore
    oldest_at: datetime


def undecided() -> QuerySet[Notification]:
    return Notification.objects.filter(status__in=OPEN, released=False)


def kinds(now: datetime, *, held_since: datetime) -> list[Kind]:
    """What would leave, by kind, the most numerous first."""
    rows = undecided().order_by().values("kind")
    rows = rows.annotate(
        count=Count("pk"),
        due=Count("pk", filter=Q(due_at__lte=now)),
        since=Count("pk", filter=Q(created_at__gte=held_since)),
        oldest_at=Min("wanted_at"),
        family=Min("family"),
    )
    known = {family.code for family in families()}
    examples = dict(_examples())
    return [
        Kind(
            name=row["kind"],
            family=_name_of(row["family"], known),
            example=examples.get(row["kind"], ""),
            **{name: row[name] for name in ("count", "due", "since", "oldest_at")},
        )
        for row in sorted(rows, key=lambda row: (-row["count"], row["kind"]))
    ]


def _examples() -> list[tuple[str, str]]:
    """For each kind the subject of a letter that holds no secret."""
    firsts = undecided().filter(secret=False).order_by().values("kind").annotate(first=Min("pk"))
    first = [row["first"] for row in firsts]
    return list(Notification.objects.filter(pk__in=first).values_list("kind", "subject"))


def _name_of(family: str, known: set[str]) -> str | Promise:
    if family == SUMMARY:
        return _("Summaries")
    return family_named(family).label if family in known else family


@transaction.atomic
def release(kind: str) -> int:
    """These leave as if the post were not held. Returns how many."""
    done = undecided().filter(kind=kind).update(released=True)
    transaction.on_commit(doorbell.ring, robust=True)
    return done


def drop(kind: str, *, now: datetime) -> int:
    """These don't leave any more. Returns how many."""
    return (
        undecided()
        .filter(kind=kind, lease_token=None)
        .update(status=Status.CANCELLED, closed_at=now, last_error=DROPPED)
    )


def put_off(kind: str, *, until: datetime) -> int:
    """These leave at that moment, or later if that was their own. Returns how many."""
    waiting = undecided().filter(kind=kind)
    late = waiting.filter(due_at__lt=until)
    late.update(due_at=until, wanted_at=until)
    return waiting.update(released=True)


@transaction.atomic
def open_the_post() -> int:
    """What is left, and all that is written from now on, leaves as ever. Returns how many wait."""
    left = undecided().count()
    MailPipe.objects.update(held_since=None)
    transaction.on_commit(doorbell.ring, robust=True)
    return left


@transaction.atomic
def begin(left: dict[str, datetime], *, now: datetime) -> int:
    """Hold the post; `left` says which letters had left after the backup, and when. Returns how many of those wait here."""
    MailPipe.objects.hold(now=now)
    undone = Notification.objects.filter(status__in=OPEN)
    undone.update(released=False, lease_token=None)
    SentBefore.objects.bulk_create(
        (SentBefore(message_id=one, at=at) for one, at in left.items()),
        ignore_conflicts=True,
        batch_size=AT_ONCE,
    )
    known = 0
    for pk, message_id, secret in list(undone.values_list("pk", "message_id", "secret")):
        if at := left.get(message_id):
            gone = {"text": "", "html": "", "url": ""} if secret else {}
            known += Notification.objects.filter(pk=pk).update(
                status=Status.SENT, sent_at=at, last_error=LEFT_BEFORE, **gone
            )
    return known
