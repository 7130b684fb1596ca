"""Gatherings: written, announced, changed, cancelled, and over. Each act locks the gathering first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import BaseModelForm
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import ForbiddenMove, User
from common.second_text import SECOND
from marketplace import letters
from marketplace.actions import double_submit
from marketplace.actions.gatherings import attendances, leading
from marketplace.actions.refusals import NotYet
from marketplace.models import Gathering, Offer, Skill, reasons
from marketplace.rules import gatherings as rules
from marketplace.rules import permissions
from marketplace.states import GatheringStatus

SAID = (
    *("kind", "title", "about", "host", "starts_at", "ends_at", "commune", "address", "link"),
    *("seats", "seats_each", "audience", "languages", "takes_currency", *SECOND),
)
MOVED = ("starts_at", "ends_at", "commune_id", "address", "link")


class SeatsTaken(NotYet):
    """Fewer seats than people who have one."""


@transaction.atomic
def write(
    gathering: Gathering, form: BaseModelForm, skills: Iterable[Skill], *, by: User, now: datetime
) -> Gathering:
    """Save what the form says, of a draft or of one that is announced; who comes to that one is told of another time or
    place. A new one that was written a moment ago in the same words isn't made twice. Raises NotYet or SeatsTaken."""
    if gathering.pk is None:
        return _begin(gathering, form, skills, by=by, now=now)
    before = attendances.locked(gathering)
    if before.status not in {GatheringStatus.DRAFT, GatheringStatus.PUBLISHED}:
        state = {"state": before.get_status_display()}
        raise NotYet(_("Too late: it is now “%(state)s”.") % state)
    if before.is_announced and before.has_begun(now):
        raise NotYet(_("It has begun: what people came to stays as it is."))
    _require_seats(gathering, before)
    gathering.status, gathering.created_by = before.status, before.created_by
    # Written by others since the form was opened.
    gathering.need, gathering.host_paused_at = before.need, before.host_paused_at
    form.save(commit=False)
    if "trainer" not in form.fields:
        gathering.trainer = before.trainer  # who may have stepped back meanwhile
    _led_by(gathering, before, by=by, now=now)
    gathering.save()
    gathering.skills.set(skills)
    if before.trainer_id != gathering.trainer_id:
        leading.end(gathering, by=by, now=now)
        leading.take_up(gathering)
    _ask_the_trainer(gathering, before.trainer_id, now=now)
    if before.is_announced:
        _tell_what_changed(gathering, before, by=by, now=now)
        attendances.settle(gathering, now=now)
    return gathering


def _begin(
    gathering: Gathering, form: BaseModelForm, skills: Iterable[Skill], *, by: User, now: datetime
) -> Gathering:
    form.save(commit=False)
    gathering.pole, gathering.created_by = gathering.host.pole, by
    alive = Gathering.objects.exclude(status=GatheringStatus.CANCELLED)
    if there := double_submit.just_written(gathering, SAID, alive, by=by).first():
        return there
    _led_by(gathering, None, by=by, now=now)
    gathering.save()
    gathering.skills.set(skills)
    gathering.begin(by=by)
    _ask_the_trainer(gathering, None, now=now)
    return gathering


def _require_seats(gathering: Gathering, before: Gathering) -> None:
    taken = before.attendances.seated().count()
    if gathering.seats < taken:
        words = ngettext(
            "%(n)s seat is taken already: leave at least as many.",
            "%(n)s seats are taken already: leave at least as many.",
            taken,
        )
        raise SeatsTaken(words % {"n": taken})


def _led_by(gathering: Gathering, before: Gathering | None, *, by: User, now: datetime) -> None:
    """A yes stays as long as the same person leads it; whoever leads it themselves has said it by writing so. Raises NotYet:
    they can't be asked."""
    same = before is not None and before.trainer_id == gathering.trainer_id
    gathering.trainer_agreed_at = before.trainer_agreed_at if before and same else None
    offer = gathering.trainer
    if offer is not None and not same and (why := rules.why_not_led_by(offer, gathering.host, by)):
        raise NotYet(why)
    if offer is not None and offer.person_id == by.pk and not gathering.trainer_agreed_at:
        gathering.trainer_agreed_at = now


def _ask_the_trainer(gathering: Gathering, before: int | None, *, now: datetime) -> None:
    if gathering.trainer_id in {None, before} or gathering.trainer_agreed_at:
        return
    letters.gathering_trainer_asked(gathering, now=now)


def _tell_what_changed(gathering: Gathering, before: Gathering, *, by: User, now: datetime) -> None:
    if all(getattr(gathering, name) == getattr(before, name) for name in MOVED):
        return
    step = gathering.note(by=by, reason=reasons.coded("gathering-moved"))
    # Whoever had said that they come had said it of another day.
    gathering.attendances.exclude(comes_at=None).update(comes_at=None)
    letters.gathering_changed(gathering, step)


@transaction.atomic
def announce(gathering: Gathering, *, by: User, now: datetime) -> None:
    """From now on people put their names down. Raises NotYet, ForbiddenMove."""
    fresh = attendances.locked(gathering)
    if not fresh.is_draft:
        raise ForbiddenMove(fresh, fresh.status, GatheringStatus.PUBLISHED)
    if why := rules.why_not_announced(fresh, now):
        raise NotYet(why)
    fresh.move(GatheringStatus.PUBLISHED, by=by)


