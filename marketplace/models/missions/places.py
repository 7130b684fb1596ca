"""Which missions take a place of their need or offer, how many each has left, and how many of these are kept for nobody."""

from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from marketplace.models.market.consents import Consent, ConsentKind
from marketplace.models.market.needs import Need
from marketplace.models.market.offers import Offer, Time
from marketplace.models.market.proposals import Side
from marketplace.models.market.waiters import Waiter
from marketplace.models.missions.missions import Mission
from marketplace.states import OVER, MissionStatus, OfferStatus

ENDED = (MissionStatus.CLOSED, MissionStatus.RENEWED)


def of_offers() -> QuerySet[Mission]:
    """The missions that take a place and hours of their offer. On one's own time both are given back at the end, that of
    its renewals too; working time is given once."""
    goes_on = Mission.objects.filter(proposal=OuterRef("proposal")).exclude(status__in=OVER)
    given_back = Q(offer__time=Time.OWN, status__in=ENDED) & ~Exists(goes_on)
    return Mission.objects.first_ones().filter(~given_back)


def left_of(offer: Offer) -> int:
    return offer.capacity - of_offers().filter(offer=offer).count()


def left_in(need: Need) -> int:
    return need.places - need.missions.taking_a_place().count()


def open_of(offer: Offer, need: Need | None = None) -> int:
    """The places of the offer that anybody may ask for: kept for nobody on its waiting list, or for this very need."""
    held = Waiter.objects.of_offer(offer).holding()
    return left_of(offer) - (held.exclude(need=need) if need else held).count()


def open_in(need: Need, offer: Offer | None = None) -> int:
    """The places of the need that anybody may ask for: kept for nobody on its waiting list, or for this very offer."""
    held = Waiter.objects.of_need(need).holding()
    return left_in(need) - (held.exclude(offer=offer) if offer else held).count()


def is_kept_in(need: Need, offer: Offer) -> bool:
    """Whether a place of the need is kept for this offer."""
    return Waiter.objects.of_need(need).holding().filter(offer=offer).exists()


def is_kept_of(offer: Offer, need: Need) -> bool:
    """Whether a place of the offer is kept for this need."""
    return Waiter.objects.of_offer(offer).holding().filter(need=need).exists()


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


def to_wait_for(user: User, today: date) -> QuerySet[Offer]:
    """The offers on all their missions whose page a structure opens, to wait for a place of one: those that it would read
    if they were published. One that has a place again is its person's to show, but for who waits for it already."""
    if not user.pk:
        return Offer.objects.none()
    taken = of_offers().filter(offer=OuterRef("pk")).order_by().values("offer")
    counted = Coalesce(Subquery(taken.annotate(n=Count("pk")).values("n")), 0)
    ours = Need.objects.spoken_for_by(user).order_by().values("pk")
    waits = Waiter.objects.standing().filter(side=Side.NEED, offer=OuterRef("pk"), need__in=ours)
    shown = Offer.objects.filter(Offer.shown_to(user, OfferStatus.USED_UP), ends_on__gte=today)
    agreed = Consent.objects.standing(kind=ConsentKind.OFFER).filter(
        about=OuterRef("pk"), person=OuterRef("person")
    )
    named = Q(person__isnull=False, time=Time.WORK)
    left = Offer.objects.left_by_their_person().filter(pk=OuterRef("pk"))
    rows = shown.filter(~named | Q(Exists(agreed)), ~Exists(left))
    # Working time is given once: of what has ended nothing is given back.
    goes_on = Mission.objects.taking_a_place().filter(offer=OuterRef("pk"))
    full = Q(Exists(goes_on.exclude(status__in=OVER)), capacity__lte=F("taken"))
    return rows.annotate(taken=counted).filter(full | Q(Exists(waits)))
