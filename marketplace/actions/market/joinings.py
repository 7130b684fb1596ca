"""Two needs that are alike become one that both structures carry, when both leads say yes; and are split again while no mission
has begun. What is alike is found by `actions/market/alike.py`.

Each act locks both needs, by their numbers.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from marketplace import letters, ranking
from marketplace.actions.market import proposals
from marketplace.actions.missions import served
from marketplace.actions.refusals import NotYet
from marketplace.models import Carrier, Joining, Need, Reminder, Side, reasons
from marketplace.rules import joinings as rules
from marketplace.rules import working_days
from marketplace.states import CarrierStatus, JoiningStatus, NeedStatus
from notifications.faults import each_row

ACT = "joinings"


@transaction.atomic
def propose(
    joining: Joining, *, hours: int, places: int, word: str, by: User, now: datetime
) -> None:
    """The coordinator asks both leads, with the hours and places that the one need would have. Raises NotYet."""
    joining = _locked(joining)
    _require(joining.is_found, joining)
    come = joining.older.missions.taking_a_place().count()
    if places <= come:
        raise NotYet(
            ngettext(
                "%(n)s person comes to the older already: name more places than that.",
                "%(n)s people come to the older already: name more places than that.",
                come,
            )
            % {"n": come}
        )
    joining.by, joining.asked_at, joining.word = by, now, word
    joining.hours, joining.places = hours, places
    joining.move(JoiningStatus.ASKED, by=by)
    joining.save(update_fields=["by", "asked_at", "word", "hours", "places"])
    letters.joining_asked(joining)


@transaction.atomic
def dismiss(joining: Joining, *, by: User) -> None:
    """The coordinator sees no sense in it: the pair isn't shown again. Raises ForbiddenMove."""
    _locked(joining).move(JoiningStatus.DISMISSED, by=by)


@transaction.atomic
def say_yes(joining: Joining, need: Need, *, by: User, now: datetime) -> Joining:
    """The lead of one of the two says yes; with the second one they are put together. Raises NotYet."""
    joining = _locked(joining)
    need = joining.older if need.pk == joining.older_id else joining.younger
    _require(joining.is_asked, joining)
    if not by.speaks_for(need.organisation):
        raise NotYet(
            _("You can’t decide for %(organisation)s at the moment.")
            % {"organisation": need.organisation}
        )
    if need == joining.older:
        joining.older_said_yes_by = by
    else:
        joining.younger_said_yes_by = by
    joining.save(update_fields=["older_said_yes_by", "younger_said_yes_by"])
    if joining.older_said_yes_by and joining.younger_said_yes_by:
        _put_together(joining, by=by, now=now)
    return joining


@transaction.atomic
def decline(joining: Joining, *, word: str, by: User) -> None:
    """One of the two says no: both go on as they are, and those concerned are told. Raises NotYet."""
    joining = _locked(joining)
    if not joining.is_asked:
        raise NotYet(_("Too late: nobody waits for this answer any more."))
    letters.joining_ended(joining.move(JoiningStatus.DECLINED, by=by, reason=word))


def _put_together(joining: Joining, *, by: User, now: datetime) -> None:
    older, younger = joining.older, joining.younger
    joining.hours_before, joining.places_before = older.hours, older.places
    older.hours, older.places = joining.hours or older.hours, joining.places or older.places
    older.save(update_fields=["hours", "places", "updated_at"])
    older.note(by=by, reason=reasons.coded("carried-with", house=younger.organisation))
    joining.carrier = Carrier.objects.create(
        need=older, organisation=younger.organisation, referent=joining.younger_said_yes_by,
        invited_by=joining.by or by, invited_at=now, agreed_at=now, status=CarrierStatus.AGREED,
    ).begin(by=joining.younger_said_yes_by)  # fmt: skip
    freed = _end(younger, older, by=by)
    joining.save(update_fields=["hours_before", "places_before", "carrier"])
    letters.joining_done(joining.move(JoiningStatus.DONE, by=by))
    freed += proposals.fill(older, by=by)  # others may have come since it was proposed
    ranking.changed(older, younger, *freed)