@transaction.atomic
def cancel(gathering: Gathering, *, word: str, by: User | None, now: datetime) -> None:
    """It won’t be: who comes or waits is told once, and so is whoever leads it. Raises NotYet, ForbiddenMove."""
    fresh = attendances.locked(gathering)
    if fresh.is_announced and fresh.has_begun(now):
        raise NotYet(_("It has begun: there is nothing left to cancel."))
    was_announced = fresh.is_announced
    step = fresh.move(GatheringStatus.CANCELLED, by=by, reason=word)
    if was_announced:
        letters.gathering_cancelled(fresh, step)
    attendances.end_all(fresh, by=by)
    leading.end(fresh, by=by, now=now)


@transaction.atomic
def copy(
    gathering: Gathering, *, on: Iterable[datetime], by: User, now: datetime
) -> list[Gathering]:
    """The same on other days, each a draft of its own: so many quarters of a year, so many meetings. Raises NotYet."""
    if not permissions.can_host(by, gathering.host):
        raise NotYet(
            _("You can’t host in the name of %(house)s today.") % {"house": gathering.host}
        )
    made = []
    lasts = gathering.ends_at - gathering.starts_at
    for starts_at in sorted(set(on)):
        values: dict[str, Any] = {name: getattr(gathering, name) for name in SAID}
        values |= {"starts_at": starts_at, "ends_at": starts_at + lasts}
        values["is_second_behind"] = gathering.is_second_behind
        twin = Gathering(**values, pole=gathering.host.pole, created_by=by)
        drafts = Gathering.objects.exclude(status=GatheringStatus.CANCELLED)
        if double_submit.just_written(twin, SAID, drafts, by=by).exists():
            continue
        twin.save()
        twin.skills.set(gathering.skills.all())
        made.append(twin.begin(by=by))
    return made


# --- who leads it ----------------------------------------------------------------------------
@transaction.atomic
def answer_as_trainer(gathering: Gathering, *, yes: bool, by: User, now: datetime) -> None:
    """Whoever is asked to lead it says yes or no; later they may still step back, until it begins. The host is told. Raises
    NotYet."""
    fresh = attendances.locked(gathering)
    offer = fresh.trainer
    if (
        offer is None
        or not offer.brings(by)
        or fresh.status in rules.NO_MORE
        or fresh.has_begun(now)
    ):
        raise NotYet(_("You aren’t asked to lead it any more."))
    if yes and fresh.trainer_agreed_at:
        return
    if yes:
        fresh.trainer_agreed_at = now
        fresh.save(update_fields=["trainer_agreed_at"])
        step = fresh.note(by=by, reason=reasons.coded("trainer-yes"))
        leading.take_up(fresh)
        letters.gathering_trainer_said(fresh, offer, step)
        return
    _without_trainer(fresh, offer, by=by, now=now)


def _without_trainer(fresh: Gathering, offer: Offer, *, by: User | None, now: datetime) -> None:
    """The host decides what comes of it: somebody else, without, another day, or none. Who comes is told of that alone."""
    fresh.trainer, fresh.trainer_agreed_at = None, None
    fresh.save(update_fields=["trainer", "trainer_agreed_at"])
    step = fresh.note(by=by, reason=reasons.coded("trainer-left"))
    letters.gathering_trainer_said(fresh, offer, step)
    leading.end(fresh, by=by, now=now)


@transaction.atomic
def follow_trainer(gathering: Gathering, *, now: datetime) -> bool:
    """Whoever was to lead it has left, or may not act today: its host and the coordinators are told. False when they may."""
    fresh = attendances.locked(gathering)
    offer = fresh.trainer
    if offer is None or not fresh.is_to_come(now):
        return False
    if offer.person is not None and offer.brings(offer.person) and offer.person.is_active:
        return False
    _without_trainer(fresh, offer, by=None, now=now)
    return True


@transaction.atomic
def follow_host(gathering: Gathering, *, now: datetime) -> bool:
    """Its host may not act any more, or may again: who comes is told once. From the day before on it is called off, so that
    nobody goes there in vain. False when nothing has changed."""
    fresh = attendances.locked(gathering)
    acts = Gathering.objects.filter(rules.hosts_acting(), pk=fresh.pk).exists()
    if not fresh.is_to_come(now):
        return False
    if not acts and fresh.starts_at < rules.after_tomorrow(now):
        cancel(fresh, word=reasons.coded("host-may-not"), by=None, now=now)
        return True
    if acts == (fresh.host_paused_at is None):
        return False
    fresh.host_paused_at = None if acts else now
    fresh.save(update_fields=["host_paused_at"])
    why = reasons.coded("host-may-again" if acts else "host-may-not")
    letters.gathering_host(fresh, fresh.note(by=None, reason=why))
    return True


@transaction.atomic
def end(gathering: Gathering, *, now: datetime) -> bool:
    """Its hours are over: it took place, and its host is asked who came. False when it was called off or moved meanwhile."""
    fresh = attendances.locked(gathering)
    if not fresh.is_announced or fresh.ends_at > now:
        return False
    step = fresh.move(GatheringStatus.TOOK_PLACE, by=None)
    attendances.end_waiting(fresh)
    if fresh.attendances.confirmed().exists():
        letters.gathering_over(fresh, step)
    return True
