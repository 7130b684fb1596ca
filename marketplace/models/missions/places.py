"""Which missions take a place of their offer, and how many it has left."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from marketplace.models.market.offers import Offer, Time
from marketplace.models.missions.missions import Mission
from marketplace.states import OVER, MissionStatus, OfferStatus

ENDED = (MissionStatus.CLOSED, MissionStatus.RENEWED)


def of_offers() -> QuerySet[Mission]:
    """The missions that take a place and hours of their offer. On one's own time both are given back at the end, that of
    its renewals too; working time is given once."""
    goes_on = Mission.objects.filter(proposal=OuterRef("proposal")).exclude(status__in=OVER)
    given_back = Q(offer__time=Time.OWN, status__in=ENDED) & ~Exists(goes_on)
    return Mission.objects.taking_a_place().filter(~given_back)


def left_of(offer: Offer) -> int:
    return offer.capacity - of_offers().filter(offer=offer).count()


def to_apply_with(user: User) -> QuerySet[Offer]:
    """The published offers with which this person may apply, and those of their own time that were full and have a place
    again: by applying they show them again."""
    taken = of_offers().filter(offer=OuterRef("pk")).order_by().values("offer")
    counted = Subquery(taken.annotate(n=Count("pk")).values("n"))
    full = Q(status=OfferStatus.USED_UP, time=Time.OWN, person=user)
    again = Offer.objects.filter(full).annotate(taken=Coalesce(counted, 0))
    free = again.filter(capacity__gt=F("taken")).values("pk")
    theirs = Offer.objects.to_apply_with(user)
    open_now = Q(pk__in=theirs.published().values("pk"))
    return Offer.objects.filter(open_now | Q(pk__in=theirs.filter(pk__in=free).values("pk")))
