"""The plan of a pôle, accepted wholly or in part: each pair becomes a proposal to both sides."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Pole, User
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.models import Need, Offer, Proposal
from marketplace.rules import permissions


@dataclass
class Outcome:
    made: list[Proposal] = field(default_factory=list)
    refused: list[tuple[Need, Offer, str]] = field(default_factory=list)
    """Each pair that was refused, with the sentence that says why."""


def ours(pole: Pole, pairs: Iterable[tuple[int, int]], *, by: User) -> list[tuple[int, int]]:
    """The pairs whose need and offer belong to the pôle and are visible to this coordinator, each once, without the
    needs that they leave to others. Checked since the numbers come from the form, and since a draft is for its author
    alone."""
    wanted = list(dict.fromkeys(pairs))
    needs = Need.objects.visible_to(by).filter(pole=pole, pk__in={need for need, _offer in wanted})
    offers = Offer.objects.visible_to(by).filter(
        pole=pole, pk__in={offer for _need, offer in wanted}
    )
    seen = set(needs.values_list("pk", flat=True))
    seen -= permissions.left_among(by, seen)
    found = set(offers.values_list("pk", flat=True))
    return [(need, offer) for need, offer in wanted if need in seen and offer in found]


def accept(pole: Pole, pairs: Iterable[tuple[int, int]], *, word: str = "", by: User) -> Outcome:
    """Make a proposal of each pair. A pair that has become impossible is listed as refused, and the others are
    made."""
    outcome = Outcome()
    wanted = ours(pole, pairs, by=by)
    needs = Need.objects.in_bulk([need for need, _offer in wanted])
    offers = Offer.objects.select_related("person", "organisation").in_bulk(
        [offer for _need, offer in wanted]
    )
    for number, other in wanted:
        try:
            outcome.made.append(proposals.propose(needs[number], offers[other], word=word, by=by))
        except NotYet as refusal:
            outcome.refused.append((needs[number], offers[other], str(refusal)))
    return outcome
