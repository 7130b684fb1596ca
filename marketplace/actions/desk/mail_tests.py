"""Somebody sends a test letter to themselves, or has the records of the domain read."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.letters.desk.mail_tests import MAIL_TEST
from notifications import proofs
from notifications.models import Notification

A_MINUTE = timedelta(minutes=1)
KEPT = 60 * 60 * 24 * 7  # seconds
SEEN = "mail-proofs"


@transaction.atomic
def send(person: User, *, now: datetime) -> None:
    """Raises NotYet."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # two clicks are one letter
    last = last_of(person)
    if last and last.created_at > now - A_MINUTE:
        raise NotYet(_("One a minute: the one before may be on its way still."))
    letters.mail_test(person, now=now)


def last_of(person: User) -> Notification | None:
    """The last test letter to this person."""
    mine = Notification.objects.filter(recipient=person, kind=MAIL_TEST.name)
    return mine.order_by("-created_at", "-pk").first()


def look(*, now: datetime) -> None:
    """Ask the DNS now, and keep what it says, for all who look."""
    cache.set(SEEN, {"at": now.isoformat(), "records": proofs.asked()}, KEPT)


def seen() -> tuple[list[proofs.Finding], datetime | None]:
    """What was found when somebody last looked; nothing when nobody has lately, or of other names than today's."""
    kept = cache.get(SEEN)
    if not kept or set(kept["records"]) != set(proofs.names()):
        return [], None
    return proofs.findings(kept["records"]), parse_datetime(kept["at"])
