"""Who has said the yes that waits for the other side's: nobody says that one as well, though they have changed sides
since. Each such yes is a step that changes no state."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.reasons import Coded
from marketplace.models import Mission, Origin, Proposal, Side, Transfer, reasons
from marketplace.rules.audience import other_side

# Whose doing each origin is; a coordinator's is nobody's.
ASKER = {
    Origin.APPLICATION: Side.OFFER,
    Origin.INVITATION: Side.NEED,
    Origin.TRANSFER: Side.OFFER,
}


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


def has_asked(user: User, proposal: Proposal) -> bool:
    """Whether this person has asked, with the proposal, or a colleague to take the mission over."""
    if proposal.created_by_id == user.pk:
        return True
    if proposal.origin != Origin.TRANSFER:
        return False
    asked = Transfer.objects.filter(proposal__in=[row.pk for row in proposal.with_those_taken_up])
    return asked.filter(asked_by=user).exists()


def refusal_of(user: User, proposal: Proposal, side: str) -> str:
    """Why this person says no yes for this side, as a sentence: they asked, or said yes, in the name of the other, and
    have changed sides since. "" when they may. The same answer as `Proposal.spoken_for_by`."""
    asked_for = ASKER.get(Origin(proposal.origin))
    if asked_for not in {None, side} and has_asked(user, proposal):
        return _("You asked for the other side: somebody else says yes for this one.")
    if of_proposal(user, proposal, other_side(side)):
        return _("You said yes for the other side: somebody else says yes for this one.")
    return ""


def of_sheet(user: User, mission: Mission, side: str) -> bool:
    """Whether this person has said this side's yes to the sheet as it is, by the button or by writing that version."""
    return to_sheet_at(user, mission, side) is not None


def to_sheet_at(user: User, mission: Mission, side: str) -> datetime | None:
    """When they did; None when they haven't."""
    sheet = mission.sheet
    if not sheet.is_agreed_by(side):
        return None
    wrote = sheet.versions.filter(number=sheet.number, side=side, by=user)
    said = mission.steps.filter(by=user, reason=to_sheet(side, sheet.number))
    row = wrote.last() or said.last()
    return row.at if row else None
