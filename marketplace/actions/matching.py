"""What a pôle decides about its matching. One verb, one transaction."""

from django.db import transaction

from accounts.models import Pole
from marketplace import ranking
from marketplace.models import MatchWeights, Need, Offer
from marketplace.models.skills import LexiconVersion
from marketplace.ranking.book import MATCHING


@transaction.atomic
def set_weights(pole: Pole, *, need: dict[str, int], offer: dict[str, int]) -> MatchWeights:
    """Other weights from now on. Raises ValidationError, with a sentence, out of their bounds."""
    weights = MatchWeights.objects.filter(pole=pole).first() or MatchWeights(pole=pole)
    weights.need, weights.offer = need, offer
    weights.full_clean()
    weights.save()
    LexiconVersion.move(MATCHING)
    ranking.changed(*Need.objects.published().filter(pole=pole))
    ranking.changed(*Offer.objects.published().filter(pole=pole))
    return weights
