"""The letters about the deliverables of a mission."""

from marketplace.letters.families import MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import Deliverable
from notifications.letter import Key, Letter

DELIVERABLE_HANDED_OVER = Letter(
    "deliverable_handed_over", Key("deliverable:{deliverable}"), MISSIONS
)


def deliverable_handed_over(handed: Deliverable) -> None:
    mission = handed.mission
    DELIVERABLE_HANDED_OVER.tell(
        both_sides(mission),
        url=mission.get_absolute_url(),
        but=handed.by,
        mission=mission,
        deliverable=handed,
    )
