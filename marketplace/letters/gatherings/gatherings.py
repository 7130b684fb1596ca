"""The letters about a gathering: to who comes or waits, to who leads it, to its host and the coordinators."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK
from marketplace.models import Gathering, GatheringStep, Offer, reasons
from marketplace.rules import audience
from marketplace.rules.gatherings import NO_MORE, is_kept_from, told_of_host
from marketplace.states import AttendanceStatus, GatheringStatus
from notifications.letter import Key, Letter
from notifications.models import Notification


def _changed_since(letter: Notification, *, step: int) -> str:
    """It was moved again or called off since, which is told."""
    told = GatheringStep.objects.filter(pk=step)
    later = GatheringStep.objects.filter(gathering__in=told.values("gathering"), pk__gt=step)
    again = Q(after=GatheringStatus.CANCELLED) | Q(reason=reasons.coded("gathering-moved"))
    moved = later.filter(again)
    return gettext_noop("Something in it is no longer true") if moved.exists() else ""


def _told_otherwise(letter: Notification, *, step: int) -> str:
    """It was called off since, or its host may act again, which is told."""
    told = GatheringStep.objects.filter(pk=step)
    later = GatheringStep.objects.filter(gathering__in=told.values("gathering"), pk__gt=step)
    again = Q(after=GatheringStatus.CANCELLED) | Q(reason__in=OF_THE_HOST)
    return gettext_noop("Something in it is no longer true") if later.filter(again).exists() else ""


def _answered(letter: Notification, *, gathering: int, offer: int, **_parts: object) -> str:
    waits = Gathering.objects.filter(pk=gathering, trainer=offer, trainer_agreed_at=None).exclude(
        status__in=NO_MORE
    )
    return "" if waits.exists() else gettext_noop("No longer open")


def _all_said(letter: Notification, *, step: int) -> str:
    left = Gathering.objects.filter(steps=step).first()
    waits = left is not None and left.attendances.confirmed().exists()
    return "" if waits else gettext_noop("They have answered")


OF_THE_HOST = (reasons.coded("host-may-not"), reasons.coded("host-may-again"))
GATHERING_STEP = Key("gathering-step:{step}")
# Whoever no longer belongs to the house for which they came was to come all the same.
GATHERING_CHANGED = Letter("gathering_changed", GATHERING_STEP, moot=_changed_since)
GATHERING_CANCELLED = Letter("gathering_cancelled", GATHERING_STEP, to_leavers=True)
GATHERING_HOST = Letter("gathering_host", GATHERING_STEP + ":host", moot=_told_otherwise)
GATHERING_OVER = Letter("gathering_over", GATHERING_STEP + ":who-came", asks=True, moot=_all_said)
GATHERING_TRAINER_ASKED = Letter(
    "gathering_trainer_asked",
    Key("gathering:{gathering}:trainer:{offer}:{at}"),
    asks=True,
    moot=_answered,
)
GATHERING_TRAINER_SAID = Letter("gathering_trainer_said", GATHERING_STEP + ":trainer")
GATHERING_TRAINER_GONE = Letter("gathering_trainer_gone", GATHERING_STEP + ":no-trainer", DESK)


def gathering_changed(gathering: Gathering, step: GatheringStep) -> None:
    """Another time or place: once for each who comes or waits, and for whoever leads it."""
    seats = gathering.attendances.filter(status=AttendanceStatus.CONFIRMED)
    seated = set(seats.values_list("person", flat=True))
    for person in _concerned(gathering):
        GATHERING_CHANGED.tell(
            [person],
            url=gathering.get_absolute_url(),
            but=step.by,
            step=step.pk,
            gathering=gathering,
            date_url=_date_url(gathering),
            has_a_seat=person.pk in seated,
        )


def gathering_cancelled(gathering: Gathering, step: GatheringStep) -> None:
    GATHERING_CANCELLED.tell(
        _concerned(gathering),
        url=gathering.get_absolute_url(),
        but=step.by,
        step=step.pk,
        gathering=gathering,
        words=step.said if step.reason else "",
        date_url=_date_url(gathering),
    )


def gathering_host(gathering: Gathering, step: GatheringStep) -> None:
    """Its host may not act at the moment, or may again: to who comes or waits, and whoever leads it."""
    GATHERING_HOST.tell(
        _concerned(gathering),
        url=gathering.get_absolute_url(),
        step=step.pk,
        gathering=gathering,
        stands=gathering.host_paused_at is None,
    )


def gathering_over(gathering: Gathering, step: GatheringStep) -> None:
    """Its host is asked who came."""
    GATHERING_OVER.tell(
        told_of_host(gathering),
        url=reverse("gathering-presence", args=[gathering.pk]),
        step=step.pk,
        gathering=gathering,
        total=gathering.attendances.confirmed().count(),
    )


def gathering_trainer_asked(gathering: Gathering, *, now: datetime) -> None:
    """Whose offer was named is asked: nothing is said of them before their yes."""
    offer = gathering.trainer
    if offer is None or offer.person is None:
        return
    GATHERING_TRAINER_ASKED.tell(
        [offer.person],
        url=gathering.get_absolute_url(),
        gathering=gathering,
        offer=offer.pk,
        at=int(now.timestamp()),  # they may have said no, and be asked again
        house=gathering.host.name,
    )


def gathering_trainer_said(gathering: Gathering, offer: Offer, step: GatheringStep) -> None:
    """Their yes, or that they don't lead it (any more). The host hears it; of an announced one that nobody leads any more the
    coordinators hear too, without a name: what somebody offers on their own time is no news for their boss."""
    facts: dict[str, Any] = {
        "url": gathering.get_absolute_url(),
        "step": step.pk,
        "gathering": gathering,
    }
    yes = gathering.trainer_agreed_at is not None
    host = [one for one in told_of_host(gathering) if not is_kept_from(one, offer)]
    GATHERING_TRAINER_SAID.tell(
        host, but=offer.person, yes=yes, who=str(offer.person or offer), **facts
    )
    if not yes and gathering.is_announced:
        others = [one for one in audience.coordinators_of(gathering.pole) if one not in host]
        GATHERING_TRAINER_GONE.tell(others, but=offer.person, house=gathering.host.name, **facts)


def _concerned(gathering: Gathering) -> Iterable[User]:
    standing = gathering.attendances.standing().select_related("person")
    people = [one.person for one in standing]
    offer = gathering.trainer
    if offer is not None and offer.person is not None and gathering.trainer_agreed_at:
        people.append(offer.person)
    return [one for one in people if one.is_active]


def _date_url(gathering: Gathering) -> str:
    return f"{settings.SITE_URL}{reverse('gathering-date', args=[gathering.pk])}"
