"""The letters about who is away: to whoever answers meanwhile, and to the person."""

from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from marketplace.letters.families import DESK
from marketplace.models import Absence, HandOver
from marketplace.models.desk.desk import about_what_is_left
from marketplace.rules import absences
from notifications.letter import Key, Letter
from notifications.models import Notification

MOST_NAMED = 10


def _no_longer(letter: Notification, absence: int, **_parts: object) -> str:
    mine = Absence.objects.from_then_on(timezone.localdate()).filter(stand_in=letter.recipient_id)
    return "" if mine.filter(pk=absence).exists() else gettext_noop("No longer theirs")


ABOUT = Key("absence:{absence}")
STAND_IN_ASKED = Letter("stand_in_asked", ABOUT + ":stands-in:{version}", DESK, moot=_no_longer)
STAND_IN_FREED = Letter("stand_in_freed", ABOUT + ":freed:{version}", DESK)
ABSENCE_TOLD = Letter("absence_told", ABOUT + ":told:{version}", DESK)
ABSENCE_ENDED = Letter("absence_ended", ABOUT + ":ended", DESK)
ABSENCE_BEGINS = Letter("absence_begins", ABOUT + ":begins", DESK, moot=_no_longer)
ABSENCE_OVER = Letter("absence_over", ABOUT + ":over", DESK)


def _facts(absence: Absence) -> dict[str, Any]:
    return {
        "absence": absence.pk,
        "name": absence.person.get_full_name(),
        "first_day": absence.first_day,
        "last_day": absence.last_day,
        "pole": absence.pole,
    }


def stand_in_asked(absence: Absence, *, by: User) -> None:
    """Tell the colleague who answers meanwhile, unless they have said so themselves."""
    STAND_IN_ASKED.tell(
        [absence.stand_in] if absence.stand_in else [],
        url=absence.get_absolute_url(),
        but=by,
        version=absence.version,
        by=by.get_full_name() if by != absence.person else "",
        **_facts(absence),
    )


def stand_in_freed(absence: Absence, who: User, *, by: User) -> None:
    """Tell somebody that they don't answer meanwhile any more, unless they have said so themselves."""
    STAND_IN_FREED.tell(
        [who],
        url=absence.get_absolute_url(),
        but=by,
        version=absence.version,
        is_over=absence.ended_at is not None,
        **_facts(absence),
    )


def absence_told(absence: Absence, *, by: User) -> None:
    """Tell the person what somebody else has noted of their absence, and who answers, or that nobody does any more."""
    ABSENCE_TOLD.tell(
        [absence.person],
        url=absence.get_absolute_url(),
        but=by,
        version=absence.version,
        by=by,
        stand_in=absence.stand_in.get_full_name() if absence.stand_in else "",
        **_facts(absence),
    )


def absence_ended(absence: Absence, *, by: User) -> None:
    """Tell the person that somebody else has noted them as back: if they aren't, nobody answers any more."""
    ABSENCE_ENDED.tell(
        [absence.person], url=reverse("absence-new"), but=by, by=by, **_facts(absence)
    )


def absence_begins(absence: Absence) -> None:
    ABSENCE_BEGINS.tell(
        [absence.stand_in] if absence.stand_in else [],
        url=reverse("desk") + "?whose=mine",
        **_facts(absence),
    )


def absence_over(absence: Absence) -> None:
    """Tell whoever is back which of their lines in this pôle others follow by now, without those of what they are a side
    of."""
    first_day = absences.first_day_of_all(absence)
    since = timezone.make_aware(datetime.combine(first_day, time.min))
    pole = absence.pole_id
    here = Q(need__pole=pole) | Q(mission__need__pole=pole) | Q(organisation__pole=pole)
    theirs = HandOver.objects.filter(from_person=absence.person, at__gte=since)
    passed = theirs.filter(here & ~about_what_is_left(absence.person))
    rows = passed.select_related(
        "need", "mission__need", "organisation", "to_person", "to_operator"
    )
    ABSENCE_OVER.tell(
        [absence.person],
        url=reverse("desk") + "?whose=mine",
        passed_on=[{"what": str(one.subject), "who": str(one.to)} for one in rows[:MOST_NAMED]],
        more=max(0, passed.count() - MOST_NAMED),
        **_facts(absence) | {"first_day": first_day},
    )
