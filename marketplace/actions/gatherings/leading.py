"""The hours of whoever leads a gathering, counted by a mission: the host writes a need for them alone and invites them; what
they say, the papers, the hours and the value are those of any mission."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from marketplace.actions.gatherings import attendances
from marketplace.actions.market import needs, proposals
from marketplace.actions.missions import missions
from marketplace.actions.refusals import NotYet
from marketplace.models import (
    Cause,
    Gathering,
    Mission,
    Need,
    NeedSkill,
    Offer,
    Place,
    Proposal,
    Skill,
    reasons,
)
from marketplace.rules import deductions
from marketplace.rules import leading as rules
from marketplace.states import BEFORE_IT_RUNS, MissionStatus, NeedStatus
from notifications.faults import each_row

ACT = "gatherings-led"


@transaction.atomic
def count_hours(
    gathering: Gathering, *, hours: int, cause: Cause | None, by: User, now: datetime
) -> Proposal:
    """Write the need and invite whoever leads it. A second click returns the proposal of the first. Raises NotYet, or what
    `proposals.invite` raises; then nothing was written."""
    fresh = attendances.locked(gathering)
    take_up(fresh)
    if fresh.need is not None and (there := fresh.need.proposals.order_by("pk").last()):
        return there
    offer = fresh.trainer
    if why := rules.why_no_mission(fresh, now):
        raise NotYet(why)
    assert offer is not None, "asked by the rule"
    fresh.need = _write(fresh, offer, hours=hours, cause=cause, by=by)
    fresh.save(update_fields=["need"])
    return proposals.invite(fresh.need, offer, word="", by=by)


def _write(
    gathering: Gathering, offer: Offer, *, hours: int, cause: Cause | None, by: User
) -> Need:
    """It looks for nobody: it isn't handed in, so that no figure counts it as a need that found somebody, and it isn't
    listed."""
    now = timezone.now()
    with override("fr"):  # as papers will quote it
        said = {"title": gathering.title, "when": gathering.when, "where": gathering.where}
        deliverable = _("The gathering “%(title)s” led, %(when)s, %(where)s.") % said
    need = Need(
        organisation=gathering.host, pole=gathering.host.pole, created_by=by,
        title=gathering.title, context=gathering.about,
        deliverable=deliverable,
        place=Place.ON_SITE if gathering.commune else Place.REMOTE,
        commune=gathering.commune or gathering.host.commune,
        starts_on=timezone.localdate(now), ends_on=timezone.localdate(gathering.ends_at),
        hours=hours, format=deductions.format_for(hours), places=1, time=offer.time,
        languages=gathering.languages, is_listed=False,
        status=NeedStatus.PUBLISHED, published_at=now,
    )  # fmt: skip
    known, served = deductions.begins_with(need) or (None, [])
    if (cause := cause or known) is None:
        raise NotYet(_("Choose the cause that your structure serves."))
    need.cause = cause
    need.save()
    need.beneficiaries.set(served)
    taught = list(gathering.skills.all()) or list(_held(offer))
    NeedSkill.objects.bulk_create(
        NeedSkill(need=need, skill=skill, required=False) for skill in taught
    )
    return need.begin(by=by, reason=reasons.coded("led-by-mission", gathering=gathering.title))


def _held(offer: Offer) -> list[Skill]:
    return [one.skill for one in offer.held.select_related("skill")]


def end(fresh: Gathering, *, by: User | None, now: datetime) -> None:
    """Nobody leads it any more, or it won't be: what was proposed for that is closed, and a mission that hasn't begun is
    stopped. One that has begun goes on, and is found again if the same person comes back. The caller has locked the
    gathering."""
    need = fresh.need
    if need is None:
        return
    fresh.need = None
    fresh.save(update_fields=["need"])
    why = reasons.coded("led-by-nobody", gathering=fresh.title)
    for mission in need.missions.filter(status__in=BEFORE_IT_RUNS).order_by("pk"):
        missions.interrupt(mission, reason=why, by=by, now=now)
    if need.missions.exclude(status=MissionStatus.INTERRUPTED).exists():
        fresh.led_before.add(need)
    _close(need, why, by=by)


def take_up(fresh: Gathering) -> None:
    """Whoever led it before leads it again: the mission that counts their hours is the one that they have, so that one session
    is never counted twice. Not that of another frame, of which the employer might learn by it. The caller has locked the
    gathering."""
    offer = fresh.trainer
    if fresh.need_id is not None or offer is None or fresh.trainer_agreed_at is None:
        return
    theirs = Mission.objects.filter(
        need__in=fresh.led_before.all(),
        offer__person=offer.person_id,
        offer__organisation=offer.organisation_id,
    ).exclude(status=MissionStatus.INTERRUPTED)
    mission = theirs.select_related("need").order_by("pk").last()
    if mission is None:
        return
    fresh.need = mission.need
    fresh.save(update_fields=["need"])
    fresh.led_before.remove(mission.need)


def follow(now: datetime) -> int:
    """Close the needs that wait for nobody: whoever leads it said no, never answered, or their mission was stopped."""
    alone = Gathering.objects.filter(need__status__in=[NeedStatus.PUBLISHED, NeedStatus.PAUSED])
    waiting = Proposal.objects.going_on().filter(need=OuterRef("need"))
    return each_row(ACT, alone.filter(~Exists(waiting)).order_by("pk"), _follow)


@transaction.atomic
def _follow(gathering: Gathering) -> bool:
    fresh = attendances.locked(gathering)
    need = fresh.need
    if need is None or need.proposals.going_on().exists():
        return False
    return _close(need, reasons.coded("led-by-nobody", gathering=fresh.title), by=None)


def _close(need: Need, why: str, *, by: User | None) -> bool:
    need.refresh_from_db(fields=["status"])
    if not need.may(NeedStatus.WITHDRAWN):
        return False
    needs.withdraw(need, reason=why, by=by)
    return True
