"""Sends the letters that are due: batch by batch, over one connection, outside any
transaction.

The order is always: claim the letters (a short transaction), send, write down the
result if the lease is still ours. A worker that dies at any point leaves a lease that
ends by itself. What has left is noted on disk at once (notifications.sent_journal),
and in the database for some letters at a time. A letter can leave twice only when the
worker dies between the mail server's "ok" and that line on disk, and then with the
same Message-ID.
"""

import logging
import random
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from common import apart
from notifications import mime, rules, sent_journal, transports, unsubscribe
from notifications.faults import Rows, rows_of
from notifications.models import (
    LEASE,
    MailPipe,
    Notification,
    SentBefore,
    Status,
    SuppressedAddress,
)
from notifications.models.letters import PATIENCE

BATCH = 50
SHIFT = timedelta(seconds=120)  # a task works this long at most; the next ring goes on
FIRST_REST = timedelta(seconds=20)
LONGEST_REST = timedelta(hours=1)
BLOCKED = timedelta(seconds=15)
BLOCKED_AT_MOST = timedelta(seconds=30)
BLOCKED_BY_OURSELVES = timedelta(minutes=5)
TRIES = 8  # a letter that waited two days for a worker deserves some tries before we give it up
CUTS = 3  # in a row
NOTE_FOR = 20  # seconds during which we insist on writing a result down
NOTE_EVERY = 1.0  # seconds after which what has left is told to the database

log = logging.getLogger(__name__)

type Clock = Callable[[], datetime]


def deliver_due(*, clock: Clock = timezone.now) -> int:
    """Send letters until nothing is due, the mail server refuses all, or the shift ends. Returns how many have
    left."""
    ends_at = clock() + SHIFT
    sent = 0
    with closing(transports.chosen()) as transport:
        while clock() < ends_at and not MailPipe.objects.paused(clock()):
            is_held = MailPipe.objects.held() is not None
            batch = Notification.objects.claim(clock(), BATCH, only_released=is_held)
            if not batch:
                break
            sent += _Round(transport, batch, clock).run()
    return sent


