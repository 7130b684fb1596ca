"""What somebody who came says of it: whether it served; and the need of their structure that it ends."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.gatherings import attendances
from marketplace.actions.market import needs
from marketplace.actions.refusals import NotYet
from marketplace.models import Attendance, Need
from marketplace.rules import gatherings as rules
from marketplace.states import GatheringStatus


@transaction.atomic
def say(attendance: Attendance, *, serves: bool, by: User, now: datetime) -> None:
    """Say once whether it served; the same again is once. Raises NotYet: they weren't there."""
    fresh = attendances.locked(attendance.gathering)
    mine = fresh.attendances.select_for_update(no_key=True).get(pk=attendance.pk)
    if not mine.came or fresh.status == GatheringStatus.CANCELLED:
        raise NotYet(_("The host hasn’t said that you came: ask them to correct it first."))
    if mine.serves == serves:
        return
    if mine.serves is not None:
        raise NotYet(_("You have said it already."))
    mine.serves, mine.answered_at = serves, now
    mine.save(update_fields=["serves", "answered_at"])


@transaction.atomic
def say_use(attendance: Attendance, *, uses: str, by: User, now: datetime) -> None:
    """Say once, three months later, whether it is still used; the same again is once. Raises NotYet."""
    fresh = attendances.locked(attendance.gathering)
    mine = fresh.attendances.select_for_update(no_key=True).get(pk=attendance.pk)
    mine.gathering = fresh
    if mine.uses == uses:
        return
    if not rules.may_do(mine, now)["say_they_use_it"]:
        raise NotYet(_("There is nothing to say of it now, or you have said it already."))
    mine.uses, mine.uses_said_at = uses, now
    mine.save(update_fields=["uses", "uses_said_at"])


@transaction.atomic
def end_need(need: Need, attendance: Attendance, *, by: User) -> None:
    """A need ends because somebody of its structure came and said that it served. Raises NotYet, ForbiddenMove."""
    fresh = attendances.locked(attendance.gathering)
    mine = fresh.attendances.get(pk=attendance.pk)
    if not (mine.came and mine.serves and mine.organisation_id == need.organisation_id):
        raise NotYet(
            _(
                "Only what somebody of the structure came to, and said to have served, serves a need."
            )
        )
    needs.served(need, fresh.title, by=by)
