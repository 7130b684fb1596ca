"""The exceptions of acts that can't be done now; each says why in a sentence for the reader."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.storage import NoRoom
from accounts.tokens import is_for_mailbox
from marketplace.models import Proposal


class NotYet(Exception):
    """Something else has to come first, or a limit is reached; str() is a sentence for the reader."""


class PutForwardAlready(NotYet):
    """The same two are in touch already: somebody clicked twice, or the other side was quicker. `proposal` is the
    one there is."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        super().__init__(self._words())

    def _words(self) -> str:
        return _("This offer has already been put forward for this need.")


class HelpOfferedAlready(PutForwardAlready):
    """Somebody is offered for this need already, on their own time or for this employer, with this offer or with another."""

    def _words(self) -> str:
        if self.proposal.offer_said_yes_at is None:
            return _("You are asked for this need already by another of your offers: answer there.")
        return _("You have offered your help for this need already: here is where things stand.")


def require_mailbox(reader: User, sent_to: str = "") -> None:
    """Raises NotYet when a link in a letter is used for another address of the account than the one that it was
    sent to. `sent_to` is what the link says of that address (accounts.tokens.mailbox)."""
    if not is_for_mailbox(reader.email, sent_to):
        raise NotYet(
            _(
                "This link is no longer valid: it went to another e-mail address of this account, or comes "
                "from an old letter. Log in to see what waits for you."
            )
        )


class NoRoomForIt(NotYet):
    """The disk is full; str() is a sentence for the reader."""


@contextmanager
def where_there_is_room() -> Iterator[None]:
    """A context manager around what writes a file: a full disk raises NoRoomForIt."""
    try:
        yield
    except NoRoom as refusal:
        raise NoRoomForIt(str(refusal)) from refusal
