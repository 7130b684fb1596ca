"""The letters about two needs that may become one: to both leads and to the coordination."""

from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import NEEDS
from marketplace.models import Joining, JoiningStep, Need
from marketplace.rules import audience
from marketplace.states import JoiningStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _answered(letter: Notification, *, joining: int, need: int, after: int = 0) -> str:
    """Why nothing is asked of its reader any more: their structure has said yes, or it is over."""
    found = Joining.objects.asked().filter(pk=joining).first()
    asks = Need.objects.filter(pk=need).first()
    if found is None or asks is None or found.has_yes_of(asks):
        return gettext_noop("Answered meanwhile")
    return ""


JOINING_STEP = Key("joining-step:{step}:{need}")
JOINING_ASKED = Letter(
    "joining_asked",
    Key("joining:{joining}:{need}:asked[:{after}]"),
    NEEDS,
    asks=True,
    moot=_answered,
)
JOINING_ENDED = Letter("joining_ended", JOINING_STEP, NEEDS)
JOINING_DONE = Letter("joining_done", JOINING_STEP, NEEDS)
JOINING_SPLIT = Letter("joining_split", JOINING_STEP, NEEDS)


def joining_asked(joining: Joining, *, after: int = 0) -> None:
    """Ask both leads, each about its own need; once more, `after` so many working days, those that haven't said yes."""
    more = {"after": after} if after else {}
    for need in (joining.older, joining.younger):
        if not joining.has_yes_of(need):
            JOINING_ASKED.tell(
                audience.leading(need),
                url=joining.get_absolute_url(),
                but=joining.by,
                joining=joining,
                need=need,
                **_other(joining, need),
                **more,
            )


def _other(joining: Joining, need: Need) -> dict[str, str]:
    """The other need by its names: a letter has one matter."""
    other = joining.other_than(need)
    return {"other": other.title, "house": str(other.organisation)}


def joining_ended(step: JoiningStep) -> None:
    """A no, or no answer: both go on as they are."""
    _tell(JOINING_ENDED, step, declined=step.after == JoiningStatus.DECLINED)


def joining_done(step: JoiningStep) -> None:
    _tell(JOINING_DONE, step)


def joining_split(step: JoiningStep) -> None:
    _tell(JOINING_SPLIT, step)


def _tell(letter: Letter, step: JoiningStep, **facts: object) -> None:
    joining, seen = step.joining, set[int]()
    for need in (joining.older, joining.younger):
        told: list[User] = [*audience.leading(need)]
        if need == joining.older:
            told += audience.neutral_of(need)
        people = [one for one in told if one.pk not in seen]
        seen |= {one.pk for one in people}
        letter.tell(
            people,
            url=joining.get_absolute_url(),
            but=step.by,
            step=step.pk,
            need=need,
            joining=joining,
            **_other(joining, need),
            word=step.said,
            **facts,
        )
