"""Who proposes to put two needs together, who answers, and who splits them again."""

from accounts.models import User
from accounts.reading import once
from marketplace.models import Joining, Need
from marketplace.rules.permissions.coordination import follows_need


@once
def can_settle_joining(user: User, joining: Joining) -> bool:
    """True for the coordinators who judge both needs, and are on no side of what is put forward for them."""
    both = (joining.older, joining.younger)
    if not (user.is_active and all(user.coordinates(need.pole) for need in both)):
        return False
    judged = Need.objects.judged_by(user).filter(pk__in=[need.pk for need in both])
    return judged.count() == len(both) and all(follows_need(user, need) for need in both)


def led_in(user: User, joining: Joining) -> list[Need]:
    """For which of the two needs this person may answer today."""
    return [one for one in (joining.older, joining.younger) if user.speaks_for(one.organisation)]


def can_split_joining(user: User, joining: Joining) -> bool:
    return bool(led_in(user, joining)) or can_settle_joining(user, joining)
