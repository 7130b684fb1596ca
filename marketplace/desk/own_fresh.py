"""Needs and offers about which somebody is asked whether they are still true: without an answer they will be paused."""

from collections.abc import Container, Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.states import OrganisationStatus
from marketplace.desk.waiting import Waiting
from marketplace.letters.market.freshness import key_of_still_true
from marketplace.models import Need, Offer, Reminder
from marketplace.rules import still_true
from marketplace.rules.prepared import rows_for
from marketplace.states import NeedStatus

MOST = 50  # of each, the silent ones for longest
YOUNG = timedelta(days=14)  # no pôle asks before: `Promises.fresh_for`
FRESH = "fresh"  # among the candidates (asked_of.py)


def waiting(user: User, candidates: Container[str], now: datetime) -> Iterator[Waiting]:
    """No question where nothing is old enough."""
    if FRESH not in candidates:
        return
    rows = [*rows_for(user, _needs, now), *rows_for(user, _offers, now)]
    keys = {key_of_still_true(row, still_true.silent_since(row)): row for row in rows}
    asked = Reminder.objects.filter(key__in=keys).order_by("at", "pk")
    for key, at in asked.values_list("key", "at"):
        yield Waiting(
            kind=FRESH,
            what=keys[key].title,
            why=_("Is it still true? Without an answer it will be paused."),
            since=at,
            url=still_true.link(keys[key], user),
            act=_("Answer"),
        )


def needs(user: User, now: datetime) -> QuerySet[Need]:
    """Those that are proposed privately too: one of them without dates is asked about as well."""
    online = Need.objects.filter(
        status=NeedStatus.PUBLISHED, organisation__status=OrganisationStatus.ACCEPTED
    )
    return online.spoken_for_by(user).filter(_is_old(now))


def offers(user: User, now: datetime) -> QuerySet[Offer]:
    """Those about which this person is written to: the same answer as `audience.offering`, but of whoever is in charge where
    the person of an offer has left, for whom the letter alone asks."""
    led = Membership.objects.of(user).administrators().values("organisation")
    told = Q(person=user) | Q(created_by=user) | Q(person=None, organisation__in=led)
    return Offer.objects.published().owned_by(user).filter(told, _is_old(now))


def _is_old(now: datetime) -> Q:
    before = now - YOUNG
    return Q(published_at__lte=before) & (Q(confirmed_at=None) | Q(confirmed_at__lte=before))


def _needs(user: User, now: datetime) -> QuerySet[Need]:
    """Prepared, as the next: see common/prepared.py."""
    return needs(user, now).order_by("published_at", "pk")[:MOST]


def _offers(user: User, now: datetime) -> QuerySet[Offer]:
    return offers(user, now).order_by("published_at", "pk")[:MOST]
