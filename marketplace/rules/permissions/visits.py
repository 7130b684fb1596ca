"""Who proposes a visit, and for which side somebody acts in one; for other rights, see the package."""

from accounts.models import Organisation, User
from marketplace.models import Mission, Need, Side, Visit
from marketplace.rules.permissions.coordination import follows, follows_need


def can_propose_visit(user: User, subject: Organisation | Need | Mission) -> bool:
    """True for the coordinators who follow it, of an organisation that is neither refused, closed nor an operator."""
    house = subject if isinstance(subject, Organisation) else _house(subject)
    if not house.is_active or house.is_refused or house.may_coordinate:
        return False
    return user.is_active and not user.belongs_to(house) and _follows(user, subject)


def side_in_visit(user: User, visit: Visit) -> str | None:
    """The side for which this person acts in it today: the structure's (NEED), the coordination's (OFFER), or none."""
    if not user.is_active:
        return None
    if user.speaks_for(visit.organisation):
        return Side.NEED
    comes = user.coordinates(visit.pole) and _follows(user, visit.subject)
    return Side.OFFER if comes else None


def _house(subject: Need | Mission) -> Organisation:
    return subject.need.organisation if isinstance(subject, Mission) else subject.organisation


def _follows(user: User, subject: Organisation | Need | Mission) -> bool:
    if isinstance(subject, Need):
        return follows_need(user, subject)
    return follows(user, subject)
