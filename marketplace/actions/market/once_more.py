"""An offer of one's own time serves once more, after a mission that has ended."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from marketplace.actions.market import offers, proposals
from marketplace.models import Need, Offer, Proposal
from marketplace.models.talk.blocks import wait_for_each_other
from marketplace.states import OfferStatus


@transaction.atomic
def apply(
    need: Need, offer: Offer, *, word: str, by: User, answers: Iterable[tuple[str, str]] = ()
) -> Proposal:
    """Apply; an offer that was full and has a place again is shown again by it. Raises NotYet."""
    if offer.status == OfferStatus.USED_UP:
        wait_for_each_other(asking=True)
        proposals.lock(Need.objects.filter(pk=need.pk), Offer.objects.filter(pk=offer.pk))
        offer.refresh_from_db(fields=["status"])
        if offer.status == OfferStatus.USED_UP:
            offers.publish(offer, by=by)
    return proposals.apply(need, offer, word=word, by=by, answers=answers)
