"""What may come after a mission: whether its offer can serve again, and the needs that suit it best."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from marketplace.matching.match import Match
from marketplace.models import Mission, Offer, Proposal, Waiter
from marketplace.models.missions import places
from marketplace.ranking import live
from marketplace.states import MissionStatus, OfferStatus

SHOWN_FOR = timedelta(days=30)
A_FEW = 3
SERVES = (OfferStatus.PUBLISHED, OfferStatus.USED_UP, OfferStatus.EXPIRED)


@dataclass(frozen=True)
class OnceMore:
    offer: Offer
    asks: bool
    """It was full: only its person shows it again."""
    is_past: bool
    """Its days are over: it takes new ones first."""
    matches: list[Match]


def after(mission: Mission, person: User) -> OnceMore | None:
    """For whoever came, once the mission is closed; None for everybody else, and where the offer has no place left
    that nobody waits for: the clock keeps it for them."""
    offer = mission.offer
    if mission.status != MissionStatus.CLOSED or not offer.brings(person):
        return None
    if offer.status not in SERVES or _free_of(offer) < 1:
        return None
    is_past = offer.status == OfferStatus.EXPIRED or offer.ends_on < timezone.localdate()
    asks = offer.status == OfferStatus.USED_UP
    ended = mission.closed_at or mission.moved_at
    if not asks and ended < timezone.now() - SHOWN_FOR:
        return None
    matches = [] if is_past else _not_asked_yet(offer)
    return OnceMore(offer, asks and not is_past, is_past, matches)


def _free_of(offer: Offer) -> int:
    return places.open_of(offer) - Waiter.objects.of_offer(offer).waiting().count()


def _not_asked_yet(offer: Offer) -> list[Match]:
    """Without the needs about which something is open already with its person, by another of their offers."""
    theirs = Proposal.objects.open().filter(offer__person=offer.person_id).exclude(offer=offer)
    asked = set(theirs.values_list("need", flat=True)) if offer.person_id else set()
    found = live.needs_for(offer, top=A_FEW + len(asked))
    return [match for match in found if match.need_id not in asked][:A_FEW]
