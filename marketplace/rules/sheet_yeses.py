"""Whether the yes of the two sides to the mission sheet is awaited, and why nobody gives it. Reads only."""

from marketplace.models import Mission
from marketplace.rules import below_cost, lengths
from marketplace.states import OPEN_TO_CHANGE, MissionStatus


def are_awaited(mission: Mission) -> bool:
    """While it is framed; on the way too, when what was signed is about an earlier version."""
    if mission.status == MissionStatus.FRAMING:
        return True
    return mission.has_employer and mission.status in OPEN_TO_CHANGE


def why_none(mission: Mission) -> str:
    """Why neither side says yes to this version of the sheet, nor the mission goes on with it, as a sentence; "" when
    nothing stands in the way. No paper could be made of what it says."""
    sheet = mission.sheet
    if mission.is_billed and sheet.is_refused_below_cost:
        return below_cost.refused(sheet)
    return too_long(mission)


def too_long(mission: Mission) -> str:
    """Why it can't go on with its dates; "" where nobody has said them yet, and once both have agreed to them."""
    if mission.status != MissionStatus.FRAMING or not mission.has_dates:
        return ""
    return lengths.too_long(mission)
