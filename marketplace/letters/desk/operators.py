"""The letter to those who go on coordinating a pôle when one of its operators leaves it."""

from django.urls import reverse

from accounts.models import Seat, User
from marketplace.letters.families import DESK
from marketplace.rules import audience
from notifications.letter import Key, Letter

OPERATOR_LEFT = Letter("operator_left", Key("operator-left:{seat}"), DESK)


def operator_left(seat: Seat, *, freed: int, by: User) -> None:
    """Tell them who has left, and how many lines nobody follows by now."""
    OPERATOR_LEFT.tell(
        audience.coordinators_of(seat.pole),
        url=reverse("desk") + "?whose=nobody",
        but=by,
        seat=seat,
        operator=seat.operator.name,
        pole=seat.pole.name,
        number=freed,
        by=by,
    )
