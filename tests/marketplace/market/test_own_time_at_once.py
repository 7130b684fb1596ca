"""Somebody offers their own time for one need twice at the same moment, by two offers: one of them is sent."""

import pytest

from marketplace.actions.market import proposals
from marketplace.actions.refusals import HelpOfferedAlready
from marketplace.models import Need, Proposal
from tests.at_once import together
from tests.factories import make_need, make_offer, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_offers_of_one_person_at_once_make_one_proposal():
    noe, need, refused = make_user(), make_need(places=3), []
    offers = [make_offer(noe) for _ in range(4)]

    def apply(offer):
        try:
            proposals.apply(Need.objects.get(pk=need.pk), offer, word="", by=noe)
        except HelpOfferedAlready as there:
            refused.append(there.proposal)

    together(*[lambda one=one: apply(one) for one in offers])
    assert refused == [Proposal.objects.get()] * 3
