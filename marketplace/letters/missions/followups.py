"""The letters about “how is it going?”, and about a call for help."""

from django.utils.translation import gettext_noop

from marketplace.letters.families import MISSIONS
from marketplace.models import FollowUp
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, follow_up: int) -> str:
    asked = FollowUp.objects.unanswered().filter(pk=follow_up)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


FOLLOW_UP = Key("follow-up:{follow_up}")
FOLLOW_UPS = {
    kind: Letter(f"follow_up_{kind.lower()}", FOLLOW_UP, MISSIONS, asks=True, moot=_answered)
    for kind in FollowUp.Kind
}
# A call for help is about safety: it always leaves, at once. A letter for the answer, and for each word added.
HELP_ASKED = Letter("help_asked", FOLLOW_UP + ":{what:rest}", asks=True)
HELP_UNHEARD = Letter("help_unheard", Key("help-unheard:{follow_up}:{what:rest}"), asks=True)


def follow_up_asked(follow_up: FollowUp, *, url: str, answers: list[dict]) -> None:
    letter = FOLLOW_UPS[FollowUp.Kind(follow_up.kind)]
    letter.tell(
        [follow_up.asked], url=url, follow_up=follow_up.pk, mission=follow_up.mission, answers=answers
    )  # fmt: skip


def help_asked(follow_up: FollowUp) -> None:
    """Tell a person that somebody has a doubt or calls for help."""
    _tell_worry(follow_up, follow_up.answer.lower())


def help_explained(follow_up: FollowUp) -> None:
    """Tell what is wrong, when it is said after the click: a letter for each time that words are added."""
    _tell_worry(follow_up, f"words:{len(follow_up.words)}")


def _tell_worry(follow_up: FollowUp, what: str) -> None:
    """Where nobody who coordinates may follow the mission, those who run the site are told: nobody calls in vain."""
    people = audience.who_hears(follow_up.mission)
    if not people:
        _tell_the_site(follow_up, what)
    HELP_ASKED.tell(
        people,
        url=follow_up.mission.get_absolute_url(),
        follow_up=follow_up,
        what=what,
        mission=follow_up.mission,
        is_doubt=follow_up.answer == FollowUp.Answer.DOUBT,
    )


def _tell_the_site(follow_up: FollowUp, what: str) -> None:
    mission = follow_up.mission
    HELP_UNHEARD.tell(
        audience.who_runs_the_site(mission),
        url=mission.need.pole.get_absolute_url(),
        follow_up=follow_up.pk,
        what=what,
        who=follow_up.asked.get_full_name(),
        email=follow_up.asked.email,
        answer=follow_up.get_answer_display(),
        words=follow_up.words,
        about=str(mission),
        of=mission.need.pole.name,
    )
