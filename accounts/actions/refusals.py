"""The exceptions of acts that can't be done; each says why in a sentence for the reader."""

from accounts.models import Organisation
from accounts.models.leavings import why_nothing_new


class Refusal(Exception):
    """A rule forbids the act; str() is a sentence for the reader."""


class NumberTaken(Refusal):
    """The SIREN, SIRET or RNA belongs to another organisation."""


def require_staying(organisation: Organisation) -> None:
    """Raises Refusal when the organisation leaves the site: nobody new comes in."""
    if words := why_nothing_new(organisation):
        raise Refusal(words)
