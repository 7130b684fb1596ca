"""Where things can stand, and where they may go from there. The map is data; docs/states.md is drawn from it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NeedStatus(TextChoices):
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("being read by the coordinators")
    PUBLISHED = "PUBLISHED", _("published")
    FILLED = "FILLED", _("filled")
    CLOSED = "CLOSED", _("closed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("need", "withdrawn")
    REFUSED = "REFUSED", _("not retained")


NEED_MOVES: dict[str, set[str]] = {
    NeedStatus.DRAFT: {NeedStatus.SUBMITTED, NeedStatus.WITHDRAWN},
    NeedStatus.SUBMITTED: {
        NeedStatus.PUBLISHED,
        NeedStatus.REFUSED,
        NeedStatus.DRAFT,  # the coordinator asked a question: the structure has it in hand again
        NeedStatus.WITHDRAWN,
    },
    NeedStatus.PUBLISHED: {NeedStatus.FILLED, NeedStatus.CLOSED, NeedStatus.WITHDRAWN},
    NeedStatus.FILLED: {NeedStatus.PUBLISHED, NeedStatus.CLOSED},  # a cancelled mission frees a place
    NeedStatus.REFUSED: {NeedStatus.DRAFT},
    NeedStatus.CLOSED: set(),
    NeedStatus.WITHDRAWN: set(),
}


class OfferStatus(TextChoices):
    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")
    PAUSED = "PAUSED", _("paused")
    USED_UP = "USED_UP", _("fully booked")
    EXPIRED = "EXPIRED", _("expired")


OFFER_MOVES: dict[str, set[str]] = {
    OfferStatus.DRAFT: {OfferStatus.PUBLISHED},
    OfferStatus.PUBLISHED: {OfferStatus.PAUSED, OfferStatus.USED_UP, OfferStatus.EXPIRED},
    OfferStatus.PAUSED: {OfferStatus.PUBLISHED, OfferStatus.EXPIRED},
    OfferStatus.USED_UP: {OfferStatus.PUBLISHED, OfferStatus.EXPIRED},
    OfferStatus.EXPIRED: {OfferStatus.PUBLISHED},
}


class ProposalStatus(TextChoices):
    OPEN = "OPEN", _("waiting for an answer")
    AGREED = "AGREED", _("agreed")
    DECLINED = "DECLINED", _("declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("proposal", "withdrawn")
    CLOSED = "CLOSED", _("closed: no place left")


PROPOSAL_MOVES: dict[str, set[str]] = {
    ProposalStatus.OPEN: {
        ProposalStatus.AGREED,
        ProposalStatus.DECLINED,
        ProposalStatus.WITHDRAWN,
        ProposalStatus.CLOSED,
    },
    ProposalStatus.AGREED: set(),
    ProposalStatus.DECLINED: set(),
    ProposalStatus.WITHDRAWN: set(),
    ProposalStatus.CLOSED: set(),
}


class MissionStatus(TextChoices):
    RUNNING = "RUNNING", _("running")
    DONE = "DONE", _("done")
    CANCELLED = "CANCELLED", _("cancelled")


MISSION_MOVES: dict[str, set[str]] = {
    MissionStatus.RUNNING: {MissionStatus.DONE, MissionStatus.CANCELLED},
    MissionStatus.DONE: set(),
    MissionStatus.CANCELLED: set(),
}
