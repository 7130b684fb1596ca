"""What happens to a need. One verb, one transaction."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.forms import BaseModelForm
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.leavings import why_nothing_new
from marketplace import letters, ranking
from marketplace.actions import double_submit
from marketplace.actions.desk import behalf, dispatch
from marketplace.actions.market import carriers, proposals, serving, waiting_lists
from marketplace.actions.refusals import NotYet
from marketplace.models import Beneficiary, Format, HandOver, Need, Offer, Side, reasons
from marketplace.models.market.lengths import LENGTH, RHYTHM
from marketplace.models.market.need_fields import SAID
from marketplace.rules import deductions
from marketplace.rules.carriers import why_not_publish
from marketplace.rules.next_acts.needs import why_not_send
from marketplace.states import NeedStatus
from notifications.faults import each_row

# Of one value each: its skills and whom it serves are compared apart.
ONE_VALUE = tuple(name for name in SAID if name != "beneficiaries")
WAITS_OR_IS_SHOWN = (NeedStatus.DRAFT, NeedStatus.SUBMITTED, NeedStatus.PUBLISHED)


@transaction.atomic
def write(need: Need, form: BaseModelForm, chosen: Collection | None, *, by: User) -> Need:
    """Save what the form says, with the skills chosen: each item of `chosen` has .skill, .level and .required; None where
    the form doesn't ask for them. A new need that was written a moment ago in the same words isn't made twice: the first
    is returned."""
    is_new = need.pk is None
    if not is_new:
        _require_unmoved(need)
    elif there := _written_already(need, form, chosen or (), by=by):
        return there
    need.save()
    if is_new:
        need.beneficiaries.set(_served(need))
    form.save_m2m()
    if chosen is not None:
        _want(need, chosen)
    # Fewer people wanted may be those it has.
    freed = _make_room(need, by=by) if need.status == NeedStatus.PUBLISHED else []
    ranking.changed(need, *freed)
    return need.begin(by=by) if is_new else need


def _make_room(need: Need, *, by: User) -> list[Need | Offer]:
    """Of a published need that was changed, close what has no place in it any more."""
    freed = proposals.fill(need, by=by)
    if need.in_pair:
        teams = need.proposals.open().filter(offer__person=None)
        reason = reasons.coded("pair-wanted")
        freed += proposals.close_all(teams, reason=reason, own=Side.NEED)
    return freed


def _served(need: Need) -> list[Beneficiary]:
    """Whom the structure serves: a new need begins with them, where its form doesn't ask."""
    said = deductions.begins_with(need)
    return said[1] if said else []


def _want(need: Need, chosen: Collection) -> None:
    wanted = {item.skill.pk: item for item in chosen}
    need.wanted.exclude(skill__in=wanted).delete()
    for item in wanted.values():
        need.wanted.update_or_create(
            skill=item.skill, defaults={"level": item.level, "required": item.required}
        )


def _written_already(
    need: Need, form: BaseModelForm, chosen: Collection, *, by: User
) -> Need | None:
    alive = Need.objects.filter(status__in=WAITS_OR_IS_SHOWN)
    wanted = {(item.skill.pk, int(item.level), item.required) for item in chosen}
    asked = form.cleaned_data.get("beneficiaries")
    served = set(_served(need) if asked is None else asked)
    for one in double_submit.just_written(need, ONE_VALUE, alive, by=by):
        skills = set(one.wanted.values_list("skill", "level", "required"))
        if (skills, set(one.beneficiaries.all())) == (wanted, served):
            return one
    return None


def _require_unmoved(need: Need) -> None:
    """Lock the need. Raises NotYet when its state has changed since the form was opened, for the form saves the
    whole row; the fields that the form doesn't ask are read again."""
    now = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    if now.status != need.status:
        state = {"state": now.get_status_display()}
        raise NotYet(_("Too late: this need is now “%(state)s”.") % state)
    need.coordinator_id, need.operator_id = now.coordinator_id, now.operator_id
    need.is_listed, need.confirmed_at = now.is_listed, now.confirmed_at
    if need.is_undated and now.is_undated:  # it is no fresher for being written anew
        need.starts_on, need.ends_on = now.starts_on, now.ends_on


