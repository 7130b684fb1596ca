"""Several people change the same need or offer at the same moment: nobody gets an error, and the index tells
what the last one wrote."""

from types import SimpleNamespace

import pytest

from marketplace import ranking
from marketplace.actions.market import offers, proposals
from marketplace.matching.skill_graph import key_of
from marketplace.models import Level, Offer, OfferPosting, Proposal, Side
from marketplace.ranking import index, nightly_stats
from tests.at_once import together
from tests.factories import make_need, make_offer, make_proposal, make_skill, make_user

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 15


def the_index_is_right(offer):
    held = {key_of(item.skill_id, item.level) for item in offer.held.all()}
    assert set(OfferPosting.objects.filter(offer=offer).values_list("key", flat=True)) == held
    assert OfferPosting.objects.filter(offer=offer, lead=True).count() == 1
    assert index.reconcile() == ([], [])


def edit(pk, code):
    offer = Offer.objects.get(pk=pk)
    chosen = [SimpleNamespace(skill=make_skill(code), level=Level.EXPERT)]
    offers.write(offer, SimpleNamespace(save_m2m=lambda: None), chosen, by=offer.person)


def test_two_edits_of_one_offer_at_once():
    for code in ("excel", "paie"):
        make_skill(code)
    offer = make_offer()
    for _round in range(ROUNDS):
        together(lambda: edit(offer.pk, "excel"), lambda: edit(offer.pk, "paie"))
        assert offer.held.count() == 1
        the_index_is_right(offer)


def test_an_edit_while_the_night_counts():
    """The sweep and the nightly count write the same cards as people do."""
    make_skill("excel"), make_skill("paie")
    offer = make_offer(skills=["excel"])
    for turn in range(ROUNDS):
        code = ("paie", "excel")[turn % 2]
        together(
            lambda code=code: edit(offer.pk, code),
            lambda: ranking.invalidation.changed_numbers(offers=[offer.pk]),
            nightly_stats.renew_rarity,
        )
        the_index_is_right(offer)


def test_two_answers_about_one_need_at_once():
    need = make_need(member=make_user())
    for _round in range(ROUNDS):
        both = [make_proposal(need, make_offer()).pk for _turn in range(2)]
        together(*(lambda pk=pk: decline(pk) for pk in both))
        assert not Proposal.objects.open().exists()
        assert need.postings.filter(lead=True).count() == 1


def decline(pk):
    proposal = Proposal.objects.get(pk=pk)
    by = proposal.need.created_by
    proposals.decline(proposal, side=Side.NEED, reason="Non, merci.", by=by)
