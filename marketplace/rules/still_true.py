"""The question whether a need or an offer is still true: since when nobody has said so, and the link by which it is
answered."""

from datetime import date

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tokens import mailbox
from marketplace.models import Need, Offer

SALT = "still-true"


def noun(row: Need | Offer) -> str:
    return "need" if isinstance(row, Need) else "offer"


def silent_since(row: Need | Offer) -> date:
    """The day on which somebody last said that it is true, of what has been published; of a need without dates, the first
    one on which it is fresh."""
    if isinstance(row, Need) and row.is_undated:
        return row.starts_on
    said = row.confirmed_at or row.published_at
    assert said is not None, "it has been published"
    return timezone.localdate(said)


def link(row: Need | Offer, person: User) -> str:
    """The address of the page that answers without login, signed for this row and this reader's mailbox alone."""
    said = [noun(row), row.pk, person.pk, mailbox(person.email)]
    return reverse("still-true", args=[signing.dumps(said, salt=SALT)])
