"""Asking both halves of a pair in one act: each then says yes or no by themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet, PutForwardAlready
from marketplace.models import Need, Offer, Proposal
from marketplace.models.missions.apart_halves import are_apart


@transaction.atomic
def ask(
    need: Need, work: Offer, own: Offer, *, word: str, by: User, invites: bool
) -> list[Proposal]:
    """Both are asked, or nobody is: `invites` by the structure, otherwise proposed by a coordinator. Whoever is in touch about
    the need already isn't asked again. Raises NotYet, PutForwardAlready where that is so of both."""
    if are_apart(work, own):
        raise NotYet(_("These two can’t be put in touch for now: the coordinators know why."))
    act = proposals.invite if invites else proposals.propose
    made, known = [], None
    for offer in sorted((work, own), key=lambda one: one.pk):  # locked in the order of all acts
        known = need.proposals.going_on().filter(offer=offer).first()
        if known is None:
            made.append(act(need, offer, word=word, by=by))
    if not made:
        assert known is not None, "both are in touch"
        raise PutForwardAlready(known)
    return made
