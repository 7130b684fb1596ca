"""A structure that carries a need says what it holds against a proposal: once, and soon; it decides nothing."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from marketplace import letters
from marketplace.actions.refusals import NotYet
from marketplace.models import Carrier, Need, Objection, Proposal
from marketplace.rules import carriers


@transaction.atomic
def object_to(
    proposal: Proposal, carrier: Carrier, *, word: str, by: User, now: datetime
) -> Objection:
    """Tell the lead and the coordinators, with the words. Raises NotYet: too late, or once already."""
    Need.objects.select_for_update(no_key=True).get(pk=proposal.need_id)
    proposal = Proposal.objects.select_related("need__organisation", "need__pole").get(
        pk=proposal.pk
    )
    carrier = Carrier.objects.get(pk=carrier.pk)
    if refusal := carriers.why_not_object(proposal, carrier, now):
        raise NotYet(refusal)
    made = Objection.objects.create(proposal=proposal, carrier=carrier, word=word, by=by, at=now)
    letters.proposal_objected(made)
    return made