@transaction.atomic
def submit(need: Need, *, by: User) -> None:
    """The structure hands its need to the coordinators: those of its pôle today, where it may have moved since it began
    the draft; to one operator's, where the pôle's rules say so."""
    if reason := why_not_send(need):
        raise NotYet(reason)
    need.pole = need.organisation.pole
    need.freshen(timezone.localdate())  # its draft may have waited
    step = need.move(NeedStatus.SUBMITTED, by=by)
    need.submitted_at = step.at
    need.save(update_fields=["pole", "starts_on", "ends_on", "submitted_at", "updated_at"])
    dispatch.give(need, at=step.at)
    letters.need_submitted(step)
    letters.need_sent(step)
    behalf.sent(need, by=by, now=step.at)


def follow_moved_structures() -> int:
    """Hand the needs that wait to the coordinators of today, where their structure has moved to another pôle before it
    was verified. Returns how many."""
    return each_row("moved-needs", Need.objects.left_in_another_pole().order_by("pk"), _follow)


def _follow(found: Need) -> bool:
    rows = Need.objects.select_for_update(no_key=True, of=("self",))
    need = rows.select_related("organisation").get(pk=found.pk)
    if not Need.objects.left_in_another_pole().filter(pk=need.pk).exists():
        return False
    need.pole, need.coordinator, need.operator = need.organisation.pole, None, None
    need.save(update_fields=["pole", "coordinator", "operator", "updated_at"])
    behalf.follow(need)
    dispatch.give_anew(need, at=timezone.now())
    step = need.steps.filter(after=NeedStatus.SUBMITTED).last()
    if step is not None and need.status == NeedStatus.SUBMITTED:
        letters.need_submitted(step)
    return True


@transaction.atomic
def take_charge(need: Need, *, by: User) -> None:
    """A coordinator takes charge of the need; whoever had it is told."""
    need = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    if need.coordinator_id == by.pk:
        return
    if need.coordinator_id:
        letters.need_taken(need, before=need.coordinator_id, by=by)
        HandOver.objects.create(need=need, from_person=need.coordinator, to_person=by, by=by)
    need.coordinator, need.operator = by, None
    need.save(update_fields=["coordinator", "operator", "updated_at"])


@transaction.atomic
def ask(need: Need, *, question: str, by: User) -> None:
    """The coordinator needs to know more: the need goes back to the structure."""
    step = need.move(NeedStatus.DRAFT, by=by, reason=question)
    _first_in_charge(need, by)
    letters.need_moved(letters.NEED_QUESTION, step)


@transaction.atomic
def publish(need: Need, *, by: User, listed: bool = True, word: str = "") -> None:
    """Publish a qualified need, in the catalogue or (`listed=False`) only for those who are asked, with a word for
    the structure. Raises NotYet unless the structure is verified, the end date is ahead, and whoever was asked to carry it
    too has answered."""
    Need.objects.select_for_update(no_key=True).get(
        pk=need.pk
    )  # whoever is asked, or answers, waits
    if waits := why_not_publish(need):
        raise NotYet(waits)
    if not need.organisation.is_accepted:
        raise NotYet(_("Verify the organisation first: nothing of it may be public before."))
    if why := why_nothing_new(need.organisation):
        raise NotYet(why)
    if need.is_over(timezone.localdate()):
        raise NotYet(_("The end date is already past: change it first."))
    step = need.move(NeedStatus.PUBLISHED, by=by, reason=word)
    need.published_at, need.is_listed = step.at, listed
    need.freshen(timezone.localdate())
    need.save(update_fields=["published_at", "is_listed", "starts_on", "ends_on", "updated_at"])
    if listed:
        serving.learn(need)
    _first_in_charge(need, by)
    letters.need_moved(letters.NEED_PUBLISHED if listed else letters.NEED_PRIVATE, step)
    ranking.changed(need)


@transaction.atomic
def refuse(need: Need, *, reason: str, by: User) -> None:
    step = need.move(NeedStatus.REFUSED, by=by, reason=reason)
    letters.need_moved(letters.NEED_REFUSED, step)


@transaction.atomic
def redirect(need: Need, *, reason: str, one_hour: bool, by: User) -> None:
    """Something fits better than a mission: an hour of advice (`one_hour`), or what `reason` points to."""
    step = need.move(NeedStatus.REDIRECTED, by=by, reason=reason)
    _first_in_charge(need, by)
    letters.need_redirected(step, one_hour=one_hour)


@transaction.atomic
def list_it(need: Need, *, by: User) -> None:
    """Put into the catalogue a need that was proposed privately. Raises NotYet."""
    if not Need.objects.filter(pk=need.pk, status=NeedStatus.PUBLISHED, is_listed=False).update(
        is_listed=True, updated_at=timezone.now()
    ):
        raise NotYet(_("It is in the catalogue already, or isn’t open any more."))
    need.is_listed = True
    ranking.changed(need)


