"""The letters about an organisation's e-mail domains."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from accounts.letters.families import DESK
from accounts.models import MailDomain, Membership, Organisation, User
from accounts.states import OrganisationStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for
from notifications.rules import NO_LONGER_THEIRS


def _link_dead(letter: Notification, *, domain: int, times: int) -> str:
    current = MailDomain.objects.live().filter(
        pk=domain,
        mailed_count=times,
        token__isnull=False,
        organisation__status=OrganisationStatus.ACCEPTED,
    )
    return "" if current.exists() else gettext_noop("No longer open")


def _answered(letter: Notification, *, domain: int, day: str) -> str:
    """Why nothing is asked of this coordinator any more."""
    waits = MailDomain.objects.waiting().filter(pk=domain)
    if not waits.exists():
        return gettext_noop("Another coordinator has dealt with it")
    if letter.recipient is None:
        return ""
    theirs = Organisation.objects.verified_by(letter.recipient).filter(mail_domains=domain)
    return "" if theirs.exists() else NO_LONGER_THEIRS


OF_MAILBOX = Key("domain-mailbox:{domain}:")
# Its link shows that its reader reads this mailbox.
DOMAIN_MAILBOX = Letter("domain_mailbox", OF_MAILBOX + "{times}", secret=True, moot=_link_dead)
DOMAIN_ASKED = Letter(
    "domain_asked", Key("domain-asked:{domain}:{day:word}"), DESK, asks=True, moot=_answered
)
DOMAIN_ANSWERED = Letter("domain_answered", Key("domain-answered:{domain}:{day:word}"))
DOMAIN_ENDING = Letter("domain_ending", Key("domain-ending:{domain}:{day:word}"))
DOMAIN_FELL_BACK = Letter("domain_fell_back", Key("domain-fell-back:{domain}:{day:word}"))
DOMAIN_TAKEN = Letter("domain_taken", Key("domain-taken:{domain}"))


def domain_mailbox(row: MailDomain, secret: str, *, by: User, expires_at: datetime) -> None:
    """Write to the address that an administrator has typed."""
    with override(language_for(row.mailbox)):
        DOMAIN_MAILBOX.write_to(
            row.mailbox,
            url=reverse("mail-domain-mailbox", args=[secret]),
            domain=row.pk,
            times=row.mailed_count,
            organisation=row.organisation,
            name=_ending(row),
            by=by,
            expires_at=expires_at,
        )


def domain_link_dead(row: MailDomain, *, now: datetime) -> None:
    """Cancel a letter that hasn't left yet, since its link no longer works."""
    OF_MAILBOX.cancel(domain=row.pk, reason="sent again or ended", now=now)


def domain_asked(row: MailDomain, people: Iterable[User]) -> None:
    """Ask those coordinators of the pôle who may answer."""
    assert row.asked_at is not None
    DOMAIN_ASKED.tell(
        people,
        url=reverse("mail-domain-answer", args=[row.pk]),
        domain=row.pk,
        day=_day(row.asked_at),
        organisation=row.organisation,
        name=_ending(row),
        role=Membership.words_of(Membership.Role.EMPLOYEE, row.organisation),
        by=row.asked_by,
    )


def domain_answered(row: MailDomain) -> None:
    """The coordinators' yes or no."""
    at = row.refused_at or row.agreed_at
    assert at is not None
    _tell(
        DOMAIN_ANSWERED,
        row,
        day=at.strftime("%Y%m%d%H%M%S"),
        role=Membership.words_of(Membership.Role.EMPLOYEE, row.organisation),
        agreed=row.refused_at is None,
        until=row.agreed_until,
        reason=row.refused_reason,
    )


def domain_ending(row: MailDomain) -> None:
    """The year is nearly over, and the coordinators are asked again."""
    assert row.agreed_until is not None
    _tell(DOMAIN_ENDING, row, day=_day(row.agreed_until), until=row.agreed_until)


def domain_fell_back(row: MailDomain, *, day: datetime, record: bool) -> None:
    """People ask an administrator again: the record was away for too long, or the year is over."""
    _tell(DOMAIN_FELL_BACK, row, day=_day(day), since=day, record=record)


def domain_taken(row: MailDomain) -> None:
    """Another organisation has proven that the domain is its own."""
    _tell(DOMAIN_TAKEN, row)


def _tell(letter: Letter, row: MailDomain, **facts: Any) -> None:
    letter.tell(
        row.organisation.memberships.administrators().people(),
        url=row.get_absolute_url(),
        domain=row.pk,
        organisation=row.organisation,
        name=_ending(row),
        **facts,
    )


def _day(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d")


def _ending(row: MailDomain) -> str:
    """How its addresses end. A bare domain would be made a link by what writes the letter, and by mail programs."""
    return f"@{row.shown}"
