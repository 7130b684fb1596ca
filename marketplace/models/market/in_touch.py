"""Who isn't asked about some needs: they are in touch already, or have said “not now”."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from marketplace.models.market.offers import Offer

if TYPE_CHECKING:  # they make it
    from marketplace.models.market.proposals import Proposal


class InTouch:
    """Who is in touch about some needs already, or is asked again later: with the very offer, or in person with another of
    their own."""

    def __init__(self, proposals: "Iterable[Proposal]") -> None:
        self._by_offer: dict[tuple[int, int], Proposal] = {}
        self._by_person: dict[tuple[int, int | None], Proposal] = {}
        for proposal in proposals:
            self._by_offer.setdefault((proposal.need_id, proposal.offer_id), proposal)
            self._by_person.setdefault((proposal.need_id, proposal.offer.person_id), proposal)

    def between(self, need_id: int, offer: Offer) -> "Proposal | None":
        """The proposal of this offer, otherwise one of the same person's; None when neither is in touch."""
        if there := self._by_offer.get((need_id, offer.pk)):
            return there
        return self._by_person.get((need_id, offer.person_id)) if offer.person_id else None
