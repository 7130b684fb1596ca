"""Who may host gatherings, and who runs one; who may attend one is asked with a sentence (rules/gatherings.py)."""

from accounts.models import Organisation, Seat, User
from marketplace.models import Gathering, Need
from marketplace.states import NeedStatus


def can_host(user: User, organisation: Organisation) -> bool:
    """True for whoever speaks for a verified organisation; of an operator, while it coordinates somewhere."""
    if not (organisation.is_accepted and user.speaks_for(organisation)):
        return False
    if not organisation.may_coordinate:
        return True
    return Seat.objects.coordinating().filter(operator=organisation).exists()


def may_be_served(user: User, need: Need) -> bool:
    """Whoever speaks for the structure says that its need, which is open or paused, was served by a gathering."""
    return need.may(NeedStatus.SERVED_BY_GATHERING) and user.speaks_for(need.organisation)


def runs_gathering(user: User, gathering: Gathering) -> bool:
    """Whoever may host in the name of its host today: they change it, read who comes, and say who came."""
    return can_host(user, gathering.host)
