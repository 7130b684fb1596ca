"""The letters about offers."""

from marketplace.letters.families import NEEDS
from marketplace.models import Offer
from marketplace.models.market.offers import OfferStep
from marketplace.rules import audience
from notifications.letter import Key, Letter

OFFER_EXPIRED = Letter("offer_expired", Key("offer-step:{step}"), NEEDS)


def offer_expired(offer: Offer, step: OfferStep) -> None:
    OFFER_EXPIRED.tell(
        audience.offering(offer), url=offer.get_absolute_url(), step=step.pk, offer=offer
    )
