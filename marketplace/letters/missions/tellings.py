"""The letter that asks the other side whether the end of a mission may be told."""

from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import MISSIONS
from marketplace.models import Telling
from marketplace.rules import audience, tellings
from notifications.letter import Key, Letter
from notifications.models import Notification


def _settled(letter: Notification, *, telling: int, version: int) -> str:
    """Why it needn't leave: it says something else by now, or the reader's side has said yes. "" otherwise."""
    found = Telling.objects.filter(pk=telling, version=version).select_related("mission").first()
    if found is None:
        return gettext_noop("What was asked has changed")
    side = tellings.side_of(letter.recipient, found.mission) if letter.recipient else None
    waits = side and not tellings.agrees(found, side)
    return "" if waits else gettext_noop("Answered meanwhile")


# It asks for nothing that anybody waits for: no act of the reader's, beside those that the home lists.
TELLING_ASKED = Letter("telling_asked", Key("telling:{telling}:{version}"), MISSIONS, moot=_settled)


def telling_asked(telling: Telling, *, side: str, by: User) -> None:
    mission = telling.mission
    people = audience.of_side(mission.proposal, side)
    people = [one for one in people if tellings.side_of(one, mission) == side]
    TELLING_ASKED.tell(
        people,
        url=telling.get_absolute_url(),
        but=by,
        telling=telling.pk,
        version=telling.version,
        mission=mission,
        lines=[telling.needed, telling.done, telling.changed],
        by=by,
    )
