"""What we tell about the value that a company declares."""

from django.urls import reverse

from marketplace.letters.telling import tell
from marketplace.models import Valuation
from marketplace.rules import audience


def value_declared(valuation: Valuation) -> None:
    mission = valuation.mission
    tell(
        audience.structure(mission.need), "value_declared", f"valuation:{valuation.pk}",
        reverse("mission-papers", args=[mission.pk]), mission=mission, valuation=valuation,
    )  # fmt: skip
