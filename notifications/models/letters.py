"""A letter in the outbox. It knows its address and its words, but not what they are about."""

import hashlib
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.people import Person

# A claim that nobody renews is given back: a killed worker holds its letters this long at most.
LEASE = timedelta(seconds=settings.MAIL_SERVER["seconds"] * 1.5)
# After that a letter is given up, whatever the reason.
PATIENCE = timedelta(hours=48)
# When a letter is late enough for somebody to hear of it.
LATE = timedelta(minutes=10)


class Status(models.TextChoices):
    WAITING = "WAITING", _("To be sent")
    HELD = "HELD", _("Kept for the summary")
    SENT = "SENT", _("Sent")
    CARRIED = "CARRIED", _("Sent in a summary")
    ON_SCREEN = "ON_SCREEN", _("Shown on the site only")
    CANCELLED = "CANCELLED", _("Cancelled")
    GIVEN_UP = "GIVEN_UP", _("Undeliverable")


OPEN = (Status.WAITING, Status.HELD)
AGAIN = (Status.GIVEN_UP, Status.CANCELLED)  # an operator may send these once more


def is_late(now: datetime) -> Q:
    return Q(status=Status.WAITING, wanted_at__lt=now - LATE)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self) -> Self:
        return self.filter(status=Status.WAITING)

    def due(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)

    def late(self, now: datetime) -> Self:
        """Letters that should have left long ago, whether or not a next try is planned."""
        return self.filter(is_late(now))

    def on_screen_of(self, user: Person, now: datetime | None = None) -> Self:
        """The letters that the bell counts and lists for this person: those that lead to a page, weren't cancelled, and
        aren't kept back."""
        shown = Q(kept_until=None) | Q(kept_until__lte=now or timezone.now())
        theirs = self.filter(shown, recipient_id=user.pk)
        return theirs.exclude(url="").exclude(status=Status.CANCELLED)

    def unread_by(self, user: Person, now: datetime | None = None) -> Self:
        return self.on_screen_of(user, now).filter(read_at=None)

    def at_desks(self, desks: Iterable[int]) -> Self:
        """Letters about something that one of these desks answers for, or about the reader alone."""
        ours = Q(desks="", topic="")
        for desk in desks:
            ours |= Q(desks__contains=f",{desk},")
        return self.filter(ours)

    def left_before(self, moment: datetime) -> Self:
        return self.filter(sent_at__lte=moment)

    def for_the_list(self) -> Self:
        """Unread letters first, then the newest; without their words, which the list doesn't show."""
        is_read = models.ExpressionWrapper(Q(read_at__isnull=False), models.BooleanField())
        return self.defer("text", "html").order_by(is_read, "-created_at", "-pk")

    def claim(
        self, now: datetime, size: int, *, only_released: bool = False
    ) -> list["Notification"]:
        """Take up to `size` due letters; nobody else can take them until the lease ends.

        PostgreSQL skips the rows that others are taking; on SQLite the transaction is
        IMMEDIATE, so only one worker takes letters at a time. The look before it keeps an
        empty outbox from taking SQLite's only write lock each time that the worker is called.
        """
        may_leave = self.filter(released=True) if only_released else self
        if not may_leave.due(now).exists():
            return []
        token = uuid.uuid4()
        with transaction.atomic():
            due = may_leave.due(now).order_by("due_at").select_for_update(skip_locked=True)
            taken_under = dict(due.values_list("pk", "lease_token")[:size])
            self.filter(pk__in=taken_under).update(
                lease_token=token, due_at=now + LEASE, attempts=F("attempts") + 1
            )
        mine = self.filter(pk__in=taken_under, lease_token=token).select_related("recipient")
        for letter in mine:
            letter.taken_under = taken_under[letter.pk]
        # In the order of their turns: one that was put off comes after those that were not.
        turns = list(taken_under)
        return sorted(mine, key=lambda letter: turns.index(letter.pk))

    def leased(self, token: uuid.UUID) -> Self:
        """The rows that this lease still holds: once it has ended they may be another worker's.

        A letter that is cancelled while we hold it stays ours, so that its row can say
        whether it has left after all.
        """
        return self.filter(lease_token=token)


