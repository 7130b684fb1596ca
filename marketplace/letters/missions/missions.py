"""What we tell while a mission lives: where it stands, its beginning, its renewal."""

from accounts.models import User
from marketplace.letters.telling import tell
from marketplace.models import (
    Mission,
    MissionStep,
    Side,
)
from marketplace.rules import audience
from marketplace.states import BEFORE_IT_RUNS, MissionStatus


def kick_off(step: MissionStep) -> None:
    """The mission begins: who, what, until when, and what happens next. To all, also to whoever clicked."""
    mission = step.mission
    sides = {
        Side.NEED: audience.structure(mission.need),
        Side.OFFER: audience.offering(mission.offer),
    }
    for side, people in sides.items():
        tell(
            people,
            "mission_kick_off",
            f"mission-step:{step.pk}",
            mission.get_absolute_url(),
            mission=mission,
            contacts=list(sides[Side(audience.other_side(side))]),
            is_need_side=side == Side.NEED,
        )


# These have words of their own; the others share `mission_moved`.
OWN_WORDS = {
    MissionStatus.DELIVERED: "mission_delivered",
    MissionStatus.INTERRUPTED: "mission_interrupted",
}


COORDINATORS_HEAR = {MissionStatus.RUNNING, MissionStatus.DELIVERED, MissionStatus.INTERRUPTED}


def _both_sides(mission: Mission) -> list[User]:
    return [*audience.structure(mission.need), *audience.offering(mission.offer)]


def mission_moved(step: MissionStep) -> None:
    mission, after = step.mission, MissionStatus(step.after)
    # As it begins, both sides get a fuller note (notify_silence.kick_off).
    begins = after == MissionStatus.RUNNING and step.before in BEFORE_IT_RUNS
    told = [] if begins else [(OWN_WORDS.get(after, "mission_moved"), _both_sides(mission))]
    if after in COORDINATORS_HEAR:
        told.append(("mission_moved", list(audience.coordinators(mission.need))))
    for template, people in told:
        tell(
            people,
            template,
            f"mission-step:{step.pk}",
            mission.get_absolute_url(),
            but=step.by,
            mission=mission,
            step=step,
            reason=step.said,
        )


def mission_disputed(step: MissionStep) -> None:
    """Both sides hear it, and the coordinators are called."""
    mission_moved(step)
    tell(
        audience.coordinators(step.mission.need),
        "mission_disputed",
        f"mission-step:{step.pk}:desk",
        step.mission.get_absolute_url(),
        mission=step.mission,
        step=step,
        reason=step.said,
    )


def mission_renewed(following: Mission, *, by) -> None:
    tell(
        _both_sides(following),
        "mission_renewed",
        f"mission:{following.pk}:renews",
        following.get_absolute_url(),
        but=by,
        mission=following,
    )
