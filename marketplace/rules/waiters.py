"""Waiting lists of needs and offers: who answers for whoever waits, their turn, until when a place is kept, and what a page
says of a list. Reads only."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from common.dates import midnight
from marketplace.models import Need, Offer, Origin, Side, Waiter
from marketplace.models.desk.bulk import UNDO_LASTS
from marketplace.models.market.waiters import WaiterQuerySet
from marketplace.models.missions import places
from marketplace.models.missions.places import Places
from marketplace.rules import audience
from marketplace.states import NeedStatus, OfferStatus

PLACE_KEPT = timedelta(hours=48)
MOST = 10  # lists on which one waits at once
ENDED = (NeedStatus.CLOSED, NeedStatus.WITHDRAWN, NeedStatus.SERVED_BY_GATHERING)
MAY_BE_TAKEN_BACK = 3 * UNDO_LASTS  # many take a while to be closed
ORIGIN = {Side.OFFER: Origin.APPLICATION, Side.NEED: Origin.INVITATION}


def who_answers(waiter: Waiter) -> list[User]:
    """Those in whose name a place is waited for: the person who would come, or those of their team; the structure's people."""
    if not waiter.is_for_need:
        return list(audience.leading(waiter.need))
    offer = waiter.offer
    if offer.person is None:
        return list(audience.offering(offer))
    return [offer.person] if offer.person.is_active and not offer.person_has_left else []


def of(full: Need | Offer) -> WaiterQuerySet:
    """All who wait or have waited for a place of it."""
    return Waiter.objects.of_need(full) if isinstance(full, Need) else Waiter.objects.of_offer(full)


def places_of(full: Need | Offer) -> Places:
    """Its places, counted now."""
    return places.of_need(full) if isinstance(full, Need) else places.of_offer(full)


def by_the_same(waiters: WaiterQuerySet, waiter: Waiter) -> WaiterQuerySet:
    """Of those who wait for one thing, those of the same person, team or need: nobody waits twice, by two offers."""
    if not waiter.is_for_need:
        return waiters.filter(need=waiter.need_id)
    person = waiter.offer.person_id
    return waiters.filter(offer__person=person) if person else waiters.filter(offer=waiter.offer_id)


def mine_of(user: User, full: Need | Offer) -> Waiter | None:
    """This person's own place on its waiting list, or that of their structure, while it stands."""
    standing = of(full).standing().order_by("asked_at", "pk")
    return Waiter.objects.visible_to(user).filter(pk__in=standing.values("pk")).first()


def turn_of(waiter: Waiter) -> int:
    return waiter.turn_among(of(waiter.full))


def next_turn(full: Need | Offer) -> int:
    """The number that whoever put their name down now would have."""
    return of(full).waiting().count() + 1


def kept_until(full: Need | Offer, now: datetime) -> datetime:
    """Until when a place that is free now is kept for the first who waits."""
    until = now + PLACE_KEPT
    if isinstance(full, Need) and full.is_undated:
        return until
    return min(until, midnight(full.ends_on + timedelta(days=1)))


def is_over(full: Need | Offer, now: datetime) -> bool:
    """Whether nothing is left to wait for. A need that was closed with several may be taken back for some minutes."""
    today = timezone.localdate(now)
    if isinstance(full, Offer):
        return full.status == OfferStatus.EXPIRED or full.ends_on < today or full.person_has_left
    if full.status not in ENDED:
        return full.is_over(today)
    return not full.steps.filter(after=full.status, at__gt=now - MAY_BE_TAKEN_BACK).exists()


def is_filled(need: Need, now: datetime) -> bool:
    """Whether all places of the need are taken, and more may be wanted."""
    return need.status == NeedStatus.FILLED and not need.is_over(timezone.localdate(now))


def is_full(full: Need | Offer, now: datetime) -> bool:
    """Whether one may wait for a place of it: of a need all whose missions have ended none is given back."""
    if isinstance(full, Need):
        return is_filled(full, now) and places.may_come_free_in(full)
    today = timezone.localdate(now)
    is_booked = full.status == OfferStatus.USED_UP and full.ends_on >= today
    return is_booked and not full.person_has_left
