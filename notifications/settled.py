"""Marks a notification as read when its matter is settled: after its reader's acts, and as it is shown. What would not
leave, since its reader has left, isn't shown either."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from notifications import rules
from notifications.models import Notification, Person, Status
from notifications.models.letters import OPEN

MOST = 50  # the newest: what is older is looked at once these are read


def settle(user: Person, now: datetime) -> None:
    """Mark the person's settled notifications as read; what was read stays so. One query when nothing waits."""
    waiting = Notification.objects.unread_by(user).filter(kind__in=rules.settling())
    newest = waiting.select_related("recipient").order_by("-pk")[:MOST]
    if done := settled_among(list(newest)):
        Notification.objects.filter(pk__in=done, read_at=None).update(read_at=now)


def drop_what_is_no_longer_theirs(user: Person, now: datetime) -> None:
    """Stop the letters that haven't left and whose reader no longer has a part in them, before the screen lists them."""
    unsent = Notification.objects.on_screen_of(user).filter(status__in=OPEN).exclude(matter="")
    for letter in unsent.select_related("recipient"):
        if rules.is_no_longer_theirs(letter):
            Notification.objects.filter(pk=letter.pk, status__in=OPEN).update(
                status=Status.CANCELLED, closed_at=now, last_error=rules.NO_LONGER_THEIRS
            )


def is_settled(letter: Notification) -> bool:
    """Whether there is nothing to answer any more, or the answer isn't this reader's any more."""
    moot = rules.rule_for(letter.kind).moot
    return bool(moot and (moot(letter) or rules.is_no_longer_theirs(letter)))


def settled_among(letters: Sequence[Notification]) -> set[int]:
    """The numbers of those of which `is_settled` holds; a kind of which a person may have many is asked of all at once."""
    moot: set[int] = set()
    for (_reader, kind), some in groupby(sorted(letters, key=_of_whom), key=_of_whom):
        rule, theirs = rules.rule_for(kind), list(some)
        if rule.moot_among:
            moot |= rule.moot_among(theirs)
        elif rule.moot:
            moot |= {letter.pk for letter in theirs if rule.moot(letter)}
    asked = [letter for letter in letters if rules.rule_for(letter.kind).moot]
    return moot | rules.no_longer_theirs([one for one in asked if one.pk not in moot])


def _of_whom(letter: Notification) -> tuple[int, str]:
    return letter.recipient_id or 0, letter.kind


def mark(letters: Iterable[Notification]) -> None:
    """Set on each letter whether it still waits for an answer (`waits`), for the page that lists them."""
    listed = list(letters)
    settled = settled_among([letter for letter in listed if letter.asks])
    for letter in listed:
        letter.waits = letter.asks and letter.pk not in settled
