"""The letter to the pôle that is asked to look among its own people."""

from django.urls import reverse

from marketplace.letters.families import DESK
from marketplace.models import AskedPole
from marketplace.rules import audience
from notifications.letter import Key, Letter

POLE_ASKED = Letter("pole_asked", Key("pole-asked:{asked}"), DESK, asks=True)


def pole_asked(asked: AskedPole) -> None:
    """Ask the coordinators of another pôle, on behalf of the need's own."""
    POLE_ASKED.tell(
        audience.coordinators_of(asked.pole),
        url=reverse("need-elsewhere-look", args=[asked.need_id]),
        asked=asked,
    )
