"""What we tell about “how is it going?”, and about a call for help."""

from marketplace.letters.telling import tell
from marketplace.models import (
    FollowUp,
)
from marketplace.rules import audience
from notifications import outbox


def follow_up_asked(follow_up: FollowUp, *, url: str, answers: list[dict]) -> None:
    outbox.post(
        recipient=follow_up.asked,
        key=f"follow-up:{follow_up.pk}",
        template=f"follow_up_{follow_up.kind.lower()}",
        url=url,
        mission=follow_up.mission,
        answers=answers,
    )


def help_asked(follow_up: FollowUp) -> None:
    """A doubt or a call for help reaches a person."""
    _tell_worry(follow_up, f"follow-up:{follow_up.pk}:{follow_up.answer.lower()}")


def help_explained(follow_up: FollowUp) -> None:
    """What it is about, said after the click: a letter for each word added."""
    _tell_worry(follow_up, f"follow-up:{follow_up.pk}:words:{len(follow_up.words)}")


def _tell_worry(follow_up: FollowUp, key: str) -> None:
    tell(
        audience.coordinators(follow_up.mission.need),
        "help_asked",
        key,
        follow_up.mission.get_absolute_url(),
        follow_up=follow_up,
        mission=follow_up.mission,
    )
