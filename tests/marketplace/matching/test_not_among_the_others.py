"""An open proposal isn't one of those that its own page says are “already open” for the offer."""

import pytest
from django.utils import translation

from marketplace import ranking
from tests.factories import make_need, make_offer, make_proposal, make_user


def others_said(need, offer):
    with translation.override("en"):
        missing = ranking.why(need, offer).missing_for_need_side
        return [one.words for one in missing if "already open for this offer" in one.words]


@pytest.mark.parametrize("others", [1, 2])
def test_an_open_proposal_is_told_of_the_others_alone(client, others):
    offer, member = make_offer(capacity=5), make_user()
    need = make_need(member=member)
    proposal = make_proposal(need, offer)
    for _other in range(others):
        make_proposal(make_need(member=make_user()), offer)
    said = ["2 proposals are already open for this offer"] if others == 2 else []
    assert others_said(need, offer) == said
    client.force_login(member)
    page = client.get(proposal.get_absolute_url()).text
    assert ("2 propositions" in page) is (others == 2)
    assert "3 propositions" not in page


def test_of_a_pair_that_isn_t_put_forward_all_that_are_open_count():
    offer = make_offer(capacity=5)
    for _other in range(3):
        make_proposal(make_need(member=make_user()), offer)
    assert others_said(make_need(), offer) == ["3 proposals are already open for this offer"]
