"""Where asked pôles, findings and visits may go."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
