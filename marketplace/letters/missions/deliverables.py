"""What we tell about what a mission hands over."""

from marketplace.letters.missions.missions import _both_sides
from marketplace.letters.telling import tell
from marketplace.models import (
    Deliverable,
)


def deliverable_handed_over(handed: Deliverable) -> None:
    mission = handed.mission
    tell(
        _both_sides(mission),
        "deliverable_handed_over",
        f"deliverable:{handed.pk}",
        mission.get_absolute_url(),
        but=handed.by,
        mission=mission,
        deliverable=handed,
    )
