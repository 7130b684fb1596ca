"""The letters about a loan that would be billed below its cost."""

from django.urls import reverse
from django.utils.translation import gettext_noop

from marketplace.letters.families import DESK, MISSIONS
from marketplace.letters.missions.missions import both_sides
from marketplace.models import Mission, MissionStep
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, mission: int, share: int, **_parts: object) -> str:
    """Why the question needn't leave: it was answered, or another share is asked for by now. "" otherwise."""
    asked = Mission.objects.select_related("sheet").get(pk=mission)
    waits = asked.is_billed and asked.is_live and asked.sheet.waits_for_coordination
    same = waits and asked.sheet.billed_share == share
    return "" if same else gettext_noop("Answered meanwhile")


BELOW_COST_ASKED = Letter(
    "below_cost_asked", Key("mission:{mission}:below-cost:{share}:{version}"), DESK, asks=True, moot=_answered
)  # fmt: skip
BELOW_COST_ANSWERED = Letter("below_cost_answered", Key("mission-step:{step}:below-cost"), MISSIONS)


def below_cost_asked(mission: Mission) -> None:
    BELOW_COST_ASKED.tell(
        audience.who_hears(mission),
        url=reverse("mission-below-cost", args=[mission.pk]),
        mission=mission,
        share=mission.sheet.billed_share,
        version=mission.sheet.number,
    )


def below_cost_answered(
    mission: Mission, *, step: MissionStep, agrees: bool, share: int, words: str
) -> None:
    BELOW_COST_ANSWERED.tell(
        both_sides(mission),
        url=reverse("mission-sheet", args=[mission.pk]),
        but=step.by,
        mission=mission,
        step=step.pk,
        agrees=agrees,
        share=share,
        words=words,
    )
