"""Why an act can't be done now, in a sentence for the reader."""

from django.utils.translation import gettext as _

from marketplace.models import Proposal


class NotYet(Exception):
    """Something has to come first, or is full; str() is a sentence for the reader."""


class PutForwardAlready(NotYet):
    """The same two are in touch already: a second click, or the other side was quicker."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(_("This offer has already been put forward for this need."))
        self.proposal = proposal
