"""Whether a mission is longer than the law allows, by itself or with the whole chain of missions that it renews. Reads
only."""

from datetime import date

from marketplace.law import limits
from marketplace.law.limits import LastDay
from marketplace.models import Mission
from marketplace.states import MissionStatus


def too_long(mission: Mission) -> str:
    """Why the mission can't last so long, as a sentence; "" when it may."""
    return _too_long(mission, mission.starts_on, mission.ends_on)


def too_long_so(mission: Mission, starts_on: date, ends_on: date) -> str:
    """Why its sheet can't say these dates; "" when it may. What both have agreed to stands: of a length that was lawful
    then, only a longer one is refused."""
    longer = starts_on < mission.starts_on or ends_on > mission.ends_on
    if mission.status != MissionStatus.FRAMING and not longer:
        return ""
    return _too_long(mission, starts_on, ends_on)


def last_day(mission: Mission) -> LastDay | None:
    """The day by which the law has it over, counted from the first mission of the chain that it renews; None where
    the law sets none."""
    return limits.last_day(mission.regime, _began(mission, mission.starts_on))


def _too_long(mission: Mission, starts_on: date, ends_on: date) -> str:
    regime = mission.regime
    if limits.last_day(regime, starts_on) is not None:  # otherwise the chain isn't looked at
        began = _began(mission, starts_on)
        if why := limits.too_long(regime, began, ends_on):
            return why
    return limits.too_long_at_once(regime, starts_on, ends_on)


def _began(mission: Mission, starts_on: date) -> date:
    while mission.renewed_from:
        mission = mission.renewed_from
        starts_on = mission.starts_on
    return starts_on
