"""An organisation leaves the site. Its administrators set a day, until which it takes on nothing new and may stay after
all; on that day it closes in one transaction, and the clock ends what it had here, row by row."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import groups as account_groups
from accounts.actions import leavings, memberships
from accounts.actions.refusals import Refusal
from accounts.models import Leaving, Membership, Organisation, User
from accounts.states import ACTIVE, OrganisationStatus
from marketplace import letters, ranking
from marketplace.actions.market import groups, imports, needs, people, proposals, rounds
from marketplace.actions.missions import missions
from marketplace.models import (
    Import,
    Mission,
    Need,
    Offer,
    Proposal,
    Round,
    Served,
    Time,
    Valuation,
    reasons,
)
from marketplace.rules import audience, endings, permissions
from marketplace.rules import leaving as rules
from marketplace.rules.endings import ENDING
from marketplace.states import NeedStatus, OfferStatus
from notifications.faults import Rows, each_row, in_halves, rows_of

ACT = "leavings"
MOST_AHEAD = timedelta(days=183)
TURN = 300  # rows of one organisation, before others have their turn
BATCH = 100  # letters in one transaction
# Of an offer and of a need, whose states have the same words.
PUBLISHED, PAUSED = OfferStatus.PUBLISHED, OfferStatus.PAUSED


class NotAccepted(Refusal):
    """What has to be read and accepted first; `what` are its codes."""

    def __init__(self, what: Collection[str]) -> None:
        self.what = what
        super().__init__(_("Read what becomes of what is under way, and tick that you have."))


# --- the administrators --------------------------------------------------------------------
@transaction.atomic
def leave(
    organisation: Organisation, *, on: date, accepted: Collection[str], by: User, now: datetime
) -> Leaving:
    """Set the day; today closes it at once. A second click returns what the first one has set. Raises Refusal."""
    house = _locked(organisation)
    _require_voice(by, house)
    if there := house.leavings.open().first():
        if (there.closes_on, there.asked_by_id) == (on, by.pk):
            return there
        raise Refusal(_("Another day is set already: call that one off to set yours."))
    today = timezone.localdate(now)
    if not today <= on <= today + MOST_AHEAD:
        raise Refusal(_("Choose a day from today on, within six months."))
    if missing := rules.to_accept(house) - set(accepted):
        raise NotAccepted(missing)
    leaving = Leaving.objects.create(organisation=house, asked_by=by, asked_at=now, closes_on=on)
    if on == today:
        close(leaving, now=now)
        leaving.refresh_from_db()
    else:
        _mark(house, on)
        letters.leaving_set(leaving)
    _ring()
    return leaving


@transaction.atomic
def call_off(leaving: Leaving, *, by: User, now: datetime) -> None:
    """It stays after all. What was paused is put online again by hand. Twice is once. Raises Refusal."""
    house = _locked(leaving.organisation)
    _require_voice(by, house)
    fresh = Leaving.objects.select_for_update(no_key=True).get(pk=leaving.pk)
    if fresh.called_off_at:
        return
    fresh.called_off_by, fresh.called_off_at = by, now
    fresh.save(update_fields=["called_off_by", "called_off_at"])
    fresh.organisation = house
    _mark(house, None)
    letters.leaving_called_off(fresh, audience.administrators(house))
    _ring()


def _mark(house: Organisation, day: date | None) -> None:
    house.leaves_on = day
    house.save(update_fields=["leaves_on"])


def _locked(organisation: Organisation) -> Organisation:
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))
    return Organisation.objects.select_related("pole").get(pk=organisation.pk)


def _require_voice(by: User, house: Organisation) -> None:
    if house.is_closed:
        raise Refusal(_("Too late: %(organisation)s has left.") % {"organisation": house})
    if not permissions.can_leave_platform(by, house):
        raise Refusal(
            _("You can’t decide for %(organisation)s at the moment.") % {"organisation": house}
        )


def _ring() -> None:
    """Call the worker. A broker that is down loses nothing: the clock rings again."""
    ring = partial(current_app.send_task, "marketplace.tasks.carry_on_leavings")
    transaction.on_commit(ring, robust=True)


# --- the day -------------------------------------------------------------------------------
@transaction.atomic
def close(leaving: Leaving, *, now: datetime) -> None:
    """The organisation has left: nobody acts or comes in for it any more. The clock ends the rest."""
    house = _locked(leaving.organisation)
    fresh = Leaving.objects.select_for_update(no_key=True).get(pk=leaving.pk)
    if not fresh.is_open:
        return
    fresh.closed_at, fresh.organisation = now, house
    if house.is_closed:  # its last person has closed their account meanwhile
        fresh.ended_at = now
        fresh.save(update_fields=["closed_at", "ended_at"])
        return
    fresh.save(update_fields=["closed_at"])
    administrators = list(audience.administrators(house))
    fresh.administrators.set(administrators)
    led = account_groups.members_led_by([house])
    leavings.shut_doors(house, by=fresh.asked_by, now=now)
    unread = (Import.State.READING, Import.State.READ, Import.State.UNREADABLE)
    for table in house.imports.filter(state__in=unread):
        imports.drop(table, now=now)
    house.programmes.filter(closed_at=None).update(closed_at=now)
    house.move(OrganisationStatus.CLOSED, by=fresh.asked_by, reason=reasons.coded("left"))
    groups.rank_anew(led)
    letters.house_closed(fresh, administrators)
    letters.house_leaves_desk(
        fresh, audience.who_follows(house), missions=rules.missions_of(house).live().count()
    )


# --- the clock -----------------------------------------------------------------------------
def carry_on(now: datetime) -> int:
    """Tell those concerned, close what is due, end what the organisations that have left had here. Returns how many
    departures were looked at."""
    due = Leaving.objects.to_carry_on(timezone.localdate(now)).select_related("organisation__pole")
    looked = each_row(ACT, due.order_by("pk"), partial(_carry_on, now=now), in_one=False)
    with rows_of(ACT, whole=False) as each:
        for mission in _left_without_an_end():
            each.treat(mission, partial(_close_mission, mission, now))
    return looked


def _carry_on(leaving: Leaving, *, now: datetime) -> None:
    if leaving.called_off_at:
        _tell_that_it_stays(leaving, now)
        return
    if leaving.closed_at is None and leaving.closes_on <= timezone.localdate(now):
        close(leaving, now=now)
        leaving.refresh_from_db()
    with rows_of(ACT, whole=False) as each:
        if leaving.closed_at is None:
            _announce(leaving, each, now)
        elif leaving.ended_at is None:
            _empty(leaving, each, now)


def _announce(leaving: Leaving, each: Rows, now: datetime) -> None:
    """Pause what is offered and asked, and tell everybody, once: what is told again after a stop has the same key."""
    house = leaving.organisation
    for offer in _shown(rules.offers_of(house)):
        each.treat(offer, partial(_rest, offer, leaving))
    for need in _shown(house.needs.all()):
        each.treat(need, partial(_rest, need, leaving))
    for structure, theirs in _by_structure(house).items():
        tell = partial(letters.house_leaves_missions, leaving, structure, theirs)
        each.treat(structure, tell)
    for mission in _of_others(house):
        each.treat(mission, partial(letters.structure_leaves, leaving, mission))
    all_told = _tell_each(house, partial(letters.house_leaves, leaving))
    total = rules.missions_of(house).live().count()
    desk = partial(letters.house_leaves_desk, leaving, audience.who_follows(house), missions=total)
    each.treat(leaving, desk)
    if all_told and not each.failed:
        Leaving.objects.filter(pk=leaving.pk).update(told_at=now)


def _tell_that_it_stays(leaving: Leaving, now: datetime) -> None:
    """Tell those who have read that it leaves, though a fault kept it from others; before the first hour is over nobody has
    but the administrators."""
    assert leaving.called_off_at is not None, "it stays"
    house, all_told = leaving.organisation, True
    with rows_of(ACT, whole=False) as each:
        if leaving.called_off_at >= leaving.asked_at + letters.HOUR_TO_THINK:
            read = letters.those_told(leaving)
            told = list(audience.who_follows(house))
            for theirs in _by_structure(house).values():
                told += audience.structure(theirs[0].need)
            for mission in _of_others(house):
                told += audience.offering(mission.offer)
            these = [user for user in told if user.pk in read]
            each.treat(leaving, partial(letters.leaving_called_off, leaving, these))

            def stays(some: Iterable[Membership]) -> None:
                users = [one.user for one in some if one.user_id in read]
                letters.leaving_called_off(leaving, users)

            all_told = _tell_each(house, stays)
        if all_told and not each.failed:
            Leaving.objects.filter(pk=leaving.pk).update(stays_told_at=now)


def _tell_each(house: Organisation, tell: Callable[[list[Membership]], None]) -> bool:
    """Whether all of its people could be told: one who can't holds up nobody else."""
    people = [list(some) for some in _people(house)]
    told = sum(len(in_halves(ACT, some, tell, row_of=_itself)) for some in people)
    return told == sum(map(len, people))