def _end(younger: Need, older: Need, *, by: User) -> list:
    """The younger ends with a step that says so, and those who wait for its answer read why."""
    said = {"need": older.title, "house": older.organisation}
    younger.move(NeedStatus.CLOSED, by=by, reason=reasons.coded("put-together", **said))
    told = {"house": younger.organisation, "lead": older.organisation, "need": older.title}
    return list(
        proposals.close_all(
            younger.proposals.open(),
            reason=reasons.coded("put-together-told", **told),
            own=Side.NEED,
        )
    )


@transaction.atomic
def split(joining: Joining, *, by: User) -> None:
    """Give back the two needs as they were. Raises NotYet once a mission has begun."""
    joining = _locked(joining)
    if refusal := rules.why_not_split(joining):
        raise NotYet(refusal)
    older, younger = joining.older, joining.younger
    ended = younger.steps.last()
    if ended is None or ended.after != NeedStatus.CLOSED:
        raise NotYet(_("Too late: these needs aren’t together any more."))
    younger.take_back(ended, by=by, reason=reasons.coded("split-again"))
    if (older.hours, older.places) == (joining.hours, joining.places):  # nobody has changed them
        older.hours = joining.hours_before or older.hours
        older.places = joining.places_before or older.places
        older.save(update_fields=["hours", "places", "updated_at"])
    older.note(by=by, reason=reasons.coded("split-again"))
    carrier = joining.carrier
    if carrier and carrier.is_agreed:
        carrier.move(CarrierStatus.LEFT, by=by, reason=reasons.coded("split-again"))
        served.carrier_left(carrier, by=by)
    letters.joining_split(joining.move(JoiningStatus.SPLIT, by=by))
    freed = proposals.fill(older, by=by) if older.status == NeedStatus.PUBLISHED else []
    ranking.changed(older, younger, *freed)


# --- by the clock ---------------------------------------------------------------------------
def follow(now: datetime) -> int:
    """Remind those who were asked and haven't answered, and end what nobody answers or what isn't alike any more."""
    waiting = Joining.objects.asked().order_by("pk")
    return each_row(ACT, waiting, partial(_follow, now=now))


def _follow(found: Joining, *, now: datetime) -> bool:
    joining = _locked(found)
    if not joining.is_asked or joining.asked_at is None:
        return False
    if rules.why_not(joining.older, joining.younger):
        return _lapse(joining, reasons.coded("ended-meanwhile"))
    today = working_days.worked_until(timezone.localdate(now))
    since, key = timezone.localdate(joining.asked_at), f"put-together:{joining.pk}:"
    if since > working_days.before(today, rules.REMINDED_AFTER):
        return False
    if Reminder.claim(key, now):
        letters.joining_asked(joining, after=rules.REMINDED_AFTER)
        return True
    warned = timezone.localdate(Reminder.objects.get(key=key).at)
    patience = rules.LAPSES_AFTER - rules.REMINDED_AFTER
    if warned > working_days.before(today, patience):
        return False
    return _lapse(joining, reasons.coded("unanswered", days=rules.LAPSES_AFTER))


def _lapse(joining: Joining, why: str) -> bool:
    letters.joining_ended(joining.move(JoiningStatus.LAPSED, by=None, reason=why))
    return True


def _locked(joining: Joining) -> Joining:
    both = [joining.older_id, joining.younger_id]
    rows = Need.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=both)
    list(rows.order_by("pk"))
    whole = Joining.objects.select_related(
        "older__organisation", "older__commune", "older__pole",
        "younger__organisation", "younger__commune", "younger__pole",
    )  # fmt: skip
    return whole.get(pk=joining.pk)


def _require(stands: bool, joining: Joining) -> None:
    """Raises NotYet: it isn't theirs to do any more, or the two aren't alike."""
    if not stands:
        raise NotYet(_("Too late: nobody waits for this answer any more."))
    if refusal := rules.why_not(joining.older, joining.younger):
        raise NotYet(refusal)
