"""Why an act can't be done now, in a sentence for the reader."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.storage import NoRoom
from accounts.tokens import is_for_mailbox
from marketplace.models import Proposal


class NotYet(Exception):
    """Something has to come first, or is full; str() is a sentence for the reader."""


class PutForwardAlready(NotYet):
    """The same two are in touch already: a second click, or the other side was quicker."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(_("This offer has already been put forward for this need."))
        self.proposal = proposal


def require_mailbox(reader: User, sent_to: str = "") -> None:
    """Of a link in a letter: it acts for the mailbox that it was sent to, and for no other address of the
    account. `sent_to` is what the link says of it (accounts.tokens.mailbox)."""
    if not is_for_mailbox(reader.email, sent_to):
        raise NotYet(
            _(
                "This link is no longer valid: it went to another e-mail address of this account, or comes "
                "from an old letter. Log in to see what waits for you."
            )
        )


class NoRoomForIt(NotYet):
    """The disk is full; str() is the sentence."""


@contextmanager
def where_there_is_room() -> Iterator[None]:
    """Around what writes a file: a full disk is one more reason why it can't be done now."""
    try:
        yield
    except NoRoom as refusal:
        raise NoRoomForIt(str(refusal)) from refusal
