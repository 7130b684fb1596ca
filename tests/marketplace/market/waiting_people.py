"""People who wait for a place: a need that is full, those who have put their name down, a place given back."""

from datetime import timedelta

from django.utils import timezone

from marketplace.actions.market import waiters
from marketplace.actions.missions import missions
from marketplace.models import Need, Offer, Side
from tests.factories import make_mission, make_need, make_offer, make_user

OVER = timedelta(hours=48, minutes=1)


def make_full(places=1, **fields):
    """A need whose places are all taken, with its missions."""
    need = make_need(places=places, **fields)
    taken = [make_mission(need=Need.objects.get(pk=need.pk)) for _ in range(places)]
    return Need.objects.get(pk=need.pk), taken


def make_booked(**fields):
    """An offer of somebody's own time that is on as many missions as they said; with the last of these."""
    mission = make_mission(**fields)
    return Offer.objects.get(pk=mission.offer_id), mission


def wait(need, offer=None, *, side=Side.OFFER, by=None, word="", now=None):
    offer = offer or make_offer(make_user())
    by = by or (offer.person if side == Side.OFFER else need.created_by)
    return waiters.put_down(need, offer, side, word=word, by=by, now=now or timezone.now())


def give_back(mission):
    by = mission.need.created_by
    missions.interrupt(mission, reason="Empêchement.", by=by, now=timezone.now())


def again(row):
    return type(row).objects.get(pk=row.pk)


def say_yes(waiter, *, word="", now=None):
    return waiters.say_yes(waiter, word=word, by=waiter.by, now=now or timezone.now())


def say_no(waiter, *, now=None):
    waiters.say_no(waiter, by=waiter.by, now=now or timezone.now())


def look_after(now=None):
    return waiters.look_after(now or timezone.now())
