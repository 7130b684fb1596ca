"""Several structures carry a need: its lead asks others, each is in by its own yes, and may leave before anything is signed.

Each act locks the need first, as its publication does: of a yes, a publication and a leaving at once each sees what was before it.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.models.leavings import why_nothing_new
from marketplace import letters, ranking
from marketplace.actions.missions import missions, served
from marketplace.actions.refusals import NotYet
from marketplace.models import Carrier, CarrierStep, Need, Reminder, reasons
from marketplace.models.market.needs import BEFORE_IT_IS_SHOWN
from marketplace.rules import carriers as rules
from marketplace.rules import working_days
from marketplace.rules.carriers import LAPSES_AFTER, REMINDED_AFTER
from marketplace.states import LIVE, CarrierStatus
from notifications.faults import each_row

ACT = "carriers"


@transaction.atomic
def invite(
    need: Need, organisation: Organisation, *, word: str, by: User, now: datetime
) -> Carrier:
    """Ask a structure to carry the need with its lead. A second click returns the question of the first. Raises NotYet."""
    need = _lock(need.pk)
    organisation = Organisation.objects.get(pk=organisation.pk)
    asked = need.carriers.invited().filter(organisation=organisation, invited_by=by, word=word)
    if there := asked.first():
        return there
    if refusal := rules.why_nobody_else(need) or rules.why_not_invite(need, organisation):
        raise NotYet(refusal)
    carrier = Carrier.objects.create(
        need=need, organisation=organisation, word=word, invited_by=by, invited_at=now
    )
    carrier.begin(by=by)
    letters.carrier_asked(carrier)
    return carrier


@transaction.atomic
def agree(carrier: Carrier, *, word: str = "", by: User, now: datetime) -> Carrier:
    """The structure says yes: it carries the need from now on, and whoever said so is its referent; its words are optional.
    Raises NotYet."""
    need, carrier = _locked(carrier)
    _require_asked(carrier, need)
    if not by.speaks_for(carrier.organisation) or not carrier.organisation.is_accepted:
        raise NotYet(
            _("You can’t decide for %(organisation)s at the moment.")
            % {"organisation": carrier.organisation}
        )
    if why := why_nothing_new(carrier.organisation):
        raise NotYet(why)
    step = carrier.move(CarrierStatus.AGREED, by=by, reason=word)
    carrier.referent, carrier.agreed_at = by, now
    carrier.save(update_fields=["referent", "agreed_at"])
    letters.carrier_answered(step)
    return carrier


@transaction.atomic
def decline(carrier: Carrier, *, word: str, by: User) -> None:
    """The structure says no; its words are optional. Raises NotYet."""
    need, carrier = _locked(carrier)
    _require_asked(carrier, need)
    letters.carrier_answered(carrier.move(CarrierStatus.DECLINED, by=by, reason=word))


@transaction.atomic
def take_back(carrier: Carrier, *, by: User) -> None:
    """The lead no longer waits for it: the structure is told that it has nothing to answer. Raises NotYet."""
    need, carrier = _locked(carrier)
    _require_asked(carrier, need)
    _lapse(carrier, by=by, reason=reasons.coded("carrier-taken-back"))


def take_back_all(need: Need, *, by: User | None) -> None:
    """The need ends: nobody has to answer any more. The caller holds its lock."""
    for carrier in need.carriers.invited().select_related("organisation", "need"):
        _lapse(carrier, by=by, reason=reasons.coded("need-not-open"))


def _lapse(carrier: Carrier, *, by: User | None, reason: str) -> None:
    step = carrier.move(CarrierStatus.LAPSED, by=by, reason=reason)
    letters.carrier_taken_back(step)


@transaction.atomic
def leave(carrier: Carrier, *, word: str, by: User) -> None:
    """The structure carries the need no more: its lead and the coordination are told, and the matching follows. Raises
    NotYet once a mission of the need has begun or is signed, and ForbiddenMove the second time."""
    need, carrier = _locked(carrier)
    if rules.has_begun(need):
        raise NotYet(
            _(
                "A mission of this need has begun or is signed: it is carried to its end. Write to the coordinators if something stands in the way."
            )
        )
    _leave(need, carrier, word=word, by=by)
    alone = need.missions.filter(apart_for=carrier.organisation, status__in=LIVE)
    for mission in alone.order_by("pk"):  # it was for them alone, and nothing of it is signed
        missions.interrupt(mission, reason=word, by=by, now=timezone.now())


def _leave(need: Need, carrier: Carrier, *, word: str, by: User | None) -> None:
    step: CarrierStep = carrier.move(CarrierStatus.LEFT, by=by, reason=word)
    letters.carrier_left(step)
    served.carrier_left(carrier, by=by)
    ranking.changed(need)


# --- by the clock ---------------------------------------------------------------------------
def look_after(now: datetime) -> int:
    """Remind those who haven't answered, go on without those who don't, and take out those that aren't verified any more.
    Returns how many were acted upon. Nobody is asked on a Sunday."""
    today = working_days.worked_until(timezone.localdate(now))
    until = working_days.end_of(working_days.before(today, REMINDED_AFTER[0]))
    asked = Carrier.objects.invited().filter(
        invited_at__lte=until, need__status__in=BEFORE_IT_IS_SHOWN
    )
    found = asked | Carrier.objects.standing().of_the_unverified()
    return each_row(ACT, found.order_by("pk"), partial(_look_after, now=now))


def _look_after(found: Carrier, *, now: datetime) -> bool:
    """Read again under the need's lock: one that was answered meanwhile is left alone."""
    need, carrier = _locked(found)
    if not (carrier.is_invited or carrier.is_agreed):
        return False
    if not carrier.organisation.is_accepted:
        return _gone(need, carrier)
    return carrier.is_invited and _remind_or_lapse(carrier, now)


