"""The outbox against a model of it: claim, crash, lease, retry, cancel, in any order, on a moving clock.

What must hold whatever happens: a letter that was sent was taken by one worker at a time; one
that ended never leaves again; one that did not end is due again by itself.
"""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from notifications import delivery, outbox, sent_journal, transports
from notifications.models import LEASE, MailPipe, Notification, Status, SuppressedAddress
from notifications.models.letters import PATIENCE

START = datetime(2026, 3, 28, 22, tzinfo=UTC)  # the clock changes in the night that follows


class Killed(BaseException):
    """kill -9: nothing runs after it."""


def killed(_round):
    if _round.to_note:
        raise Killed


class Moody:
    """A transport whose answers the machine draws."""

    def __init__(self):
        self.plan: list[type[Exception] | None] = []
        self.carried: list[str] = []

    def carry(self, address, content):
        outcome = self.plan.pop(0) if self.plan else None
        if outcome is Killed:
            raise Killed
        if outcome is not None:
            raise outcome("said the server")
        self.carried.append(address)
        message_from_bytes(content)

    def close(self):
        pass


OPEN_OR_CANCELLED = (Status.WAITING, Status.CANCELLED)
OUTCOMES = [
    None,
    transports.TryLater,
    transports.Cut,
    transports.AddressRefused,
    transports.LetterRefused,
    transports.WayBlocked,
]


class Outbox(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        for model in (Notification, MailPipe, SuppressedAddress):
            model.objects.all().delete()
        for path in sent_journal.folder().glob("*"):
            path.unlink()
        self.now = START
        self.moody = Moody()
        self.posted: set[str] = set()
        self.cancelled: set[str] = set()
        self.leases: list[tuple[datetime, list[str]]] = []

    @rule(number=st.integers(0, 8))
    def post(self, number):
        address = f"p{number}@example.org"
        outbox.post_ready_made(
            address=address, key=f"letter:{number}", kind="k", subject="s", text="t", html="h"
        )
        if address not in self.posted:
            Notification.objects.filter(address=address).update(
                wanted_at=self.now, due_at=self.now, created_at=self.now
            )
        self.posted.add(address)

    @rule(minutes=st.sampled_from([0.1, 0.6, 1, 5, 60, 24 * 60]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(plan=st.lists(st.sampled_from(OUTCOMES), max_size=8))
    def a_worker_delivers(self, plan):
        self.moody.plan = list(plan)
        self.work()

    def work(self):
        chosen, transports.chosen = transports.chosen, lambda: self.moody
        try:
            delivery.deliver_due(clock=lambda: self.now)
        finally:
            transports.chosen = chosen

    @rule(size=st.integers(1, 9))
    def a_worker_claims_and_is_killed(self, size):
        taken = Notification.objects.claim(self.now, size)
        held = {address for ends, some in self.leases if ends > self.now for address in some}
        assert not held & {letter.address for letter in taken}, "taken by two at once"
        self.leases.append((self.now + LEASE, [letter.address for letter in taken]))

    @rule(plan=st.lists(st.sampled_from(OUTCOMES), max_size=8))
    def a_worker_is_killed_before_it_has_told_the_database(self, plan):
        """What left is on disk only; the leases run on."""
        self.moody.plan = list(plan)
        whole, delivery._Round._note_carried = delivery._Round._note_carried, killed
        try:
            self.work()
        except Killed:
            self.now += LEASE
        finally:
            delivery._Round._note_carried = whole

    @precondition(lambda self: self.posted)
    @rule(number=st.integers(0, 8))
    def the_fact_is_no_longer_true(self, number):
        open_before = Notification.objects.filter(
            key=f"letter:{number}", status=Status.WAITING
        ).exists()
        count = outbox.cancel(key_prefix=f"letter:{number}", reason="moot", now=self.now)
        assert bool(count) == open_before
        if count:
            self.cancelled.add(f"p{number}@example.org")

    @invariant()
    def nothing_is_lost_and_nothing_leaves_twice(self):
        rows = {letter.address: letter for letter in Notification.objects.all()}
        assert set(rows) == self.posted
        assert len(self.moody.carried) == len(set(self.moody.carried))
        for address, letter in rows.items():
            # Killed before it could tell: the next claim finds it on disk.
            untold = letter.status in OPEN_OR_CANCELLED and letter.lease_token is not None
            assert (letter.status == Status.SENT) == (address in self.moody.carried) or untold
            assert (letter.sent_at is not None) == (letter.status == Status.SENT)
            if address in self.cancelled and address not in self.moody.carried:
                assert letter.status == Status.CANCELLED
            if letter.status == Status.WAITING:
                assert letter.due_at - self.now <= timedelta(minutes=75), "due again by itself"
            if letter.status == Status.GIVEN_UP:
                assert letter.last_error

    def teardown(self):
        """In the end all is well, and whatever was waiting leaves."""
        self.now += PATIENCE / 2
        self.moody.plan = []
        self.work()
        assert not Notification.objects.filter(status=Status.WAITING).exists()
        self.nothing_is_lost_and_nothing_leaves_twice()


class TestOutbox(TestCase, Outbox.TestCase):
    settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


pytestmark = pytest.mark.django_db
