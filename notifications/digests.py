"""Summaries: what a person chose to be told once a day or once a week, in one letter.

Each summary is one transaction: it is written and the letters it holds are marked, or
neither. A summary that fails doesn't keep other people from theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import doorbell, rendering, rules, unsubscribe
from notifications.faults import each_row
from notifications.models import MailPipe, Notification, Person, Status
from notifications.models.letters import message_id_of

PEOPLE_AT_ONCE = 200
LINES = 40  # more would not be a summary: the rest is said in one line


@dataclass
class Topic:
    name: str
    letters: list[Notification]

    @property
    def asks(self) -> bool:
        return any(letter.asks for letter in self.letters)


def write_due(*, now: datetime) -> int:
    """Write the summaries whose hour has come, however long ago. Returns how many."""
    held = _ready(now).filter(recipient__isnull=False)
    readers = held.order_by().values_list("recipient_id", flat=True).distinct()[:PEOPLE_AT_ONCE]
    people = get_user_model().objects.in_bulk(list(readers))
    return each_row("summaries", people.values(), partial(_write_for, now=now), whole=False)


def _ready(now: datetime) -> QuerySet[Notification]:
    """What may go into a summary by now; while the post is held, what somebody has released."""
    kept = Notification.objects.filter(status=Status.HELD, due_at__lte=now)
    return kept if MailPipe.objects.held() is None else kept.filter(released=True)


@transaction.atomic
def _write_for(person: Person, *, now: datetime) -> bool:
    held = list(
        _ready(now)
        .filter(recipient=person)
        .select_for_update(skip_locked=True)
        .order_by("created_at", "pk")
    )
    told = [letter for letter in held if not _dropped(letter, person, now)]
    if not told:
        return False
    digest = _compose(person, told, now=now)
    Notification.objects.filter(pk__in=[letter.pk for letter in told]).update(
        status=Status.CARRIED, digest=digest
    )
    transaction.on_commit(doorbell.ring, robust=True)
    return True


def _dropped(letter: Notification, person: Person, now: datetime) -> bool:
    """Whether the letter is left out of the summary: it was read on the site, is out of date, or isn't true any
    more."""
    reason = ""
    if letter.read_at:
        reason = gettext_noop("Read on the site")
    elif letter.expires_at and letter.expires_at <= now:
        reason = gettext_noop("Too late to be of use")
    elif not person.is_active:
        reason = gettext_noop("The account is closed")
    else:
        reason = rules.why_moot(letter)
    if reason:
        Notification.objects.filter(pk=letter.pk).update(
            status=Status.CANCELLED, closed_at=now, last_error=reason[:300]
        )
    return bool(reason)


def _compose(person: Person, told: list[Notification], *, now: datetime) -> Notification:
    day = timezone.localtime(now, timezone.get_default_timezone()).date()
    # One that is written again, without what is no longer true, is another letter.
    before = Notification.objects.filter(recipient=person, kind="summary").count()
    key = f"summary:{day}:{told[0].pk}:{before}"
    leave_url = unsubscribe.url(person, None, summary=True)
    context = {
        "recipient": person,
        "day": day,
        "count": len(told),
        # Two letters may ask for the same act: "to sign", and "your turn to sign".
        "waiting": len({letter.url or letter.pk for letter in told if letter.asks}),
        "topics": by_topic(sorted(told, key=lambda letter: not letter.asks)[:LINES]),
        "more": max(0, len(told) - LINES),
        "site_url": settings.SITE_URL,
    }
    link = settings.SITE_URL + reverse("letters")
    words = rendering.render("_summary", context, recipient=person, link=link, leave_url=leave_url)
    return Notification.objects.create(
        recipient=person,
        address=person.email,
        key=key,
        kind="summary",
        family=unsubscribe.SUMMARY,
        subject=words.subject,
        text=words.text,
        html=words.html,
        wanted_at=now,
        due_at=now,
        message_id=message_id_of(key, f"user:{person.pk}", settings.MAIL_DOMAIN),
        released=all(letter.released for letter in told),
    )


def by_topic(letters: Iterable[Notification]) -> list[Topic]:
    """The letters grouped by what they are about, each group in the order in which they come; what waits for the
    reader's act comes first."""
    topics: dict[str, Topic] = {}
    for letter in letters:
        topics.setdefault(letter.topic, Topic(letter.topic, [])).letters.append(letter)
    return sorted(topics.values(), key=lambda topic: (not topic.asks, not topic.name))
