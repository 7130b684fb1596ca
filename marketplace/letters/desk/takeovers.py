"""The letters about all that somebody followed: left behind as they go, and taken over in one act."""

from collections.abc import Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, Pole, User
from marketplace.letters.families import DESK
from marketplace.models import HandOver
from notifications.letter import Key, Letter
from notifications.models import Notification


def _shared_out(_letter: Notification, *, hand_over: int) -> str:
    first = HandOver.objects.get(pk=hand_over)
    pole = first.pole
    here = Q(need__pole=pole) | Q(mission__need__pole=pole) | Q(organisation__pole=pole)
    left = HandOver.objects.filter(from_person=first.from_person, to_operator=first.to_operator)
    whole = Q()
    for way in ("need", "mission", "organisation__referent"):
        whole |= Q(**{f"{way}__coordinator": None, f"{way}__operator": first.to_operator})
    waits = left.filter(here, whole)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


LINES_LEFT = Letter("lines_left", Key("lines-left:{hand_over}"), DESK, asks=True, moot=_shared_out)
LINES_TAKEN = Letter("lines_taken", Key("take-over:{act:word}:to"), DESK)
LINES_PASSED_ON = Letter("lines_passed_on", Key("take-over:{act:word}:from"), DESK)


def lines_left(
    told: Mapping[User, int],
    person: User,
    operator: Organisation,
    *,
    name: str,
    pole: Pole,
    hand_over: int,
    by: User,
) -> None:
    """Tell each of these people how much of what somebody followed they find behind them, to share it out. The operator
    is told by its name: the letter is about the pôle, where others may take it over."""
    for colleague, number in told.items():
        LINES_LEFT.tell(
            [colleague],
            url=reverse("takeover", args=[person.pk]),
            hand_over=hand_over,
            name=name,
            organisation=operator.name,
            pole=pole,
            number=number,
            but=by,
        )


def lines_taken(
    told: Mapping[User, int],
    person: User,
    to: User,
    *,
    pole: Pole,
    number: int,
    note: str,
    act: str,
    by: User,
) -> None:
    """Tell whoever follows it from now on, unless they took it themselves, and who answers while they are away, each of
    as many lines as they may follow; and whoever did until now. The word with it is what coordinators say among
    themselves: it is read by who may follow all that it is about."""
    facts = {"act": act, "name": person.get_full_name(), "by": by, "pole": pole}
    mine = reverse("desk") + "?whose=mine"
    for one, theirs in told.items():
        LINES_TAKEN.tell(
            [one] if theirs else [],
            url=mine,
            but=by,
            note=note if theirs == number else "",
            number=theirs,
            to=to,
            **facts,
        )
    until_now = [person] if person.coordinates(pole) else []
    LINES_PASSED_ON.tell(until_now, url=mine, but=by, to=to.get_full_name(), number=number, **facts)
