"""The letters about an organisation that leaves the site: to its people, to the structures where they come, to the
coordinators."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Leaving, Membership, Organisation, User
from marketplace.letters.families import DESK, MISSIONS
from marketplace.models import Mission
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification

# Whoever sets a day by mistake calls it off before anybody but the administrators has read of it.
HOUR_TO_THINK = timedelta(hours=1)


def _called_off(letter: Notification, *, leaving: int, **_parts: int) -> str:
    off = Leaving.objects.filter(pk=leaving, called_off_at__isnull=False)
    return gettext_noop("It is called off") if off.exists() else ""


LEAVING = Key("leaving:{leaving}:")
LEAVING_SET = Letter("leaving_set", LEAVING + "set", moot=_called_off)
LEAVING_CALLED_OFF = Letter("leaving_called_off", LEAVING + "off", to_leavers=True)
# Once each, before the day or on it.
HOUSE_LEAVES = Letter("house_leaves", LEAVING + "own", moot=_called_off, to_leavers=True)
HOUSE_LEAVES_MISSIONS = Letter(
    "house_leaves_missions", LEAVING + "missions:{structure}", MISSIONS, moot=_called_off
)
STRUCTURE_LEAVES = Letter(
    "structure_leaves", LEAVING + "there:{mission}", MISSIONS, moot=_called_off
)
HOUSE_LEAVES_DESK = Letter("house_leaves_desk", LEAVING + "desk", DESK, moot=_called_off)
HOUSE_CLOSED = Letter("house_closed", LEAVING + "closed", to_leavers=True)


def leaving_set(leaving: Leaving) -> None:
    """Tell the other administrators, at once: any of them may call it off."""
    LEAVING_SET.tell(
        audience.administrators(leaving.organisation),
        url=leaving.get_absolute_url(),
        but=leaving.asked_by,
        leaving=leaving.pk,
        organisation=leaving.organisation,
        day=leaving.closes_on,
        by=leaving.asked_by,
    )


def _later(leaving: Leaving) -> datetime:
    return leaving.asked_at + HOUR_TO_THINK


def _told_of_own(leaving: Leaving, membership: Membership) -> dict[str, Any]:
    person = membership.user
    return {
        "leaving": leaving.pk,
        "house": str(leaving.organisation),
        "day": leaving.closes_on,
        "has_left": leaving.closed_at is not None,
        # Who came by the organisation's sign-in has nothing else to open their account with.
        "has_password": person.has_usable_password(),
        "is_lent": _lent(leaving, person),
        "lends": leaving.organisation.may_offer,
    }


def _lent(leaving: Leaving, person: User) -> bool:
    """Whether somebody is on a mission, or was until the organisation left: missions end before people are told."""
    theirs = Mission.objects.done_at_work_by(person).filter(
        offer__organisation=leaving.organisation
    )
    stopped = leaving.closed_at and theirs.filter(interrupted_at__gte=leaving.closed_at).exists()
    return bool(stopped) or theirs.live().exists()


def house_leaves(leaving: Leaving, people: Iterable[Membership]) -> None:
    """Tell people of the organisation what becomes of them."""
    for membership in people:
        HOUSE_LEAVES.tell(
            [membership.user],
            url=reverse("organisations"),
            due_at=_later(leaving),
            **_told_of_own(leaving, membership),
        )


def house_left(membership: Membership) -> None:
    """The day has come: tell those who haven't been told before it."""
    leaving = membership.organisation.leavings.filter(closed_at__isnull=False).last()
    if leaving is None or leaving.administrators.filter(pk=membership.user_id).exists():
        return  # they have the letter with the papers
    HOUSE_LEAVES.tell(
        [membership.user], url=reverse("organisations"), **_told_of_own(leaving, membership)
    )


def house_leaves_missions(
    leaving: Leaving, structure: Organisation, missions: Sequence[Mission]
) -> None:
    """Tell a structure where its people come, once, of all that is under way there."""
    HOUSE_LEAVES_MISSIONS.tell(
        audience.structure(missions[0].need),
        url=missions[0].get_absolute_url() if len(missions) == 1 else reverse("missions"),
        due_at=_later(leaving),
        leaving=leaving.pk,
        structure=structure,
        house=str(leaving.organisation),
        day=leaving.closes_on,
        missions=list(missions),
    )


def structure_leaves(leaving: Leaving, mission: Mission) -> None:
    """Tell those who come to it, and their house, that the structure leaves."""
    STRUCTURE_LEAVES.tell(
        audience.offering(mission.offer),
        url=mission.get_absolute_url(),
        due_at=_later(leaving),
        leaving=leaving.pk,
        mission=mission,
        house=str(leaving.organisation),
        day=leaving.closes_on,
    )


def house_leaves_desk(leaving: Leaving, people: Iterable[User], *, missions: int) -> None:
    HOUSE_LEAVES_DESK.tell(
        people,
        url=leaving.organisation.get_absolute_url(),
        due_at=None if leaving.closed_at else _later(leaving),
        leaving=leaving.pk,
        organisation=leaving.organisation,
        day=leaving.closes_on,
        has_left=leaving.closed_at is not None,
        total=missions,
    )


def those_told(leaving: Leaving) -> set[int]:
    """The numbers of those to whom a letter of this departure was written, whether or not all of them could be."""
    letters = (HOUSE_LEAVES, HOUSE_LEAVES_MISSIONS, STRUCTURE_LEAVES, HOUSE_LEAVES_DESK)
    kinds = [letter.name for letter in letters]
    written = Notification.objects.filter(
        kind__in=kinds, key__startswith=LEAVING.written(leaving=leaving.pk), recipient__isnull=False
    )
    return {number for number in written.values_list("recipient", flat=True) if number}


def leaving_called_off(leaving: Leaving, people: Iterable[User]) -> None:
    LEAVING_CALLED_OFF.tell(
        people,
        url=reverse("home"),
        but=leaving.called_off_by,
        leaving=leaving.pk,
        house=str(leaving.organisation),
        day=leaving.closes_on,
    )


def house_closed(leaving: Leaving, people: Iterable[User]) -> None:
    """Tell those who administered it where its papers are, whoever set the day included."""
    for person in people:
        HOUSE_CLOSED.tell(
            [person],
            url=leaving.get_absolute_url(),
            leaving=leaving.pk,
            house=str(leaving.organisation),
            until=leaving.papers_until,
            has_password=person.has_usable_password(),
        )
