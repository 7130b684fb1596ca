"""What we tell about hours."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.letters.missions.missions import _both_sides
from marketplace.letters.telling import tell
from marketplace.models import (
    HoursEntry,
    Mission,
)
from marketplace.rules import audience


def hours_to_confirm(mission: Mission, *, total: Decimal, newest: int, silence: timedelta) -> None:
    tell(
        audience.structure(mission.need),
        "hours_to_confirm",
        f"hours:{mission.pk}:{newest}",
        reverse("mission-hours", args=[mission.pk]),
        but=mission.offer.person,
        mission=mission,
        total=total,
        by_day=timezone.localdate() + silence,
    )


def hours_confirmed_by_silence(mission: Mission, *, total: Decimal, newest: int) -> None:
    tell(
        _both_sides(mission),
        "hours_confirmed_by_silence",
        f"hours:{mission.pk}:{newest}:silence",
        reverse("mission-hours", args=[mission.pk]),
        mission=mission,
        total=total,
    )


def hours_contested(entry: HoursEntry) -> None:
    """Whoever gave them; where they have left the company, on their own page, and those in charge there."""
    key = f"hours-entry:{entry.pk}:contested:{entry.contested_at:%Y%m%d%H%M%S}"
    mission, page = entry.mission, reverse("mission-hours", args=[entry.mission_id])
    told: list[tuple[Iterable[User], str]] = [([entry.person], page)]
    if mission.offer.person_has_left:
        own = reverse("mission-done", args=[mission.pk])
        told = [([entry.person], own), (audience.offering(mission.offer), page)]
    for people, url in told:
        tell(people, "hours_contested", key, url, mission=mission, entry=entry)
