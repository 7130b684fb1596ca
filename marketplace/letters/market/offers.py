"""The letters about offers."""

from django.utils import timezone

from marketplace.letters.families import NEEDS
from marketplace.models import Offer, RoundTeam
from marketplace.models.market.offers import OfferStep
from marketplace.rules import audience, lenders
from notifications.letter import Key, Letter

OFFER_STEP = Key("offer-step:{step}")
OFFER_EXPIRED = Letter("offer_expired", OFFER_STEP, NEEDS)
OFFER_STOPPED = Letter("offer_stopped", OFFER_STEP, NEEDS)


def offer_expired(offer: Offer, step: OfferStep) -> None:
    """A team of a round was formed for its days alone: nobody asks whether it is still free."""
    OFFER_EXPIRED.tell(
        audience.offering(offer),
        url=offer.get_absolute_url(),
        step=step.pk,
        offer=offer,
        may_follow=not RoundTeam.objects.filter(offer=offer).exists(),
    )


def offer_stopped(offer: Offer, step: OfferStep) -> None:
    """Its employer may lend nobody."""
    OFFER_STOPPED.tell(
        audience.offering(offer),
        url=offer.get_absolute_url(),
        step=step.pk,
        offer=offer,
        why=lenders.why_not_for(offer, timezone.localdate()),
    )
