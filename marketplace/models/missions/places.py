"""Which missions take a place of their need or offer, how many each has left, and how many of these are kept for nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from common import prepared
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


TAKEN = 0  # nobody's number: a place that somebody has


@dataclass(frozen=True)
class Places:
    """The places of a need or an offer, counted once for all that an act asks about them: how many are `left`, and for which
    offers (of a need) or needs (of an offer) one of these is `kept`, by their numbers."""

    left: int
    kept: tuple[int, ...]

    @property
    def open(self) -> int:
        """Those that anybody may ask for: kept for nobody on the waiting list."""
        return self.left - len(self.kept)

    def open_to(self, other: Need | Offer) -> int:
        """Those that are kept for nobody else."""
        return self.left - sum(one != other.pk for one in self.kept)

    def are_kept_for(self, other: Need | Offer) -> bool:
        return other.pk in self.kept


def of_need(need: Need) -> Places:
    return _counted(need.places, prepared.rows(_in_need, need.pk))


def of_offer(offer: Offer) -> Places:
    return _counted(offer.capacity, prepared.rows(_of_offer, offer.pk))


def _counted(all_of_them: int, rows: list[tuple[int]]) -> Places:
    kept = tuple(one for (one,) in rows if one != TAKEN)
    return Places(all_of_them - (len(rows) - len(kept)), kept)


def _in_need(need: int) -> QuerySet[Any, tuple[int]]:
    taken = Mission.objects.taking_a_place().filter(need=need)
    kept = Waiter.objects.of_need(Need(pk=need)).holding()
    return _rows(taken, kept, "offer_id")


def _of_offer(offer: int) -> QuerySet[Any, tuple[int]]:
    kept = Waiter.objects.of_offer(Offer(pk=offer)).holding()
    return _rows(of_offers().filter(offer=offer), kept, "need_id")


def _rows(taken: QuerySet, kept: QuerySet, other: str) -> QuerySet[Any, tuple[int]]:
    """A row for each place that is somebody's: TAKEN, or whose it is kept for."""
    each = taken.order_by().values_list(Value(TAKEN))
    return each.union(kept.order_by().values_list(other), all=True).order_by()


def left_of(offer: Offer) -> int:
    return of_offer(offer).left


def full_with_a_place(offers: Iterable[Offer]) -> set[int]:
    """The numbers of those among them that were full, and have a place again that nobody is shown."""
    full = {offer.pk: offer.capacity for offer in offers if offer.status == OfferStatus.USED_UP}
    if not full:
        return set()
    taken = of_offers().filter(offer__in=full).order_by().values_list("offer")
    counts = dict(taken.annotate(Count("pk")))
    return {number for number, capacity in full.items() if capacity > counts.get(number, 0)}


def may_come_free(offer: Offer) -> bool:
    """Whether a place of it may be given back, rather than added alone: working time that was given is given once."""
    return (
        offer.time == Time.OWN or of_offers().filter(offer=offer).exclude(status__in=OVER).exists()
    )


def goes_on(offer: Offer) -> bool:
    """Whether a mission of it isn't over, so that its page opens to who would wait (`to_wait_for`)."""
    taking = Mission.objects.taking_a_place().filter(offer=offer)
    return taking.exclude(status__in=OVER).exists()


def may_come_free_in(need: Need) -> bool:
    """Whether a place of it is free or may be given back, rather than added alone: of what has ended nothing is."""
    goes_on = Mission.objects.filter(need=need).exclude(status__in=OVER)
    return goes_on.exists() or left_in(need) > 0


def may_come_free_among(needs: Iterable[Need]) -> set[int]:
    """The numbers of those, in one question; none where none of them is full."""
    full = [need.pk for need in needs if need.is_full]
    if not full:
        return set()
    missions = Mission.objects.filter(need=OuterRef("pk"))
    counted = missions.taking_a_place().order_by().values("need").annotate(n=Count("pk"))
    rows = Need.objects.filter(pk__in=full).annotate(
        taken=Coalesce(Subquery(counted.values("n")), 0)
    )
    comes = Q(Exists(missions.exclude(status__in=OVER))) | Q(places__gt=F("taken"))
    return set(rows.filter(comes).values_list("pk", flat=True))


def left_in(need: Need) -> int:
    return of_need(need).left


def open_of(offer: Offer) -> int:
    """The places of the offer that anybody may ask for: kept for nobody on its waiting list."""
    return of_offer(offer).open


def open_in(need: Need) -> int:
    """The places of the need that anybody may ask for: kept for nobody on its waiting list."""
    return of_need(need).open


def is_kept_of(offer: Offer, need: Need) -> bool:
    """Whether a place of the offer is kept for this need."""
    return of_offer(offer).are_kept_for(need)


def to_apply_with(user: User) -> QuerySet[Offer]:
    """The published offers with which this person may apply, and those of their own time that were full, have a place
    again and aren't over: by applying they show them again."""
    taken = of_offers().filter(offer=OuterRef("pk")).order_by().values("offer")
    counted = Subquery(taken.annotate(n=Count("pk")).values("n"))
    mine = Q(status=OfferStatus.USED_UP, time=Time.OWN, person=user)
    full = mine & Q(ends_on__gte=timezone.localdate())
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
