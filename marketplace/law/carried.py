"""When several structures are served by one mission: whether its legal frame fits each of them, or what else does.

Whether a body receives gifts within article 238 bis of the tax code is asked of each by itself: the article names
them one by one, and a body that it doesn't name gives no receipt for its hours because a neighbour gives one for its
own. Lending an employee for free to such a body is open under article L. 8241-3 of the labour code alone, by a very
large company and to a young or small structure; a piece of work done for it is no gift. One's own time is anybody's to
give, and an employer that bills what the person costs it (L. 8241-1, L. 8241-2) asks nothing of who receives it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.legal_forms import COMPANIES, LegalForm
from marketplace.law import regimes

# Bodies that article 238 bis doesn't name: cooperatives and, but for a few with public shareholders (1 e), commercial
# companies, those of the social economy too.
GIVES_NONE = frozenset({LegalForm.SCIC, *COMPANIES})
# On whose time and by whom each frame is directed: the two answers that lead to it, whoever receives.
ANSWERS: Mapping[str, tuple[str, str]] = {
    regimes.PRESTATION.code: (regimes.COMPANY, regimes.EMPLOYER),
    regimes.LOAN.code: (regimes.COMPANY, regimes.STRUCTURE),
    regimes.NOT_ELIGIBLE.code: (regimes.COMPANY, regimes.STRUCTURE),
    regimes.PUBLIC_AGENT.code: (regimes.PUBLIC, regimes.STRUCTURE),
}


@dataclass(frozen=True)
class Fit:
    """What the law says of the hours that serve one structure, the mission being in a frame."""

    frame: str  # the frame in which they may be given, on the same time; "" for none
    fits: bool
    why: str  # where they don't fit, as a sentence
    by_loan: bool  # whether the loan of L. 8241-3 may be open, whose two conditions are asked


def gives(legal_form: str, declared: str) -> str:
    """Whether a structure may give receipts, from what it has declared (an answer of regimes.ANSWERS) and, as long as
    it has declared nothing, from its legal form."""
    if declared == regimes.UNKNOWN and legal_form in GIVES_NONE:
        return regimes.NO
    return declared


def fit(frame: str, receipt: str) -> Fit:
    """Whether the hours for a structure that gives receipts (`receipt`: yes, no, unknown) fit the frame of the mission.
    Pure: two words in, one answer out."""
    if (
        frame not in ANSWERS
    ):  # none is chosen yet, one's own time, or an employer that bills what the person costs it
        return Fit(frame, True, "", False)
    whose, directs = ANSWERS[frame]
    lender = regimes.Lender.COMPANY if whose == regimes.COMPANY else regimes.Lender.PUBLIC
    try:
        found = regimes.found(whose, directs, receipt, lender=lender)
    except regimes.NoRegime as refusal:
        if frame == regimes.NOT_ELIGIBLE.code and receipt == regimes.NO:
            return Fit(frame, True, "", False)  # its two conditions were said when it was chosen
        return Fit("", False, str(refusal), whose == regimes.COMPANY)
    return Fit(found, found == frame, "" if found == frame else _another(found), False)


def _another(found: str) -> str:
    return _("The law has another legal frame for it: %(frame)s.") % {
        "frame": regimes.of(found).label
    }
