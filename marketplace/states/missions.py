"""Where missions, their teams and their amendments may go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class MissionStatus(TextChoices):
    FRAMING = "FRAMING", _("being set up")
    AGREEMENT = "AGREEMENT", _("waiting for the employer’s agreement")
    DOCUMENTS = "DOCUMENTS", pgettext_lazy("mission", "documents")
    RUNNING = "RUNNING", _("running")
    SUSPENDED = "SUSPENDED", pgettext_lazy("mission", "suspended")
    LEFT = "LEFT", _("suspended, the person has left")
    DISPUTED = "DISPUTED", _("in disagreement")
    DELIVERED = "DELIVERED", _("delivered")
    REVIEWED = "REVIEWED", _("to be closed")
    VALUED = "VALUED", _("value declared")
    CLOSED = "CLOSED", pgettext_lazy("mission", "closed")
    RENEWED = "RENEWED", _("closed, with a renewal")
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
    MissionStatus.RENEWED: {MissionStatus.CLOSED},  # its renewal was stopped before it began
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
