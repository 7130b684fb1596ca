"""Posts a letter; everything that uses this app calls it here."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common import prepared
from notifications import bundles, doorbell, rendering, schedule, unsubscribe
from notifications.models import Habits, Notification, Pace, Person, Status
from notifications.models.letters import OPEN, marked, message_id_of
from notifications.rules import (
    NO_LONGER_THEIRS,
    Rule,
    is_no_longer_theirs,
    rule_for,
    rules,
)


def post(
    *,
    recipient: Person | None = None,
    address: str = "",
    key: str,
    template: str,
    url: str,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    reply_to: str = "",
    **context: Any,
) -> Notification:
    """Write the letter now, in the caller's transaction, and send it once that commits.

    Posting the same key twice to the same reader changes nothing. `address` is for a
    reader without an account; the letter is then in the language of the page that writes
    it.
    """
    reader = _reader(recipient, address)
    if (known := _known(recipient, address, key)) is not None:
        return known
    rule = rule_for(template)
    context |= {"recipient": recipient, "expires_at": expires_at}
    words = _words(template, context, rule=rule, url=url, by_mail=bool(reply_to))
    return _write(
        reader | {"key": key},
        recipient=recipient,
        rule=rule,
        kind=template,
        subject=words.subject,
        text=words.text,
        html=words.html,
        url=url,
        topic=rules().about(context)[:200],
        matter=rules().matter(context),
        desks=marked(rules().desks(context)),
        wanted_at=due_at or timezone.now(),
        expires_at=expires_at,
        reply_to=reply_to,
    )


def post_ready_made(
    *, address: str, key: str, kind: str, subject: str, text: str, html: str
) -> Notification:
    """Post a letter whose words another library (allauth) wrote. It is secret, since its words hold links."""
    return _write(
        _reader(None, address) | {"key": key},
        recipient=None,
        rule=Rule(secret=True),
        kind=kind,
        subject=rendering.subject_line(subject),
        text=rendering.tidy(text),
        html=html,
        wanted_at=timezone.now(),
    )


def cancel(
    *, key_prefix: str, reason: str, recipient: Person | None = None, now: datetime | None = None
) -> int:
    """Cancel letters that haven't left yet, since the fact they tell is no longer true.
    Returns how many.

    A letter that a worker is sending at this very moment may still arrive; its row then
    says so.
    """
    letters = Notification.objects.filter(key__startswith=key_prefix, status__in=OPEN)
    if recipient is not None:
        letters = letters.filter(recipient=recipient)
    return letters.update(
        status=Status.CANCELLED,
        closed_at=now or timezone.now(),
        last_error=reason[:300],
    )


def _reader(recipient: Person | None, address: str) -> dict:
    if recipient is not None:
        return {"recipient": recipient}
    if not address:
        raise ValueError("A letter needs a recipient or an address.")
    return {"recipient": None, "address": address.strip().lower()}


def _known(recipient: Person | None, address: str, key: str) -> Notification | None:
    """The letter of this key that its reader has already."""
    if recipient is None:
        return Notification.objects.filter(**_reader(None, address), key=key).first()
    found = prepared.rows(_of_key, recipient.pk, key)
    return found[0] if found else None


def _of_key(recipient: int, key: str) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient=recipient, key=key).order_by()


def _words(template: str, context: dict, *, rule: Rule, url: str, by_mail: bool) -> rendering.Words:
    recipient = context["recipient"]
    link = url if not url or url.startswith("http") else settings.SITE_URL + url
    return rendering.render(
        template,
        context | {"link": link, "site_url": settings.SITE_URL},
        recipient=recipient,
        link=link,
        asks=rule.asks,
        leave_url=unsubscribe.url(recipient, rule.family),
        by_mail=by_mail,
    )


def _write(
    who: dict, *, recipient: Person | None, rule: Rule, wanted_at: datetime, **fields: Any
) -> Notification:
    """Write the row in a savepoint, so that of two writers at once one writes it and neither
    transaction breaks. The worker is called after the commit; a broker in trouble can't
    fail here.

    Raises IntegrityError when the row is refused for another reason than being there
    already.
    """
    kept = bundles.current()
    status, due_at = _when(recipient, rule, max(wanted_at, kept.until) if kept else wanted_at)
    reader = f"user:{recipient.pk}" if recipient else who["address"]
    about_reader = {
        **who,
        "address": recipient.email if recipient else who["address"],
        "family": rule.family.code,
        "asks": rule.asks,
        "secret": rule.secret,
        "status": status,
        "wanted_at": due_at,
        "due_at": due_at,
        "message_id": message_id_of(who["key"], reader, settings.MAIL_DOMAIN),
        **(kept.fields if kept else {}),
    }
    letter = Notification(**fields, **about_reader)
    if status == Status.ON_SCREEN and is_no_longer_theirs(letter):  # nobody asks later
        letter.status, letter.last_error = Status.CANCELLED, NO_LONGER_THEIRS
        letter.closed_at = timezone.now()
    try:
        with transaction.atomic():
            letter.save()
    except IntegrityError:
        known = Notification.objects.filter(**who).first()
        if known is None:
            raise
        return known
    if status == Status.WAITING and kept is None:
        transaction.on_commit(doorbell.ring, robust=True)
    return letter


def _when(recipient: Person | None, rule: Rule, wanted_at: datetime) -> tuple[str, datetime]:
    """The status of a new letter and when it is due: now, after the quiet hours, in the next summary, or on the
    site only, as the reader chose."""
    if recipient is None or not rule.family.may_wait:
        return Status.WAITING, wanted_at
    habits = Habits.objects.of(recipient)
    pace = habits.pace_of(rule.family.code, rule.family.default)
    if pace == Pace.OFF and rule.family.may_be_off:
        return Status.ON_SCREEN, wanted_at
    if pace in (Pace.DAILY, Pace.WEEKLY):
        weekly = pace == Pace.WEEKLY
        return Status.HELD, schedule.next_summary(wanted_at, recipient.pk, weekly=weekly)
    return Status.WAITING, schedule.after_quiet(wanted_at, habits.quiet_from, habits.quiet_until)
