"""What we tell about the legal frame and the sheet of a mission."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.models import User
from marketplace.letters.missions.missions import _both_sides
from marketplace.letters.telling import tell
from marketplace.models import (
    Mission,
    MissionSheet,
    RegimeChoice,
    SheetVersion,
    Side,
)
from marketplace.rules import audience


def regime_chosen(choice: RegimeChoice) -> None:
    tell(
        _both_sides(choice.mission),
        "regime_chosen",
        f"regime:{choice.pk}",
        choice.mission.get_absolute_url(),
        but=choice.by,
        mission=choice.mission,
        choice=choice,
    )


def sheet_changed(version: SheetVersion, *, side: str) -> None:
    """The other side reads what has changed, and says yes again."""
    mission = version.sheet.mission
    told = _both_sides(mission) if not side else _of(mission, audience.other_side(side))
    tell(
        told,
        "sheet_changed",
        f"sheet-version:{version.pk}",
        reverse("mission-versions", args=[mission.pk]),
        but=version.by,
        mission=mission,
        version=version,
    )


def sheet_agreed(sheet: MissionSheet, *, side: str, by) -> None:
    tell(
        _of(sheet.mission, audience.other_side(side)),
        "sheet_agreed",
        f"sheet:{sheet.pk}:{sheet.number}:{side}",
        sheet.mission.get_absolute_url(),
        but=by,
        mission=sheet.mission,
        sheet=sheet,
    )


def _of(mission: Mission, side: str) -> Iterable[User]:
    return (
        audience.structure(mission.need) if side == Side.NEED else audience.offering(mission.offer)
    )
