"""Beside those who could help, those who are on all their missions: shown when asked for, so that a structure may wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace import ranking
from marketplace.matching.match import Match
from marketplace.models import Offer, Side, Waiter
from marketplace.models.market.offers import IN_A_VERIFIED_NAME
from marketplace.models.missions import places
from marketplace.rules.prepared import rows_for
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
    assert side.around is not None, "read by the page"
    read = _to_wait_for if side.can_invite else _of_our_poles

    def hours_of(some: Sequence[int]) -> dict[int, int]:
        return dict(rows_for(user, read, timezone.localdate(), some))

    found = ranking.full_offers_for(side.around, hours_of)
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


def _to_wait_for(user: User, today: date, some: Sequence[int]) -> QuerySet:
    """Those whose page a structure opens to wait. Prepared: see common/prepared.py."""
    shown = places.to_wait_for(user, today).filter(pk__in=some)
    return shown.order_by().values_list("pk", "hours")


def _of_our_poles(user: User, today: date, some: Sequence[int]) -> QuerySet:
    """The same for coordinators: all that are full in their pôles."""
    full = Q(IN_A_VERIFIED_NAME, status=OfferStatus.USED_UP, ends_on__gte=today)
    shown = Offer.objects.in_poles_of(user).filter(full, pk__in=some)
    return shown.order_by().values_list("pk", "hours")
