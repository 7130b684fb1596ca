"""The letters about answers that came by e-mail and could not be published."""

from datetime import date

from django.urls import reverse

from accounts.models import User
from marketplace.models import Thread
from notifications.letter import Key, Letter

REPLY_REFUSED = Letter("reply_refused", Key("reply-refused:{mail:rest}"), to_leavers=True)
REPLY_FROM_ELSEWHERE = Letter("reply_from_elsewhere", Key("reply-from-elsewhere:{day:word}"))


def reply_refused(
    person: User, *, mail: str, reason: str, beginning: str, thread: Thread | None
) -> None:
    """Tell the writer why their answer isn't published. `mail` names the mail, so that the same mail is refused by
    one letter."""
    REPLY_REFUSED.tell(
        [person],
        url=reverse("thread", args=[thread.pk]) if thread else reverse("inbox"),
        mail=mail,
        reason=reason,
        beginning=beginning,
    )


def reply_from_elsewhere(address: str, day: date) -> None:
    """Tell somebody who wrote, as their server has proven, to an address that was made for another person."""
    REPLY_FROM_ELSEWHERE.write_to(address, url="", day=day)
