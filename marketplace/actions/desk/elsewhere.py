"""Asks another pôle to look among its own people, when nobody here suits a need; and sees to it that an answer comes
back: somebody, nobody, or that there was none."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Pole, User
from common.dates import spoken
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import AskedPole, Need, Origin, Proposal, Reminder
from marketplace.models.desk.elsewhere import AGAIN_AFTER, CLOSED_AFTER, REMINDED_AFTER
from marketplace.rules import working_days
from marketplace.states import AskedPoleStatus, NeedStatus
from notifications.faults import each_row


@transaction.atomic
def ask(need: Need, pole: Pole, *, word: str, by: User) -> AskedPole:
    """Tell the coordinators of another pôle, who may then put their people forward. One that has answered, or hasn't,
    may be asked again. Raises NotYet with a sentence: the need is over or private, or this pôle is asked already."""
    need = _lock(need.pk)
    _require_open(need)
    if not need.is_listed:
        raise NotYet(_("This need is proposed privately: put it in the catalogue first."))
    if pole.pk == need.pole_id:
        raise NotYet(_("This is the need’s own pôle."))
    now = timezone.now()
    asked, is_new = AskedPole.objects.get_or_create(
        need=need, pole=pole, defaults={"word": word, "by": by, "at": now}
    )
    if is_new:
        step = asked.begin(by=by).last_step
    else:
        if refusal := why_not_again(asked, now):
            raise NotYet(refusal)
        step = asked.move(AskedPoleStatus.ASKED, by=by)
        asked.word, asked.by, asked.at = word, by, now
        asked.save(update_fields=["word", "by", "at"])
    letters.pole_asked(asked, step)
    return asked


def why_not_again(asked: AskedPole, now: datetime) -> str:
    """Why a pôle that was asked can't be asked again today, as a sentence; "" when it can."""
    if asked.is_asked:
        return _("%(pole)s has been asked already.") % {"pole": asked.pole}
    theirs = Proposal.objects.filter(need=asked.need_id, offer__pole=asked.pole_id)
    if asked.has_found and theirs.going_on().exists():
        return _("Somebody from there is proposed already: %(pole)s has answered.") % {
            "pole": asked.pole
        }
    again_from = timezone.localdate(asked.last_step.at + AGAIN_AFTER)
    if asked.status == AskedPoleStatus.NOBODY and timezone.localdate(now) < again_from:
        return _("%(pole)s has found nobody: it may be asked again from %(day)s.") % {
            "pole": asked.pole,
            "day": spoken(again_from, "j F"),
        }
    return ""


@transaction.atomic
def find_nobody(asked: AskedPole, *, word: str, by: User) -> None:
    """The pôle that was asked says that it has nobody: those who asked are told. It may still put somebody forward.
    Raises ForbiddenMove when it has answered, NotYet when the need is over or isn't shown to it any more."""
    _require_open(_lock(asked.need_id))
    if not AskedPole.objects.shown().filter(pk=asked.pk).exists():
        raise NotYet(
            _("This need isn’t shown to other pôles any more. Nothing is left for you to do.")
        )
    asked.refresh_from_db()
    step = asked.move(AskedPoleStatus.NOBODY, by=by, reason=word)
    letters.pole_answered(step)


@transaction.atomic
def take_back(asked: AskedPole, *, by: User) -> None:
    """The need's own pôle no longer asks: what was put forward meanwhile goes on. Raises ForbiddenMove."""
    _lock(asked.need_id)
    asked.refresh_from_db()
    step = asked.move(AskedPoleStatus.TAKEN_BACK, by=by)
    letters.pole_taken_back(step)


def somebody_proposed(proposal: Proposal, *, by: User) -> None:
    """Note that a pôle that was asked has found somebody, by whichever way they came. Those who asked are told of whom
    its coordinators put forward; an application tells itself. Called under the lock of the need."""
    need, pole = proposal.need, proposal.offer.pole_id
    asked = AskedPole.objects.filter(need=need, pole=pole).first() if pole != need.pole_id else None
    if asked is None or not asked.may(AskedPoleStatus.FOUND):
        return
    theirs = proposal.origin == Origin.COORDINATOR
    step = asked.move(AskedPoleStatus.FOUND, by=by if theirs else None)
    if theirs:
        letters.pole_answered(step, found=proposal)


# --- by the clock ---------------------------------------------------------------------------
def remind(now: datetime) -> int:
    """Remind each pôle that hasn't answered, once; after the days that were named, close what it was asked, and tell
    those who asked. Nobody is asked to look on a Sunday."""
    today = working_days.worked_until(timezone.localdate(now))
    return each_row("asked-poles", _due(today, now), _say_if_due)


def _due(today: date, now: datetime) -> Iterator[tuple[AskedPole, date, datetime]]:
    until = working_days.end_of(working_days.before(today, REMINDED_AFTER))
    for asked in AskedPole.objects.waiting().with_since().filter(since__lte=until).order_by("pk"):
        yield asked, today, now


@transaction.atomic
def _say_if_due(found: AskedPole, today: date, now: datetime) -> bool:
    """Read again under the need's lock: one that was answered meanwhile is left alone."""
    _lock(found.need_id)
    asked = AskedPole.objects.waiting().with_since().filter(pk=found.pk).first()
    if asked is None:
        return False
    if not asked.steps.exists():  # the release before wrote it while this one was put in place
        asked.begin(by=asked.by)
    since = timezone.localdate(asked.since)
    step = asked.last_step
    key = f"asked-pole:{asked.pk}:{step.pk}:{since.isoformat()}:remind"
    left = CLOSED_AFTER - REMINDED_AFTER
    if Reminder.claim(key, now):
        closes_on = max(working_days.after(since, CLOSED_AFTER), working_days.after(today, left))
        letters.pole_reminded(step, closes_on=closes_on)
        return True
    reminded_on = timezone.localdate(Reminder.objects.get(key=key).at)
    if since > working_days.before(today, CLOSED_AFTER) or reminded_on > working_days.before(
        today, left
    ):
        return False
    letters.pole_answered(asked.move(AskedPoleStatus.UNANSWERED, by=None))
    return True


def _lock(need: int) -> Need:
    return Need.objects.select_for_update(no_key=True).get(pk=need)


def _require_open(need: Need) -> None:
    if need.status != NeedStatus.PUBLISHED:
        raise NotYet(_("This need isn’t open any more: it is filled or closed."))
