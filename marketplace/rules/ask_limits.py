"""How often one may ask people, at once and in a month. Whoever asks or tells people
calls these functions first, in its own transaction.

    left(offer, now)             how many more times this volunteer may be asked this month
    next_free_on(offer, now)     the day from which they may be asked once more
    resting(offers, now)         of several, those who mayn't be asked today, each with that day
    kept_for_people(offer)       how many of these the news leaves to whoever asks in person
    news_a_month(offer)          how many letters of news a month it may bring
    spend(offer, why=…, key=…)   count one; False when none is left, or the key is known
    applications_left(offer)     how many more applications may wait at once
    invitations_left(need)       how many more invitations may wait at once

A person has one limit, whatever the number of their offers, but for applications one on
each time; each team's offer has its own. The limits are the pôle's promises (models/promises.py).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from marketplace.models import Need, Offer, Origin, Promises, Proposal, Solicitation

A_MONTH = timedelta(days=30)


def spent(offer: Offer, now: datetime, *, reader: User | None = None) -> QuerySet[Solicitation]:
    """The solicitations of the last thirty days: of the person, or of the team's offer; as a `reader` may know of them."""
    whose = {"person": offer.person_id} if offer.person_id else {"offer": offer}
    return _known_to(reader, Solicitation.objects.filter(at__gt=now - A_MONTH, **whose))


def _known_to(reader: User | None, rows: QuerySet[Solicitation]) -> QuerySet[Solicitation]:
    """Without what somebody was asked at home under this reader, to whom it is as if it weren't there."""
    return rows.filter(~Offer.at_home_under(reader, at="offer__")) if reader else rows


def left(offer: Offer, now: datetime, *, reader: User | None = None) -> int:
    most = Promises.of(offer.pole).solicitations
    return max(0, most - spent(offer, now, reader=reader).count())


def kept_for_people(offer: Offer) -> int:
    """How much of the month's limit the news leaves for somebody who asks in person: one, where the pôle allows
    more than one a month."""
    return 1 if Promises.of(offer.pole).solicitations > 1 else 0


def news_a_month(offer: Offer) -> int:
    """How many letters about new matches this offer may bring in thirty days."""
    return Promises.of(offer.pole).solicitations - kept_for_people(offer)


def next_free_on(offer: Offer, now: datetime, *, reader: User | None = None) -> date | None:
    """The day from which they may be asked again; None when they may be asked today, as far as the `reader` may know."""
    most = Promises.of(offer.pole).solicitations
    known = spent(offer, now, reader=reader).order_by("-at")
    latest = list(known.values_list("at", flat=True)[:most])
    if len(latest) < most:
        return None
    return timezone.localdate(latest[-1] + A_MONTH) + timedelta(days=1)


def resting(
    offers: Iterable[Offer], now: datetime, *, reader: User | None = None
) -> dict[int, date]:
    """Of these offers, those that mayn't be asked today, by their numbers, each with its `next_free_on`: one question for
    all of them."""
    offers = list(offers)
    people = {one.person_id for one in offers if one.person_id}
    teams = {one.pk for one in offers if not one.person_id}
    recent = Solicitation.objects.filter(at__gt=now - A_MONTH)
    found = _known_to(reader, recent).order_by("-at")
    whose = Q(person__in=people) | Q(person=None, offer__in=teams)
    spent_at: dict[tuple[int | None, int], list[datetime]] = defaultdict(list)
    for person, offer, at in found.filter(whose).values_list("person_id", "offer_id", "at"):
        spent_at[(person, 0) if person else (None, offer)].append(at)
    if not spent_at:
        return {}
    most = {pole: Promises.of(pole).solicitations for pole in {one.pole for one in offers}}
    free = {}
    for one in offers:
        latest = spent_at[(one.person_id, 0) if one.person_id else (None, one.pk)]
        if len(latest) >= most[one.pole]:
            free[one.pk] = timezone.localdate(latest[most[one.pole] - 1] + A_MONTH) + timedelta(1)
    return free


def spend(offer: Offer, *, why: str, key: str, now: datetime) -> bool:
    """Count one solicitation. False when there is none left, or when this key was counted before. The row of the
    person, or of the team's offer, is locked, so that two who ask at once wait for each other."""
    if offer.person_id:
        User.objects.select_for_update(no_key=True).get(pk=offer.person_id)
    else:
        Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if left(offer, now) < 1:
        return False
    return Solicitation.objects.get_or_create(
        key=key, defaults={"offer": offer, "person_id": offer.person_id, "why": why, "at": now}
    )[1]


def applications_waiting(offer: Offer) -> QuerySet[Proposal]:
    """Those of the person on the same time, or of the team's offer: what waits on one's own time says nothing of itself
    at work."""
    theirs = {"offer__person": offer.person_id, "offer__time": offer.time}
    whose = theirs if offer.person_id else {"offer": offer}
    return Proposal.objects.open().filter(origin=Origin.APPLICATION, need_said_yes_at=None, **whose)


def applications_left(offer: Offer) -> int:
    return max(0, Promises.of(offer.pole).applications - applications_waiting(offer).count())


def invitations_waiting(need: Need) -> QuerySet[Proposal]:
    return need.proposals.open().filter(origin=Origin.INVITATION, offer_said_yes_at=None)


def invitations_left(need: Need) -> int:
    most = Promises.of(need.pole).invitations * need.places
    return max(0, most - invitations_waiting(need).count())
