"""The letter to the pôle that is asked to look among its own people."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK
from marketplace.models import AskedPole
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _on_a_side(letter: Notification, *, asked: int) -> str:
    """Why it needn't be told: its reader is on a side of the need by now. "" otherwise."""
    row = AskedPole.objects.select_related("need__organisation", "pole").filter(pk=asked).first()
    left = row and letter.recipient and letter.recipient not in audience.who_looks(row)
    return gettext_noop("No longer theirs") if left else ""


POLE_ASKED = Letter("pole_asked", Key("pole-asked:{asked}"), DESK, asks=True, moot=_on_a_side)


def pole_asked(asked: AskedPole) -> None:
    """Ask the coordinators of another pôle, on behalf of the need's own."""
    POLE_ASKED.tell(
        audience.who_looks(asked),
        url=reverse("need-elsewhere-look", args=[asked.need_id]),
        asked=asked,
    )
