"""Beside those who could help, those who are on all their missions: shown when asked for, so that a structure may wait."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.matching.match import Match
from marketplace.models import Offer, Side, Waiter
from marketplace.models.market.offers import IN_A_VERIFIED_NAME
from marketplace.models.missions import places
from marketplace.states import OfferStatus
from marketplace.views.market.gaps import NeedSide

FULL, YES = "pleines", "oui"


@dataclass(frozen=True)
class FullOne:
    """`waiter`: the place that the need has on their list already."""

    match: Match
    waiter: Waiter | None
    may_wait: bool


@dataclass(frozen=True)
class FullOnes:
    """`chips`: the filter, as a link that keeps the others. `rows`: none unless they were asked for."""

    chips: list[dict]
    is_asked: bool
    rows: list[FullOne]


def is_asked(request: SignedInRequest) -> bool:
    return request.GET.get(FULL) == YES


def of(request: SignedInRequest, side: NeedSide) -> FullOnes | None:
    """None where there is nothing to wait for: a need that isn't open, or a reader who neither invites nor proposes."""
    if not side.need.is_published or not (side.can_invite or side.can_propose):
        return None
    asked = is_asked(request)
    kept = request.GET.copy()
    kept.pop(FULL, None)
    if not asked:
        kept[FULL] = YES
    url = f"?{kept.urlencode()}"
    chips = [{"label": _("also the offers that are full"), "url": url, "active": asked}]
    return FullOnes(chips, asked, _rows(request, side) if asked else [])


def _rows(request: SignedInRequest, side: NeedSide) -> list[FullOne]:
    need, user = side.need, request.user
    found = ranking.full_offers_for(need, _read(request, side), hidden=side.hidden)
    numbers = [match.offer_id for match in found]
    standing = Waiter.objects.standing().filter(side=Side.NEED, need=need, offer__in=numbers)
    waits = {one.offer_id: one for one in standing}
    return [
        FullOne(
            match,
            waits.get(match.offer_id),
            may_wait=side.can_invite and match.offer.spokesperson_id != user.pk,
        )
        for match in found
    ]


def _read(request: SignedInRequest, side: NeedSide) -> QuerySet[Offer]:
    """Those whose page a structure opens to wait; for coordinators, all that are full in their pôles."""
    today = timezone.localdate()
    if side.can_invite:
        return places.to_wait_for(request.user, today)
    full = Q(IN_A_VERIFIED_NAME, status=OfferStatus.USED_UP, ends_on__gte=today)
    return Offer.objects.in_poles_of(request.user).filter(full)
