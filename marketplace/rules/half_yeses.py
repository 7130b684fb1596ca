"""Who has said the yes that waits for the other side's: nobody says that one as well, though they have changed sides
since. Each such yes is a step that changes no state."""

from accounts.models import User
from accounts.models.reasons import Coded
from marketplace.models import Mission, Proposal, Side, reasons


def to_proposal(side: str) -> Coded:
    """The reason of the step that keeps one side's yes to a proposal."""
    return reasons.coded("yes-need") if side == Side.NEED else reasons.coded("yes-offer")


def to_sheet(side: str, version: int) -> Coded:
    """The reason of the step that keeps one side's yes to a version of the sheet."""
    if side == Side.NEED:
        return reasons.coded("sheet-yes-need", n=version)
    return reasons.coded("sheet-yes-offer", n=version)


def of_proposal(user: User, proposal: Proposal, side: str) -> bool:
    """Whether this person has said this side's yes to the proposal. A late yes has begun it, at the same moment."""
    said_at = proposal.need_said_yes_at if side == Side.NEED else proposal.offer_said_yes_at
    said = [to_proposal(side)]
    if said_at == proposal.created_at:
        said.append(reasons.coded("late-yes"))
    return proposal.steps.filter(by=user, reason__in=said).exists()


def of_sheet(user: User, mission: Mission, side: str) -> bool:
    """Whether this person has said this side's yes to the sheet as it is, by the button or by writing that version."""
    sheet = mission.sheet
    if not sheet.is_agreed_by(side):
        return False
    wrote = sheet.versions.filter(number=sheet.number, side=side, by=user)
    said = mission.steps.filter(by=user, reason=to_sheet(side, sheet.number))
    return wrote.exists() or said.exists()
