"""What we tell about offers."""

from marketplace.letters.telling import tell
from marketplace.models import (
    Offer,
)
from marketplace.rules import audience


def offer_expired(offer: Offer, step) -> None:
    tell(
        audience.offering(offer),
        "offer_expired",
        f"offer-step:{step.pk}",
        offer.get_absolute_url(),
        offer=offer,
    )
