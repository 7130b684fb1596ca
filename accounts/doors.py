"""By whose door somebody comes: what the address of the page says of it, and what is written down of it."""

from django.core.validators import slug_re
from django.http import HttpRequest

from accounts.models import Door, Organisation, Seat, User
from accounts.models.seats import CARRIED


def named_in(request: HttpRequest) -> Door | None:
    """The door that the address names. None for a door that leads nowhere today, and for whatever isn't the address of
    one: somebody has cut or changed a link, and nothing that they want depends on it."""
    slug = request.GET.get(CARRIED, "").lower()
    if not slug_re.match(slug):
        return None
    return Door.objects.open().select_related("operator").filter(slug=slug).first()


def whose(door: Door | None, *, registrant: User) -> Organisation | None:
    """The operator with which an organisation is counted: that of the door by which it is registered, else of the one by
    which whoever registers it came, if it coordinates a pôle today."""
    if door:
        return door.operator
    theirs = registrant.came_through
    coordinates = theirs and Seat.objects.coordinating().filter(operator=theirs).exists()
    return theirs if coordinates else None
