"""Why an act can't be done now, in a sentence for the reader."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.storage import NoRoom
from marketplace.models import Proposal


class NotYet(Exception):
    """Something has to come first, or is full; str() is a sentence for the reader."""


class PutForwardAlready(NotYet):
    """The same two are in touch already: a second click, or the other side was quicker."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(_("This offer has already been put forward for this need."))
        self.proposal = proposal


class NoRoomForIt(NotYet):
    """The disk is full; str() is the sentence."""


@contextmanager
def where_there_is_room() -> Iterator[None]:
    """Around what writes a file: a full disk is one more reason why it can't be done now."""
    try:
        yield
    except NoRoom as refusal:
        raise NoRoomForIt(str(refusal)) from refusal
