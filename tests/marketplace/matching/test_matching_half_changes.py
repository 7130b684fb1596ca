"""The card of a need beside a half that was found follows what that half says they hold."""

import pytest
from django.db import connection
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext

from marketplace import ranking
from marketplace.actions.market import offers, proposals
from marketplace.models import Need, Offer, OfferSkill, Side
from tests.factories import make_offer, make_skill, make_user
from tests.marketplace.missions.pairing import Pairing

pytestmark = pytest.mark.django_db


@pytest.fixture
def it():
    """Noé comes at work, and holds one of the two skills that are required."""
    it = Pairing()
    work, _own = it.asked()
    proposals.accept(work, side=Side.OFFER, by=it.noe)
    return it


def found(need):
    return {one.offer.title for one in ranking.offers_for(Need.objects.get(pk=need.pk))}


def says(offer, *codes):
    """Whoever comes saves their offer again, with these skills."""
    fresh = Offer.objects.get(pk=offer.pk)
    form = modelform_factory(Offer, fields=["title"])({"title": fresh.title}, instance=fresh)
    assert form.is_valid()
    chosen = [OfferSkill(skill=make_skill(code), level=2) for code in codes]
    offers.write(form.save(commit=False), form, chosen, by=fresh.person)


def test_what_the_half_has_learnt_is_asked_of_the_other_one_no_more(it):
    make_offer(make_user(), skills=("site-web",), title="Le site seul")
    assert "Le site seul" not in found(it.need), "wordpress is what Noé lacks"
    says(it.work, "site-web", "wordpress")
    assert "Le site seul" in found(it.need)
    says(it.work, "site-web")
    assert "Le site seul" not in found(it.need)


def test_an_offer_that_is_no_half_costs_one_question_and_no_card_more(it):
    other = make_offer(make_user(), skills=("site-web",))
    with CaptureQueriesContext(connection) as asked:
        ranking.changed(other)
    assert not any("need_id" in one["sql"] and "INSERT" in one["sql"] for one in asked)