class Notification(models.Model):
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=_("recipient"),
    )
    # Where a letter to somebody without an account goes; for the others, their address of the day.
    address = models.EmailField(_("address"))
    key = models.CharField(_("key"), max_length=160)
    kind = models.CharField(_("kind"), max_length=60)
    family = models.CharField(_("family"), max_length=30)
    topic = models.CharField(_("about"), max_length=200, blank=True)
    # What it is about, as in "mission:12": whether its reader still has a part in it, the floor above knows.
    matter = models.CharField(max_length=40, blank=True, editable=False)
    # The desks that answer for what it is about, as in ",3,17,"; which they are, the floor above knows.
    desks = models.CharField(max_length=100, blank=True, editable=False)
    asks = models.BooleanField(_("asks for an answer"), default=False)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    url = models.CharField(_("link"), max_length=300, blank=True)
    reply_to = models.EmailField(_("reply address"), max_length=320, blank=True)
    # The words hold a key of the house (a reset link): they are wiped once the letter has left.
    secret = models.BooleanField(_("secret"), default=False)

    created_at = models.DateTimeField(_("written"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.WAITING)
    wanted_at = models.DateTimeField(_("to leave"), default=timezone.now)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    expires_at = models.DateTimeField(_("pointless after"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("tries"), default=0)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(_("cancelled or given up"), null=True, blank=True)
    last_error = models.CharField(_("why"), max_length=300, blank=True)
    message_id = models.CharField(max_length=120, editable=False)
    digest = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="carried", editable=False
    )
    # Kept back with others, so that all of them may be taken back (notifications/bundles.py): whose they are, and of which
    # part, the floor above knows.
    bundle = models.BigIntegerField(null=True, editable=False)
    part = models.BigIntegerField(null=True, editable=False)
    kept_until = models.DateTimeField(null=True, editable=False)
    # While the post is held, this one may leave all the same: somebody has looked at it (notifications/held.py).
    released = models.BooleanField(default=False, db_default=False, editable=False)

    # Filled in by the operators’ screen: why it hasn’t left, why nothing arrives at its address, what the server's words mean, its family's name.
    why: Any = None  # a Why of notifications/refusals.py
    dead_because: str = ""
    means: str = ""
    family_label: str = ""
    # Filled in by the list: an answer is still expected.
    waits: bool = False
    # Filled in by a claim: the lease of a worker that died with this letter in hand.
    taken_under: uuid.UUID | None = None

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "key"],
                condition=Q(recipient__isnull=False),
                name="notification_told_once",
            ),
            models.UniqueConstraint(
                fields=["address", "key"],
                condition=Q(recipient__isnull=True),
                name="notification_written_once",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SENT, sent_at__isnull=False)
                | (~Q(status=Status.SENT) & Q(sent_at__isnull=True)),
                name="notification_sent_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(status=Status.WAITING), name="notification_due"
            ),
            models.Index(
                fields=["wanted_at"], condition=Q(status=Status.WAITING), name="notification_wanted"
            ),
            models.Index(
                fields=["due_at"], condition=Q(status=Status.HELD), name="notification_held"
            ),
            models.Index(fields=["recipient", "-created_at"], name="notification_inbox"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at__isnull=True) & ~Q(url=""),
                name="notification_unread",
            ),
            models.Index(fields=["status", "-created_at"], name="notification_desk"),
            models.Index(fields=["created_at", "id"], name="notification_newest"),
            models.Index(
                fields=["bundle", "part"],
                condition=Q(bundle__isnull=False),
                name="notification_bundle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.recipient_id or self.address}"

    @property
    def destination(self) -> str:
        return self.recipient.email if self.recipient else self.address

    def mark_read(self, now: datetime) -> None:
        Notification.objects.filter(pk=self.pk, read_at=None).update(read_at=now)

    @property
    def may_leave_again(self) -> bool:
        return self.status in AGAIN and not self.secret

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


def marked(desks: Collection[int]) -> str:
    return f",{','.join(map(str, sorted(desks)))}," if desks else ""


def message_id_of(key: str, reader: str, domain: str) -> str:
    """The Message-ID of a letter: the same at each try, so that a mailbox can recognise a double."""
    digest = hashlib.sha256(f"{reader}\n{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{domain}>"
