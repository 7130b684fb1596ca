"""Where needs, their carriers, needs put together, offers, proposals, rounds, people asked in turn and those who wait for a
place may go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NeedStatus(TextChoices):
    DRAFT = "DRAFT", _("draft")
    SUBMITTED = "SUBMITTED", _("being read by the coordinators")
    PUBLISHED = "PUBLISHED", _("published")
    PAUSED = "PAUSED", _("paused")
    FILLED = "FILLED", _("filled")
    CLOSED = "CLOSED", _("closed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("need", "withdrawn")
    REFUSED = "REFUSED", _("not retained")
    REDIRECTED = "REDIRECTED", pgettext_lazy("need", "pointed elsewhere")
    SERVED_BY_GATHERING = "SERVED_BY_GATHERING", pgettext_lazy("need", "served by a gathering")


NEED_MOVES: dict[str, set[str]] = {
    NeedStatus.DRAFT: {NeedStatus.SUBMITTED, NeedStatus.WITHDRAWN},
    NeedStatus.SUBMITTED: {
        NeedStatus.PUBLISHED,
        NeedStatus.REFUSED,
        NeedStatus.REDIRECTED,  # one hour of advice, or a scheme that fits better
        NeedStatus.DRAFT,  # a coordinator asked a question, or the structure corrects what it has sent
        NeedStatus.WITHDRAWN,
    },
    NeedStatus.PUBLISHED: {
        NeedStatus.PAUSED,  # nobody said that it is still true
        NeedStatus.FILLED,
        NeedStatus.CLOSED,
        NeedStatus.WITHDRAWN,
        NeedStatus.SERVED_BY_GATHERING,  # somebody of its structure came, and says that it served
    },
    NeedStatus.PAUSED: {
        NeedStatus.PUBLISHED,
        NeedStatus.CLOSED,
        NeedStatus.WITHDRAWN,
        NeedStatus.SERVED_BY_GATHERING,
    },
    NeedStatus.FILLED: {NeedStatus.PUBLISHED, NeedStatus.CLOSED},  # a cancelled mission frees one
    NeedStatus.REFUSED: {NeedStatus.DRAFT},
    NeedStatus.REDIRECTED: {NeedStatus.DRAFT},
    NeedStatus.CLOSED: set(),
    NeedStatus.WITHDRAWN: set(),
    NeedStatus.SERVED_BY_GATHERING: set(),
}
# Within minutes, while nobody was told: several closed at once by the coordinators (decisions/0052).
NEED_WAYS_BACK: dict[str, set[str]] = {
    NeedStatus.CLOSED: {NeedStatus.PUBLISHED, NeedStatus.PAUSED, NeedStatus.FILLED},
}


class OfferStatus(TextChoices):
    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("offer", "published")
    PAUSED = "PAUSED", _("paused")
    USED_UP = "USED_UP", _("fully booked")
    EXPIRED = "EXPIRED", _("expired")


OFFER_MOVES: dict[str, set[str]] = {
    OfferStatus.DRAFT: {OfferStatus.PUBLISHED, OfferStatus.PAUSED},  # for one need, and never shown
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
    CLOSED = "CLOSED", pgettext_lazy("proposal", "closed")
    UNANSWERED = "UNANSWERED", pgettext_lazy("proposal", "closed without an answer")


PROPOSAL_MOVES: dict[str, set[str]] = {
    ProposalStatus.OPEN: {
        ProposalStatus.AGREED,
        ProposalStatus.DECLINED,
        ProposalStatus.WITHDRAWN,
        ProposalStatus.CLOSED,
        ProposalStatus.UNANSWERED,  # after the days the pôle has promised
    },
    ProposalStatus.AGREED: set(),
    ProposalStatus.DECLINED: {ProposalStatus.CLOSED},  # “not now”: the day has come
    ProposalStatus.WITHDRAWN: set(),
    ProposalStatus.CLOSED: set(),
    ProposalStatus.UNANSWERED: set(),
}
# With the need that they were for.
PROPOSAL_WAYS_BACK: dict[str, set[str]] = {ProposalStatus.CLOSED: {ProposalStatus.OPEN}}


class RoundStatus(TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("round", "in preparation")
    OPEN = "OPEN", pgettext_lazy("round", "open to answers")
    CLOSED = "CLOSED", pgettext_lazy("round", "answers closed")
    CANCELLED = "CANCELLED", pgettext_lazy("round", "cancelled")


ROUND_MOVES: dict[str, set[str]] = {
    RoundStatus.DRAFT: {RoundStatus.OPEN, RoundStatus.CANCELLED},
    RoundStatus.OPEN: {
        RoundStatus.CLOSED,
        RoundStatus.CANCELLED,
    },  # by hand, or once its day has passed
    RoundStatus.CLOSED: {RoundStatus.OPEN, RoundStatus.CANCELLED},
    RoundStatus.CANCELLED: set(),
}


class AskedInTurnStatus(TextChoices):
    RUNNING = "RUNNING", _("asking one after the other")
    FOUND = "FOUND", pgettext_lazy("asked in turn", "somebody has said yes")
    NOBODY = "NOBODY", pgettext_lazy("asked in turn", "nobody has said yes")
    SEEN = "SEEN", pgettext_lazy("asked in turn", "nobody has said yes: seen")
    STOPPED = "STOPPED", pgettext_lazy("asked in turn", "stopped")


ASKED_IN_TURN_MOVES: dict[str, set[str]] = {
    AskedInTurnStatus.RUNNING: {
        AskedInTurnStatus.FOUND,
        AskedInTurnStatus.NOBODY,
        AskedInTurnStatus.STOPPED,  # by somebody, or with the need
    },
    AskedInTurnStatus.FOUND: set(),
    AskedInTurnStatus.NOBODY: {AskedInTurnStatus.SEEN},
    AskedInTurnStatus.SEEN: set(),
    AskedInTurnStatus.STOPPED: set(),
}


class CarrierStatus(TextChoices):
    INVITED = "INVITED", pgettext_lazy("carrier", "asked to carry it too")
    AGREED = "AGREED", pgettext_lazy("carrier", "carries it")
    DECLINED = "DECLINED", pgettext_lazy("carrier", "has said no")
    LAPSED = "LAPSED", pgettext_lazy("carrier", "gone on without an answer")
    LEFT = "LEFT", pgettext_lazy("carrier", "carries it no more")


CARRIER_MOVES: dict[str, set[str]] = {
    CarrierStatus.INVITED: {
        CarrierStatus.AGREED,
        CarrierStatus.DECLINED,
        CarrierStatus.LAPSED,  # taken back by the lead, or without an answer for long
    },
    CarrierStatus.AGREED: {CarrierStatus.LEFT},  # before the mission's signature
    CarrierStatus.DECLINED: set(),
    CarrierStatus.LAPSED: set(),
    CarrierStatus.LEFT: {CarrierStatus.AGREED},  # it was suspended, and is verified again
}


class JoiningStatus(TextChoices):
    FOUND = "FOUND", pgettext_lazy("joining", "alike")
    DISMISSED = "DISMISSED", pgettext_lazy("joining", "not to be put together")
    ASKED = "ASKED", pgettext_lazy("joining", "both asked")
    DECLINED = "DECLINED", pgettext_lazy("joining", "one has said no")
    LAPSED = "LAPSED", pgettext_lazy("joining", "without an answer")
    DONE = "DONE", pgettext_lazy("joining", "put together")
    SPLIT = "SPLIT", pgettext_lazy("joining", "split again")


JOINING_MOVES: dict[str, set[str]] = {
    JoiningStatus.FOUND: {JoiningStatus.ASKED, JoiningStatus.DISMISSED},
    JoiningStatus.ASKED: {
        JoiningStatus.DONE,
        JoiningStatus.DECLINED,
        JoiningStatus.LAPSED,  # no answer, or one of the two has ended
    },
    JoiningStatus.DONE: {JoiningStatus.SPLIT},  # while no mission has begun
    JoiningStatus.DISMISSED: set(),
    JoiningStatus.DECLINED: set(),
    JoiningStatus.LAPSED: set(),
    JoiningStatus.SPLIT: set(),
}


class WaiterStatus(TextChoices):
    WAITING = "WAITING", pgettext_lazy("waiter", "on the waiting list")
    OFFERED = "OFFERED", pgettext_lazy("waiter", "a place is kept for them")
    TAKEN = "TAKEN", pgettext_lazy("waiter", "has said yes")
    GONE = "GONE", pgettext_lazy("waiter", "waits no more")


WAITER_MOVES: dict[str, set[str]] = {
    WaiterStatus.WAITING: {
        WaiterStatus.OFFERED,
        WaiterStatus.TAKEN,  # put forward meanwhile in another way
        WaiterStatus.GONE,
    },
    WaiterStatus.OFFERED: {
        WaiterStatus.TAKEN,
        WaiterStatus.GONE,  # a no, or no answer in time
        WaiterStatus.WAITING,  # the place is there no more: first again
    },
    WaiterStatus.TAKEN: set(),
    WaiterStatus.GONE: set(),
}