def _gone(need: Need, carrier: Carrier) -> bool:
    """A structure that is suspended or has left carries nothing new; a mission that is signed keeps those it names."""
    why = reasons.coded("carrier-gone", house=carrier.organisation)
    if carrier.is_invited:
        letters.carrier_lapsed(carrier.move(CarrierStatus.LAPSED, by=None, reason=why))
        return True
    if rules.has_begun(need):
        return False
    _leave(need, carrier, word=why, by=None)
    return True


def come_back(now: datetime) -> int:
    """Those that were taken out as they weren't verified, and are again, carry the need as before; where a mission has begun
    or is signed without them, they and the lead are told so. Returns how many were acted upon."""
    gone = rules.that_may_come_back()
    return each_row(f"{ACT}-back", gone.order_by("pk"), partial(_come_back, now=now))


def _come_back(found: Carrier, *, now: datetime) -> bool:
    need, carrier = _locked(found)
    if not rules.that_may_come_back().filter(pk=carrier.pk).exists():
        return False
    if rules.stays_out(carrier):
        return False
    house = {"house": carrier.organisation}
    if rules.has_begun(need):
        if not Reminder.claim(f"carrier-too-late:{carrier.pk}", now):
            return False
        step = carrier.note(by=None, reason=reasons.coded("carrier-too-late", **house))
        letters.carrier_back(step)
        return True
    step = carrier.move(
        CarrierStatus.AGREED, by=None, reason=reasons.coded("carrier-back", **house)
    )
    served.carrier_back(carrier)
    letters.carrier_back(step)
    ranking.changed(need)
    return True


def _remind_or_lapse(carrier: Carrier, now: datetime) -> bool:
    """The latest reminder that is due, once; no answer is an end only once the last reminder has had its days."""
    today = working_days.worked_until(timezone.localdate(now))
    since = timezone.localdate(carrier.invited_at)
    due = [days for days in REMINDED_AFTER if since <= working_days.before(today, days)]
    if not due:
        return False
    if Reminder.claim(_key(carrier, due[-1]), now):
        for days in due[:-1]:
            Reminder.claim(_key(carrier, days), now, merged=True)
        letters.carrier_reminder(carrier, due[-1])
        return True
    keys = [_key(carrier, days) for days in REMINDED_AFTER]
    last = Reminder.objects.filter(key__in=keys).latest("at")
    warned = timezone.localdate(last.at)
    patience = LAPSES_AFTER - REMINDED_AFTER[-1]
    if since > working_days.before(today, LAPSES_AFTER) or warned > working_days.before(
        today, patience
    ):
        return False
    why = reasons.coded("unanswered", days=LAPSES_AFTER)
    letters.carrier_lapsed(carrier.move(CarrierStatus.LAPSED, by=None, reason=why))
    return True


def _key(carrier: Carrier, days: int) -> str:
    return f"asked-to-carry:{carrier.pk}:{days}"


# --- locks ----------------------------------------------------------------------------------
def _lock(need: int) -> Need:
    rows = Need.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organisation", "pole").get(pk=need)


def _locked(carrier: Carrier) -> tuple[Need, Carrier]:
    need = _lock(carrier.need_id)
    fresh = Carrier.objects.select_related("organisation").get(pk=carrier.pk)
    fresh.need = need
    return need, fresh


def _require_asked(carrier: Carrier, need: Need) -> None:
    if not carrier.is_invited or need.status not in BEFORE_IT_IS_SHOWN:
        raise NotYet(_("Too late: nobody waits for this answer any more."))
