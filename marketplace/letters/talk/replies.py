"""What we tell about answers that came by e-mail and could not be published."""

from datetime import date

from django.urls import reverse

from accounts.models import User
from marketplace.models import Thread
from notifications import outbox


def reply_refused(
    person: User, *, key: str, reason: str, beginning: str, thread: Thread | None
) -> None:
    """`key` is the same when the same mail comes again."""
    outbox.post(
        recipient=person,
        key=f"reply-refused:{key}",
        template="reply_refused",
        url=reverse("thread", args=[thread.pk]) if thread else reverse("inbox"),
        reason=reason,
        beginning=beginning,
    )


def reply_from_elsewhere(address: str, day: date) -> None:
    """To somebody who wrote, provenly, to an address that isn't theirs to answer to."""
    outbox.post(
        address=address, key=f"reply-from-elsewhere:{day}", template="reply_from_elsewhere", url=""
    )