def _itself(membership: Membership) -> Membership:
    return membership


def _people(house: Organisation) -> Iterator[tuple[Membership, ...]]:
    """Those who are told as its people: its administrators have letters of their own."""
    rows = house.memberships.of_active_accounts().exclude(role=Membership.Role.ADMINISTRATOR)
    rows = rows.select_related("user").order_by("pk")
    return batched(list(rows), BATCH, strict=False)


def _by_structure(house: Organisation) -> dict[Organisation, list[Mission]]:
    """The missions under way of its people, by the structure where they come."""
    found: dict[Organisation, list[Mission]] = defaultdict(list)
    live = rules.missions_of(house).live().filter(offer__organisation=house)
    for mission in live.select_related("need__organisation").order_by("ends_on", "pk"):
        found[mission.need.organisation].append(mission)
    found.pop(house, None)
    return found


def _of_others(house: Organisation) -> QuerySet[Mission]:
    """The missions under way in it that others do, on their own time or on that of their house."""
    there = rules.missions_of(house).live().filter(need__organisation=house)
    theirs = there.exclude(offer__organisation=house, offer__time=Time.WORK)
    return theirs.select_related("need", "offer__organisation").order_by("pk")


def _shown[Row: Need | Offer](rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those that are published, or about which an answer is awaited."""
    noun = "offer" if rows.model is Offer else "need"
    waiting = Proposal.objects.open().filter(**{noun: OuterRef("pk")})
    return rows.filter(Q(status=PUBLISHED) | Exists(waiting)).order_by("pk")


def _rest(row: Need | Offer, leaving: Leaving) -> None:
    """Pause it, and tell those who wait for an answer; unless the departure has been called off meanwhile."""
    house, pk = leaving.organisation, row.pk
    memberships.lock(Organisation.objects.filter(pk=house.pk))
    if not Leaving.objects.open().filter(pk=leaving.pk).exists():
        return
    is_offer = isinstance(row, Offer)
    none = (Need.objects.none(), Offer.objects.none())
    proposals.lock(
        none[0] if is_offer else Need.objects.filter(pk=pk),
        Offer.objects.filter(pk=pk) if is_offer else none[1],
    )
    row.refresh_from_db(fields=["status"])
    reason = reasons.coded("house-leaves", house=house, day=leaving.closes_on)
    freed = proposals.close_all(row.proposals.open(), reason=reason)
    if row.status == PUBLISHED:
        row.move(PAUSED, by=leaving.asked_by, reason=reason)
    ranking.changed(row, *freed)


def _empty(leaving: Leaving, each: Rows, now: datetime) -> None:
    """End some of what it still has here, the missions before the people who come. One row that can't be ended holds
    neither the others nor its people."""
    house, by = leaving.organisation, leaving.asked_by
    left, has_more = 0, False
    for rows, end in _ends(house, by, now):
        some = list(rows[:TURN])
        for row in some:
            each.treat(row, partial(_end_once, house, rows, row, end))
        left += rows.count()
        if has_more := len(some) == TURN:
            break  # the others, and the rest, have their turn
    if has_more and not each.failed:
        _ring()
    elif left == 0:
        Leaving.objects.filter(pk=leaving.pk).update(ended_at=now)


def _ends(
    house: Organisation, by: User, now: datetime
) -> list[tuple[QuerySet, Callable[[Any], object]]]:
    reason = reasons.coded("house-left", house=house)
    members = house.memberships.select_related("user", "organisation")
    live = rules.missions_of(house).live()
    return [
        (_rounds(house, now), partial(rounds.cancel, by=by, now=now)),
        (live.order_by("pk"), partial(missions.interrupt, reason=reason, by=by, now=now)),
        (rules.offers_to_end(house).order_by("pk"), partial(people.retire, by=by)),
        (rules.needs_of(house).order_by("pk"), partial(_end_need, by=by)),
        (members.order_by("pk"), partial(people.go_with_house, by=by, now=now)),
    ]


def _rounds(house: Organisation, now: datetime) -> QuerySet[Round]:
    return rules.rounds_of(house, timezone.localdate(now)).order_by("pk")


def _end_once(
    house: Organisation, rows: QuerySet, row: Model, end: Callable[[Any], object]
) -> None:
    """Two workers wait for each other here, and the second finds it done."""
    memberships.lock(Organisation.objects.filter(pk=house.pk))
    if rows.filter(pk=row.pk).exists():
        end(row)


def _end_need(need: Need, *, by: User) -> None:
    reason = reasons.coded("site-left")
    end = needs.withdraw if need.may(NeedStatus.WITHDRAWN) else needs.close
    end(need, reason=reason, by=by)


# --- what nobody can bring to its end any more -----------------------------------------------
def _left_without_an_end() -> QuerySet[Mission]:
    """Missions that wait for a value or a receipt which only an organisation that has left could give; one that serves
    others too still waits for theirs."""
    gone = Leaving.objects.filter(closed_at__isnull=False)
    company = Exists(gone.filter(organisation=OuterRef("offer__organisation")))
    structure = Exists(gone.filter(organisation=OuterRef("need__organisation")))
    there = Served.objects.filter(organisation__status__in=ACTIVE).beside_the_lead()
    others = Exists(there.filter(mission=OuterRef("pk")))
    valued = Exists(Valuation.objects.filter(mission=OuterRef("pk")))
    none_to_come = Q(company, ~Q(valued), offer__time="WORK") | Q(structure, ~Q(others))
    return Mission.objects.filter(none_to_come, status__in=ENDING).order_by("pk")


def _close_mission(mission: Mission, now: datetime) -> bool:
    if not endings.lacks_only_money(mission, now):
        return False  # a week of silence confirms hours; what else is awaited has its own end
    house = mission.need.organisation
    if not house.is_closed and mission.offer.organisation:
        house = mission.offer.organisation
    missions.close(mission, reason=reasons.coded("house-left", house=house), by=None, now=now)
    return True
