"""The states of needs, their carriers, needs put together, offers, proposals, rounds, gatherings, asked pôles, people asked in
turn, missions, their teams, documents, amendments, findings and visits, and where each may go from there. docs/states.md is
drawn from these maps."""

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
        NeedStatus.DRAFT,  # the coordinator asked a question: the structure has it in hand again
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


class GatheringStatus(TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("gathering", "in preparation")
    PUBLISHED = "PUBLISHED", pgettext_lazy("gathering", "announced")
    TOOK_PLACE = "TOOK_PLACE", pgettext_lazy("gathering", "took place")
    CANCELLED = "CANCELLED", pgettext_lazy("gathering", "cancelled")


GATHERING_MOVES: dict[str, set[str]] = {
    GatheringStatus.DRAFT: {GatheringStatus.PUBLISHED, GatheringStatus.CANCELLED},
    # It took place once it is over, by the clock.
    GatheringStatus.PUBLISHED: {GatheringStatus.TOOK_PLACE, GatheringStatus.CANCELLED},
    GatheringStatus.TOOK_PLACE: set(),
    GatheringStatus.CANCELLED: set(),
}


class AttendanceStatus(TextChoices):
    CONFIRMED = "CONFIRMED", pgettext_lazy("attendance", "has a seat")
    WAITING = "WAITING", pgettext_lazy("attendance", "on the waiting list")
    OFFERED = "OFFERED", pgettext_lazy("attendance", "a seat is kept for them")
    CANCELLED = "CANCELLED", pgettext_lazy("attendance", "doesn’t come")
    CAME = "CAME", pgettext_lazy("attendance", "came")
    MISSED = "MISSED", pgettext_lazy("attendance", "didn’t come")


ATTENDANCE_MOVES: dict[str, set[str]] = {
    AttendanceStatus.CONFIRMED: {
        AttendanceStatus.CAME,
        AttendanceStatus.MISSED,
        AttendanceStatus.CANCELLED,
    },
    AttendanceStatus.WAITING: {AttendanceStatus.OFFERED, AttendanceStatus.CANCELLED},
    # They don't want it, or haven't answered in time.
    AttendanceStatus.OFFERED: {AttendanceStatus.CONFIRMED, AttendanceStatus.CANCELLED},
    AttendanceStatus.CANCELLED: {AttendanceStatus.CONFIRMED, AttendanceStatus.WAITING},
    # As long as the host may say who came, they may say it otherwise.
    AttendanceStatus.CAME: {AttendanceStatus.MISSED, AttendanceStatus.CONFIRMED},
    AttendanceStatus.MISSED: {AttendanceStatus.CAME, AttendanceStatus.CONFIRMED},
}


class TeamStatus(TextChoices):
    NAMED = "NAMED", pgettext_lazy("team", "named, answer awaited")
    COMES = "COMES", pgettext_lazy("team", "comes")
    DECLINED = "DECLINED", pgettext_lazy("team", "can’t come")
    LEFT = "LEFT", pgettext_lazy("team", "no longer in the team")


TEAM_MOVES: dict[str, set[str]] = {
    TeamStatus.NAMED: {TeamStatus.COMES, TeamStatus.DECLINED, TeamStatus.LEFT},
    TeamStatus.COMES: {TeamStatus.LEFT},
    TeamStatus.DECLINED: set(),  # nobody is asked twice
    TeamStatus.LEFT: {TeamStatus.NAMED},  # the manager agrees to other dates; or they are back
}


class AskedPoleStatus(TextChoices):
    ASKED = "ASKED", _("asked, no answer yet")
    FOUND = "FOUND", _("somebody proposed")
    NOBODY = "NOBODY", _("found nobody")
    UNANSWERED = "UNANSWERED", _("didn’t answer")
    TAKEN_BACK = "TAKEN_BACK", _("no longer asked")


ASKED_POLE_MOVES: dict[str, set[str]] = {
    AskedPoleStatus.ASKED: {
        AskedPoleStatus.FOUND,
        AskedPoleStatus.NOBODY,
        AskedPoleStatus.UNANSWERED,  # after a reminder, and the days that it named
        AskedPoleStatus.TAKEN_BACK,
    },
    # Each may be asked again; somebody may turn up, and a late answer is one.
    AskedPoleStatus.FOUND: {AskedPoleStatus.ASKED},
    AskedPoleStatus.NOBODY: {AskedPoleStatus.ASKED, AskedPoleStatus.FOUND},
    AskedPoleStatus.UNANSWERED: {
        AskedPoleStatus.ASKED,
        AskedPoleStatus.FOUND,
        AskedPoleStatus.NOBODY,
    },
    AskedPoleStatus.TAKEN_BACK: {AskedPoleStatus.ASKED},
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
    CarrierStatus.LEFT: set(),
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


class MissionStatus(TextChoices):
    FRAMING = "FRAMING", _("being framed")
    AGREEMENT = "AGREEMENT", _("waiting for the employer's agreement")
    DOCUMENTS = "DOCUMENTS", pgettext_lazy("mission", "documents")
    RUNNING = "RUNNING", _("running")
    SUSPENDED = "SUSPENDED", pgettext_lazy("mission", "suspended")
    LEFT = "LEFT", _("suspended, the person has left")
    DISPUTED = "DISPUTED", _("in disagreement")
    DELIVERED = "DELIVERED", _("delivered")
    REVIEWED = "REVIEWED", _("to be closed")
    VALUED = "VALUED", _("value declared")
    CLOSED = "CLOSED", pgettext_lazy("mission", "closed")
    RENEWED = "RENEWED", _("closed and renewed")
    INTERRUPTED = "INTERRUPTED", _("interrupted")


MISSION_MOVES: dict[str, set[str]] = {
    MissionStatus.FRAMING: {
        MissionStatus.AGREEMENT,
        MissionStatus.DOCUMENTS,
        MissionStatus.RUNNING,  # on one's own time: the letter of engagement is proposed, not imposed
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.AGREEMENT: {
        MissionStatus.DOCUMENTS,
        MissionStatus.FRAMING,  # refused, other dates, or the sheet has changed
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.DOCUMENTS: {
        MissionStatus.RUNNING,
        MissionStatus.FRAMING,  # what was to be signed has changed
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.RUNNING: {
        MissionStatus.DELIVERED,
        MissionStatus.SUSPENDED,
        MissionStatus.DISPUTED,
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.SUSPENDED: {
        MissionStatus.RUNNING,
        MissionStatus.DISPUTED,
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.LEFT: {  # only to where it was, once they are back; or it ends
        MissionStatus.FRAMING,
        MissionStatus.AGREEMENT,
        MissionStatus.DOCUMENTS,
        MissionStatus.RUNNING,
        MissionStatus.SUSPENDED,
        MissionStatus.DISPUTED,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.DISPUTED: {
        MissionStatus.RUNNING,
        MissionStatus.DELIVERED,
        MissionStatus.LEFT,
        MissionStatus.INTERRUPTED,
    },
    MissionStatus.DELIVERED: {
        MissionStatus.REVIEWED,
        MissionStatus.RUNNING,  # something is missing
        MissionStatus.DISPUTED,
    },
    MissionStatus.REVIEWED: {MissionStatus.VALUED, MissionStatus.CLOSED, MissionStatus.RENEWED},
    MissionStatus.VALUED: {MissionStatus.CLOSED, MissionStatus.RENEWED},
    MissionStatus.CLOSED: {MissionStatus.RENEWED},
    MissionStatus.RENEWED: set(),
    MissionStatus.INTERRUPTED: {MissionStatus.VALUED},  # the hours given until then are a gift too
}
# While the sheet of a mission may be changed, or an amendment to it proposed where it is signed.
OPEN_TO_CHANGE = (
    MissionStatus.FRAMING,
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
)
# Begun and not over: somebody is still engaged in it.
LIVE = (
    MissionStatus.FRAMING,
    MissionStatus.AGREEMENT,
    MissionStatus.DOCUMENTS,
    MissionStatus.RUNNING,
    MissionStatus.SUSPENDED,
    MissionStatus.LEFT,
    MissionStatus.DISPUTED,
)
OVER = (MissionStatus.CLOSED, MissionStatus.RENEWED, MissionStatus.INTERRUPTED)
REVIEWABLE = (MissionStatus.DELIVERED, MissionStatus.REVIEWED, MissionStatus.VALUED)
STOPPED = (
    MissionStatus.SUSPENDED,
    MissionStatus.LEFT,
    MissionStatus.DISPUTED,
    MissionStatus.INTERRUPTED,
)
BEFORE_IT_RUNS = (MissionStatus.FRAMING, MissionStatus.AGREEMENT, MissionStatus.DOCUMENTS)


class DocumentStatus(TextChoices):
    TO_SIGN = "TO_SIGN", _("waiting for signatures")
    SIGNED = "SIGNED", _("signed by all")
    ISSUED = "ISSUED", pgettext_lazy("document", "given")
    VOIDED = "VOIDED", pgettext_lazy("document", "voided")


DOCUMENT_MOVES: dict[str, set[str]] = {
    DocumentStatus.TO_SIGN: {DocumentStatus.SIGNED, DocumentStatus.VOIDED},
    DocumentStatus.SIGNED: {DocumentStatus.VOIDED},
    DocumentStatus.ISSUED: {DocumentStatus.VOIDED},
    DocumentStatus.VOIDED: set(),  # kept, and never counted again
}


class AmendmentStatus(TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("amendment", "waiting for signatures")
    IN_FORCE = "IN_FORCE", pgettext_lazy("amendment", "in force")
    DECLINED = "DECLINED", pgettext_lazy("amendment", "declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("amendment", "withdrawn")


AMENDMENT_MOVES: dict[str, set[str]] = {
    AmendmentStatus.PROPOSED: {
        AmendmentStatus.IN_FORCE,  # signed by all, and the employer agrees where it is asked
        AmendmentStatus.DECLINED,
        AmendmentStatus.WITHDRAWN,
    },
    AmendmentStatus.IN_FORCE: set(),  # another amendment may change it again
    AmendmentStatus.DECLINED: set(),
    AmendmentStatus.WITHDRAWN: set(),
}


class FindingStatus(TextChoices):
    OPEN = "OPEN", pgettext_lazy("register", "nothing done yet")
    IN_HAND = "IN_HAND", pgettext_lazy("register", "in hand")
    DONE = "DONE", pgettext_lazy("register", "settled")
    SET_ASIDE = "SET_ASIDE", pgettext_lazy("register", "set aside")


FINDING_MOVES: dict[str, set[str]] = {
    FindingStatus.OPEN: {FindingStatus.IN_HAND, FindingStatus.DONE, FindingStatus.SET_ASIDE},
    FindingStatus.IN_HAND: {FindingStatus.OPEN, FindingStatus.DONE, FindingStatus.SET_ASIDE},
    FindingStatus.DONE: {FindingStatus.IN_HAND},  # a brake that comes back
    FindingStatus.SET_ASIDE: {FindingStatus.OPEN},
}


class VisitStatus(TextChoices):
    INVITED = "INVITED", pgettext_lazy("visit", "proposed, three times are held")
    AGREED = "AGREED", pgettext_lazy("visit", "agreed")
    NO_TIME = "NO_TIME", pgettext_lazy("visit", "none of the three times suits")
    LAPSED = "LAPSED", pgettext_lazy("visit", "no answer came")
    CANCELLED = "CANCELLED", pgettext_lazy("visit", "cancelled")
    TOOK_PLACE = "TOOK_PLACE", pgettext_lazy("visit", "took place")
    SET_ASIDE = "SET_ASIDE", pgettext_lazy("visit", "set aside")


VISIT_MOVES: dict[str, set[str]] = {
    VisitStatus.INVITED: {
        VisitStatus.AGREED,
        VisitStatus.NO_TIME,
        VisitStatus.LAPSED,  # silent until the last day: the times are free again
        VisitStatus.CANCELLED,
    },
    VisitStatus.AGREED: {VisitStatus.TOOK_PLACE, VisitStatus.CANCELLED},
    VisitStatus.NO_TIME: {VisitStatus.SET_ASIDE},  # or three others were proposed since
    VisitStatus.LAPSED: {VisitStatus.SET_ASIDE},
    VisitStatus.CANCELLED: set(),
    VisitStatus.TOOK_PLACE: set(),
    VisitStatus.SET_ASIDE: set(),
}
