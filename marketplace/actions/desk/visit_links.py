"""The links by which the reader of a letter answers about a visit without signing in."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import is_for_mailbox, mailbox
from marketplace.actions.refusals import NotYet, require_mailbox
from marketplace.models import Behalf, Side, Visit
from marketplace.rules import permissions

SALT = "visit"
LINK_LASTS = timedelta(days=150)  # it also moves and cancels what was agreed, months ahead


def link(visit: Visit, reader: User | Behalf) -> str:
    """The address of the visit's page for one mailbox alone: that of somebody of the structure, or the one that was left
    when something was written for it."""
    is_person = isinstance(reader, User)
    said = [visit.pk, reader.pk if is_person else 0, mailbox(reader.email)]
    return reverse("visit-link", args=[signing.dumps(said, salt=SALT)])


def from_token(token: str) -> tuple[Visit, User | None] | None:
    """The visit behind a link, and its reader where they have an account; None for a forged one. Raises NotYet, with a
    sentence, when it was for somebody who no longer answers for the structure."""
    try:
        number, person, sent_to = signing.loads(token, salt=SALT, max_age=LINK_LASTS)
    except signing.SignatureExpired:
        raise NotYet(_("This link has run out: it lasted five months.")) from None
    except (signing.BadSignature, ValueError):
        return None
    visit = Visit.objects.with_what_pages_show().filter(pk=number).first()
    if visit is None:
        return None
    if not person:
        return _by_address(visit, sent_to), None
    reader = User.objects.filter(pk=person).first()
    if reader is None:
        return None
    require_mailbox(reader, sent_to)
    if permissions.side_in_visit(reader, visit) != Side.NEED:
        raise NotYet(
            _(
                "This link was for somebody who answered for the structure, and doesn’t today: nothing can be answered by it."
            )
        )
    return visit, reader


def _by_address(visit: Visit, sent_to: str) -> Visit:
    """As long as what was written for them waits, and its address is the one of the letter."""
    rows = Behalf.objects.waiting().filter(organisation=visit.organisation_id).exclude(email="")
    if visit.organisation.is_active and any(is_for_mailbox(one.email, sent_to) for one in rows):
        return visit
    raise NotYet(
        _(
            "This link no longer opens anything: what was written for your structure has been taken up or deleted. Log in, or ask the coordination."
        )
    )