class _Round:
    """One batch of letters under one lease."""

    def __init__(
        self, transport: transports.Transport, batch: list[Notification], clock: Clock
    ) -> None:
        self.transport = transport
        self.left = batch
        self.clock = clock
        assert batch[0].lease_token is not None
        self.token = batch[0].lease_token
        self.lease_ends = batch[0].due_at
        self.dead = SuppressedAddress.objects.among(letter.destination for letter in batch)
        self.senders = rules.rules().senders({letter.desks for letter in batch if letter.desks})
        self.pipe_was_broken = MailPipe.objects.exclude(broken_since=None).exists()
        self.sent = 0
        self.cuts = 0
        self.ledger = sent_journal.Ledger(self.token)
        self.to_note: list[Notification] = []
        self.to_list: list[Notification] = []
        self.noted_at = time.monotonic()

    def run(self) -> int:
        settled = False
        try:
            self._note_those_that_left_before()
            with rows_of("letters", whole=False) as each:
                self._go_round(each)
                settled = True
        finally:
            # Also when a fault of ours or the end of the task stops us: these have left.
            try:
                self._note_carried()
            finally:
                self.ledger.close(settled=settled and not sys.exception())
        return self.sent

    def _go_round(self, each: Rows) -> None:
        while self.left:
            self._keep_lease()
            if not self.left:
                break
            letter = self.left.pop(0)
            went_on = False
            try:
                each.treat(letter, partial(self._treat_or_wait, letter), in_one=False)
                went_on = True
            finally:
                if not went_on:
                    self._hand_back(self.left)

    def _treat_or_wait(self, letter: Notification) -> None:
        """Treat one letter. When our own code fails on it, it is put off, and the others go on."""
        settled = False
        try:
            self._treat(letter)
            settled = True
        except transports.WayBlocked as blocked:
            self._blocked(letter, blocked)
            settled = True
        finally:
            if not settled:
                self._later(letter, f"{type(sys.exception()).__name__}: {sys.exception()}")

    def _note_those_that_left_before(self) -> None:
        """Note the letters that an earlier worker had sent when it died, or that had left before a backup was restored."""
        orphans = [letter.message_id for letter in self.left if letter.taken_under]
        known = sent_journal.among(orphans) if orphans else set()
        known |= set(SentBefore.objects.among(letter.message_id for letter in self.left))
        self.to_note += [letter for letter in self.left if letter.message_id in known]
        self.left = [letter for letter in self.left if letter.message_id not in known]

    def _treat(self, letter: Notification) -> None:
        if reason := self._why_not(letter):
            return self._end(letter, Status.CANCELLED, reason)
        if not letter.secret and (why := self.dead.get(letter.destination.lower())):
            return self._end(letter, Status.GIVEN_UP, why)
        content = mime.build(
            letter,
            extra=unsubscribe.headers(letter),
            timestamp=self.clock().timestamp(),
            sender=self.senders.get(letter.desks),
        )
        try:
            self.transport.carry(letter.destination, content)
        except transports.Cut as error:
            return self._cut(letter, error)
        except transports.TryLater as error:
            return self._later(letter, str(error))
        except transports.AddressRefused as error:
            SuppressedAddress.objects.mark(letter.destination, str(error), now=self.clock())
            return self._end(letter, Status.GIVEN_UP, str(error))
        except transports.LetterRefused as error:
            return self._end(letter, Status.GIVEN_UP, str(error))
        return self._arrived(letter)

    def _why_not(self, letter: Notification) -> str:
        """Why the letter shouldn't leave, or "". Asked at the last moment, since much may have happened since it
        was written."""
        if letter.expires_at and letter.expires_at <= self.clock():
            return gettext_noop("Too late to be of use")
        if letter.recipient is not None and not letter.recipient.is_active:
            return gettext_noop("The account is closed")
        if letter.family == unsubscribe.SUMMARY:
            return self._why_taken_apart(letter)
        return rules.why_moot(letter)

    def _why_taken_apart(self, summary: Notification) -> str:
        """Why the summary doesn't leave as it was written, or "": something in it is no longer to be told, since its
        reader has left, say. What it carried goes into another one."""
        carried = summary.carried.select_related("recipient")
        if carried and not any(rules.why_moot(letter) for letter in carried):
            return ""
        carried.update(status=Status.HELD, due_at=self.clock(), digest=None)
        return gettext_noop("Something in it is no longer true")

    def _arrived(self, letter: Notification) -> None:
        self.to_note.append(letter)
        try:
            self.ledger.add(letter.message_id)
        except OSError as error:  # a full disk: the database hears of each letter at once
            log.warning("What has left can't be noted on disk: %s", error)
            self._note_carried()
        self.sent += 1
        self.cuts = 0
        if self.pipe_was_broken:
            MailPipe.objects.mend()
            self.pipe_was_broken = False
        if letter.destination.lower() in self.dead:
            SuppressedAddress.objects.filter(address=letter.destination.lower()).delete()

    def _note_carried(self) -> None:
        """Write down all letters that have left since the last time: on the list apart, and in the database."""
        self._list([*self.to_list, *self.to_note])
        self._tell_the_database()
        self.to_list = []
        self.noted_at = time.monotonic()

    def _tell_the_database(self) -> None:
        """In one statement; the list apart hears of them with the next ones."""
        carried_now, self.to_note = self.to_note, []
        self.to_list += carried_now
        for secret in (False, True):
            letters = [letter for letter in carried_now if letter.secret is secret]
            if letters:
                result = {"sent_at": self.clock(), "closed_at": None, "last_error": ""}
                self._note(*letters, status=Status.SENT, **result)

    def _list(self, letters: list[Notification]) -> None:
        """Tell the list apart what has left, and what went with a summary."""
        gone = [letter.message_id for letter in letters]
        for letter in letters:
            if letter.family == unsubscribe.SUMMARY:
                gone += letter.carried.values_list("message_id", flat=True)
        sent_journal.keep(gone, now=self.clock())

    def _end(self, letter: Notification, status: str, reason: str) -> None:
        self._note(letter, status=status, closed_at=self.clock(), last_error=reason[:300])

    def _later(self, letter: Notification, reason: str) -> None:
        if letter.attempts >= TRIES and self.clock() - letter.wanted_at > PATIENCE:
            return self._end(letter, Status.GIVEN_UP, reason)
        due_at = self.clock() + rest_after(letter.attempts)
        self._note(letter, due_at=due_at, last_error=reason[:300])

    def _cut(self, letter: Notification, cut: transports.Cut) -> None:
        """The connection was cut during a letter: it is put off. When that happens with several letters in a row,
        the fault is the server's: raises WayBlocked."""
        self.cuts += 1
        if self.cuts >= CUTS:
            raise transports.WayBlocked(str(cut)) from cut
        self._later(letter, str(cut))

    def _blocked(self, letter: Notification, blocked: transports.WayBlocked) -> None:
        """The mail server refuses all: the letters wait, and this doesn't count as a try. The one in hand waits a
        little longer, in case it is what the server can't stand."""
        now = self.clock()
        pipe = MailPipe.objects.first()
        rest = min(BLOCKED * (pipe.failures + 1 if pipe else 1), BLOCKED_AT_MOST)
        if blocked.ours:
            rest = BLOCKED_BY_OURSELVES
        MailPipe.objects.pause(str(blocked), until=now + jittered(rest), now=now)
        aside = letter.wanted_at if blocked.ours else now + jittered(BLOCKED_AT_MOST)
        self._note(letter, due_at=aside, last_error=str(blocked)[:300])
        self._hand_back(self.left)

    def _hand_back(self, letters: list[Notification]) -> None:
        """Put the letters back as if they had never been claimed: they haven't been tried."""
        ours = Notification.objects.leased(self.token)
        for letter in letters:
            ours.filter(pk=letter.pk).update(
                due_at=letter.wanted_at, attempts=letter.attempts - 1, lease_token=None
            )
        self.left = []

    def _keep_lease(self) -> None:
        """Renew the lease, so that a slow server doesn't let that of the letters behind run out."""
        now = self.clock()
        if apart.is_shared():  # a worker of another machine couldn't read our disk
            self._tell_the_database()
        spare = timedelta(seconds=settings.MAIL_SERVER["seconds"] * 1.25)
        enough = self.lease_ends - now > spare
        if (self.to_note or self.to_list) and (
            not enough or time.monotonic() - self.noted_at > NOTE_EVERY
        ):
            self._note_carried()
        if enough:
            return
        mine = Notification.objects.leased(self.token).filter(pk__in=[x.pk for x in self.left])
        if mine.update(due_at=now + LEASE) < len(self.left):
            still = set(mine.values_list("pk", flat=True))
            self.left = [letter for letter in self.left if letter.pk in still]
        self.lease_ends = now + LEASE

    def _note(self, *letters: Notification, **result: Any) -> None:
        """Write the result down. A failure of the database is retried."""
        result |= {"lease_token": None}
        if letters[0].secret and "status" in result:
            result |= {"text": "", "html": "", "url": ""}
        give_up_at = time.monotonic() + NOTE_FOR
        while True:
            try:
                pks = [letter.pk for letter in letters]
                Notification.objects.leased(self.token).filter(pk__in=pks).update(**result)
            except (OperationalError, InterfaceError):
                if time.monotonic() > give_up_at:
                    raise
                connection.close()
                time.sleep(0.5)
            else:
                return


def rest_after(attempts: int) -> timedelta:
    """How long a letter waits after so many attempts: 20 s, 40 s, 80 s … an hour, a quarter more or less, so that
    letters don't all come back at once."""
    return jittered(min(FIRST_REST * 2 ** min(attempts - 1, 12), LONGEST_REST))


def jittered(rest: timedelta) -> timedelta:
    return rest * random.uniform(0.75, 1.25)