@transaction.atomic
def want_more(need: Need, places: int, *, by: User, now: datetime) -> None:
    """More people are wanted than a full need asked for: the places are for those on its waiting list first. Twice is once.
    Raises NotYet."""
    locked = Need.objects.select_for_update(no_key=True, of=("self",))
    fresh = locked.select_related("organisation", "pole").get(pk=need.pk)
    if fresh.places == places:
        return
    if fresh.status != NeedStatus.FILLED or fresh.is_over(timezone.localdate(now)):
        raise NotYet(_("Its places are no longer all taken: there is nothing to add."))
    if fresh.in_pair:
        raise NotYet(_("A pair is of two people: write another need for more."))
    if why := why_nothing_new(fresh.organisation):
        raise NotYet(why)
    if places < fresh.places:
        raise NotYet(_("Fewer people than it has already: close the need instead."))
    fresh.places = places
    fresh.save(update_fields=["places", "updated_at"])
    fresh.note(by=by, reason=reasons.coded("places-raised", n=places))
    waiting_lists.settle_need(fresh, by=by, now=now)
    ranking.changed(fresh)


@transaction.atomic
def reopen(need: Need, *, by: User, one_hour: bool = False) -> None:
    """A need that was redirected or refused becomes a draft of the structure again; with `one_hour`, it becomes a
    request for one hour of advice."""
    need.move(NeedStatus.DRAFT, by=by)
    if one_hour:
        need.format, need.hours, need.places, need.in_pair = Format.ONE_HOUR, 1, 1, False
        need.deduced = " ".join(sorted(need.unsaid - {deductions.HOURS, LENGTH, RHYTHM}))
        need.save(update_fields=["format", "hours", "places", "in_pair", "deduced", "updated_at"])


@transaction.atomic
def take_back(need: Need, *, by: User) -> None:
    """The structure corrects what it has sent, while it waits to be read. Nobody is told; a draft of which the coordinators
    have asked nothing is one that they haven't seen."""
    asked = need.steps.filter(before=NeedStatus.SUBMITTED, after=NeedStatus.DRAFT).exclude(
        reason=""
    )
    is_asked = asked.exists()
    need.move(NeedStatus.DRAFT, by=by)
    if not is_asked:
        need.submitted_at = None
        need.save(update_fields=["submitted_at", "updated_at"])


@transaction.atomic
def withdraw(need: Need, *, reason: str, by: User | None) -> None:
    """The structure changes its mind: those who were waiting are told."""
    _end(need, NeedStatus.WITHDRAWN, reason=reason, by=by)


@transaction.atomic
def close(need: Need, *, reason: str, by: User) -> None:
    """No more people are wanted: running missions go on, those who were waiting are told."""
    _end(need, NeedStatus.CLOSED, reason=reason, by=by)


@transaction.atomic
def served(need: Need, gathering: str, *, by: User) -> None:
    """What it asked for was learnt at a gathering: those who were waiting are told that it is closed. The caller has seen that
    somebody of its structure came, and said that it served."""
    reason = reasons.coded("served-by-gathering", gathering=gathering)
    _end(need, NeedStatus.SERVED_BY_GATHERING, reason=reason, by=by)


def _end(need: Need, status: NeedStatus, *, reason: str, by: User | None) -> None:
    locked = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
    step = locked.move(status, by=by, reason=reason)
    carriers.take_back_all(locked, by=by)
    freed = proposals.close_all(
        locked.proposals.open(), reason=_told_to_who_waits(status, reason), own=Side.NEED
    )
    letters.need_moved(letters.NEED_CLOSED, step, waited=bool(freed))
    need.status = locked.status
    ranking.changed(need, *freed)


def _told_to_who_waits(status: NeedStatus, reason: str) -> str:
    """What those who wait for an answer read: that the structure has closed the need, and the words that it wrote for
    them; or that it has left the site."""
    if reason in {reasons.coded("site-left"), reasons.coded("unclaimed")}:
        return reason
    closed = reasons.coded("need-closed")
    if status == NeedStatus.SERVED_BY_GATHERING:
        return closed
    return reasons.coded("no-and-words", no=closed, words=reason) if reason.strip() else closed


def _first_in_charge(need: Need, by: User) -> None:
    """Whoever qualifies a need that nobody follows takes charge of it."""
    if need.coordinator_id is None:
        need.coordinator, need.operator = by, None
        need.save(update_fields=["coordinator", "operator", "updated_at"])
