"""What a pôle decides about its matching. One verb, one transaction."""

from django.db import transaction

from accounts.models import Pole, User
from marketplace import ranking
from marketplace.matching.definition import WEIGHTS
from marketplace.models import MatchWeights, Need, Offer, WeightsChange
from marketplace.models.market.skills import LexiconVersion
from marketplace.ranking.snapshot import MATCHING


@transaction.atomic
def set_weights(pole: Pole, *, need: dict[str, int], offer: dict[str, int], by: User) -> None:
    """Set the pôle's weights from now on, and keep who decided it. Weights that are the same as before change
    nothing. Raises ValidationError, with a sentence, for weights out of their bounds."""
    Pole.objects.select_for_update(no_key=True).get(pk=pole.pk)
    kept = MatchWeights.objects.filter(pole=pole).first()
    weights = kept or MatchWeights(pole=pole)
    before = kept.as_table() if kept else WEIGHTS
    weights.need, weights.offer = need, offer
    weights.full_clean()
    if weights.as_table() == before:
        return
    weights.save()
    WeightsChange.objects.create(pole=pole, by=by, before=before, after=weights.as_table())
    LexiconVersion.move(MATCHING)
    ranking.changed(*Need.objects.published().filter(pole=pole))
    ranking.changed(*Offer.objects.published().filter(pole=pole))
