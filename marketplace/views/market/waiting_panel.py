"""What the page of a need or an offer says of its waiting list, to each reader."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.scope import scope_of
from common.already_read import may_have
from marketplace.models import Need, Offer, Waiter, Welcome
from marketplace.models.market.waiters import WaiterQuerySet
from marketplace.models.missions import places
from marketplace.rules import leading, permissions
from marketplace.rules import waiters as rules
from marketplace.states import NeedStatus, OfferStatus

A_FEW = 20  # of those who wait, by name


@dataclass(frozen=True)
class Panel:
    """`next_turn`: the number that whoever puts their name down now would have. `listed`: by name, for coordinators.
    `is_full`: one may wait. `is_given_once`: no place comes free any more; one may be added. `is_filled`: all places of the
    need are taken. `is_told_how`: the reader waits, or may. `opens`: the reader's own offer, whose page opens to any who would
    wait."""

    is_full: bool
    standing: int
    next_turn: int
    mine: Waiter | None = None
    turn: int = 0
    may_wait: bool = False
    is_ours: bool = False
    is_filled: bool = False
    is_told_how: bool = False
    may_raise: bool = False
    is_given_once: bool = False
    opens: bool = False
    listed: list[Waiter] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    @property
    def is_told(self) -> bool:
        """Whether the page has more to say than that all places are taken."""
        return self.is_full or self.may_raise or bool(self.standing)


def of_need(
    user: User | None, need: Need, *, answers: bool, coordinates: bool, now: datetime | None = None
) -> Panel | None:
    """None where nobody waits and nobody can."""
    if need.status not in {NeedStatus.FILLED, NeedStatus.PUBLISHED}:
        return None
    now = now or timezone.now()
    is_filled = rules.is_filled(need, now)
    rows = list(_rows(need)[:A_FEW]) if may_have(need, "waiters") else []
    if not (is_filled or rows):
        return None
    if not need.is_listed and leading.looks_for_nobody(need):
        return None
    is_full = is_filled and rules.is_full(need, now)
    mine = rules.mine_of(user, need) if user and rows else None
    may_wait = is_full and not (mine or answers or coordinates) and _may_wait(user, need)
    return Panel(
        is_full=is_full,
        standing=len(rows) if len(rows) < A_FEW else _rows(need).count(),
        next_turn=rules.next_turn(need) if rows else 1,
        mine=mine,
        turn=rules.turn_of(mine) if mine and mine.waits else 0,
        may_wait=may_wait,
        is_ours=answers and user is not None and permissions.speaks_for_need(user, need),
        is_filled=is_filled,
        is_told_how=user is None or mine is not None or may_wait,
        may_raise=is_filled and answers and not need.in_pair,
        is_given_once=is_filled and not is_full,
        listed=_listed(user, need) if user and answers and coordinates else [],
    )


def _rows(full: Need | Offer) -> WaiterQuerySet:
    return rules.of(full).standing().order_by("asked_at", "pk")


def _may_wait(user: User | None, need: Need) -> bool:
    if user is None:
        return False
    at_home_alone = need.time == Welcome.OWN and not scope_of(user).own
    return permissions.can_wait_for(user, need) and not at_home_alone


def _listed(user: User, need: Need) -> list[Waiter]:
    if not permissions.follows_need(user, need):
        return []
    rows = _rows(need).shown_to(user).select_related("offer__person", "offer__organisation")
    return list(rows[:A_FEW])


def of_offer(user: User, offer: Offer, *, owns: bool) -> Panel | None:
    """For whoever offers: how many structures wait. For a structure that may read a full offer: a place for its need."""
    if offer.status not in {OfferStatus.USED_UP, OfferStatus.PUBLISHED}:
        return None
    is_full = rules.is_full(offer, timezone.now())
    rows = list(_rows(offer).select_related("need__organisation")[:A_FEW])
    if not (is_full or rows):
        return None
    mine = rules.mine_of(user, offer) if rows and not owns else None
    needs = [] if owns or mine or not is_full else permissions.needs_that_may_wait(user, offer)
    reads = owns or user.coordinates(offer.pole)
    if not (reads or mine or needs):
        return None
    return Panel(
        is_full=is_full,
        standing=len(rows),
        next_turn=rules.next_turn(offer),
        mine=mine,
        turn=rules.turn_of(mine) if mine and mine.waits else 0,
        may_wait=bool(needs),
        is_ours=owns,
        is_given_once=bool(needs) and not places.may_come_free(offer),
        opens=owns and is_full and places.goes_on(offer),
        listed=_read_by(user, rows) if reads else [],
        needs=needs,
    )


def _read_by(user: User, rows: list[Waiter]) -> list[Waiter]:
    """Of those who wait, those whose need this person reads: it may have become private, or be paused."""
    needs = Need.objects.visible_to(user).filter(pk__in=[one.need_id for one in rows])
    read = set(needs.values_list("pk", flat=True))
    return [one for one in rows if one.need_id in read]
