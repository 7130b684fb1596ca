"""Who writes for somebody else, and who takes up what was written for them; for other rights, see the package."""

from accounts.models import Organisation, User
from marketplace.models import Need
from marketplace.rules.permissions.coordination import follows


def can_write_for(user: User, organisation: Organisation) -> bool:
    """True for the coordinators of its pôle who don't belong to it: those write its needs as its people do."""
    asks = organisation.may_ask and not organisation.may_coordinate
    return asks and follows(user, organisation) and not user.belongs_to(organisation)


def can_take_up(user: User, need: Need) -> bool:
    """True for the people of a structure that was on the site already."""
    return need.is_unclaimed and user.speaks_for(need.organisation)
