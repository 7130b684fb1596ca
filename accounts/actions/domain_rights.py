"""Whether people join by a domain without an administrator's yes: the coordinators' answer, and what the clock does with
the record and the year for which they have answered."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import dns, letters, permissions
from accounts.actions import mail_domains, memberships
from accounts.actions.refusals import Refusal
from accounts.models import MailDomain, Organisation, User
from accounts.models.mail_domains import AGREED_FOR
from accounts.models.organisations import NUMBERS_FREED
from notifications.faults import each_row

CHECKED_EACH = timedelta(hours=23)
A_RUN = 40  # domains: each may take the five seconds of a question without an answer


@transaction.atomic
def agree(row: MailDomain, *, by: User, now: datetime) -> None:
    """A coordinator says yes, for a year. What organisations outside the group had shown or named of the same domain
    ends."""
    row = _asked(row, by)
    if not row.record_holds(now) or row.lost_at:
        raise Refusal(_("The record isn’t found any more: the answer waits until it is back."))
    if mail_domains.held_alone_by_others(row, now=now).exists():
        raise Refusal(_("This domain is another organisation’s already, outside its group."))
    row.agreed_at, row.agreed_by, row.agreed_until = now, by, now + AGREED_FOR
    row.asked_at = row.refused_at = None
    row.refused_reason = ""
    row.save()
    for other in mail_domains.outside(row, MailDomain.objects.live().filter(found_at=None)):
        mail_domains.finish(other, why=MailDomain.End.OWNER, now=now)
        letters.domain_taken(other)
    letters.domain_answered(row)


@transaction.atomic
def refuse(row: MailDomain, *, reason: str, by: User, now: datetime) -> None:
    """A coordinator says no: people go on asking an administrator."""
    row = _asked(row, by)
    _take_back(row)
    row.refused_at, row.refused_reason = now, reason
    row.save()
    letters.domain_answered(row)


def _asked(row: MailDomain, by: User) -> MailDomain:
    """The row, read again under the locks of all organisations that have the domain: two coordinators who give it to two of
    them wait for each other."""
    same = MailDomain.objects.live().filter(domain=row.domain).values("organisation")
    memberships.lock(Organisation.objects.filter(pk__in=same))
    row = MailDomain.objects.select_related("organisation__pole").get(pk=row.pk)
    if not permissions.can_verify(by, row.organisation):
        raise Refusal(_("Another coordinator answers: you belong to this organisation."))
    if row.ended_at or row.asked_at is None:
        raise Refusal(_("Too late: this has ended or been answered already."))
    if not row.organisation.is_accepted:
        raise Refusal(
            _("%(organisation)s isn’t verified here at the moment.")
            % {"organisation": row.organisation}
        )
    return row


def _take_back(row: MailDomain) -> None:
    row.agreed_at = row.agreed_by = row.agreed_until = row.asked_at = None


def follow(now: datetime) -> int:
    """Each day, for each domain whose record was found: look for it again, and see what follows. Returns how many were
    looked at."""
    due = MailDomain.objects.live().filter(
        found_at__isnull=False, checked_at__lte=now - CHECKED_EACH
    )
    rows = due.exclude(organisation__status__in=NUMBERS_FREED).select_related("organisation")
    first = list(rows.order_by("checked_at", "pk")[:A_RUN])
    return each_row("domains", first, _look_again, whole=False, in_one=False)


def _look_again(row: MailDomain) -> None:
    """No transaction is open while the DNS is asked. One that fails waits for tomorrow as well."""
    with transaction.atomic():
        MailDomain.objects.filter(pk=row.pk).update(checked_at=timezone.now())
    seen = dns.look(row.domain, row.record_value)
    _settle(row, seen, now=timezone.now())


@transaction.atomic
def _settle(row: MailDomain, seen: str, *, now: datetime) -> None:
    """What follows from today's check. The administrators are told once of what ends."""
    row = mail_domains.note(row, seen, now=now)
    if row.ended_at:
        return
    if not row.record_holds(now):
        _fall_back(row)
    elif row.agreed_until and row.agreed_until <= now:
        until = row.agreed_until
        row.agreed_at = row.agreed_by = row.agreed_until = None
        row.save(update_fields=["agreed_at", "agreed_by", "agreed_until"])
        letters.domain_fell_back(row, day=until, record=False)
    elif _is_to_be_renewed(row, now):
        mail_domains.put_question(row, by=None, now=now)
        letters.domain_ending(row)


def _fall_back(row: MailDomain) -> None:
    """The record has been away for too long. What it had shown goes on as if it had been shown by a letter."""
    assert row.lost_at is not None
    row.shown_at, row.found_at = row.shown_at or row.found_at, None
    _take_back(row)
    row.save()
    letters.domain_fell_back(row, day=row.lost_at, record=True)


def _is_to_be_renewed(row: MailDomain, now: datetime) -> bool:
    soon = row.agreed_until and row.agreed_until <= now + mail_domains.RENEWED_BEFORE
    waits = row.asked_at or row.lost_at or not row.organisation.is_accepted
    return bool(soon and not waits)
