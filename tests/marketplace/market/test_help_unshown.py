"""Who offers help from the page of a need chooses whether anybody else reads their offer: nobody does, unless they say so."""

import pytest
from django.urls import reverse

from marketplace.actions.market import proposals
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.helping import PublishedForm
from marketplace.models import Need, Offer, Proposal, Side
from marketplace.states import OfferStatus
from tests.factories import make_coordinator, make_need, make_organisation
from tests.marketplace.market.test_helping import keeps, need, sends, signed_in

__all__ = ["need"]  # the fixture
pytestmark = pytest.mark.django_db


def test_an_application_leaves_without_the_offer_being_shown_to_anybody_else(client, need):
    user = signed_in(client)
    keeps(client, need)
    sends(client, need)
    offer = Offer.objects.get()
    assert (offer.status, offer.published_at) == (OfferStatus.PAUSED, None)
    other = make_need(organisation=make_organisation(name="Une autre"), title="Encore un site")
    reads = Offer.objects.visible_to(other.created_by)
    assert not reads.filter(pk=offer.pk).exists(), "it has asked nothing of this one"
    assert Offer.objects.visible_to(need.created_by).filter(pk=offer.pk).exists()
    with pytest.raises(NotYet):
        proposals.invite(other, offer, word="", by=other.created_by)
    with pytest.raises(NotYet):
        proposals.propose(other, offer, word="", by=make_coordinator(offer.pole))
    mission = proposals.accept(Proposal.objects.get(), side=Side.NEED, by=need.created_by)
    assert mission.offer.person == user, "the structure says yes to it as to any other"


def test_the_other_button_shows_the_offer_to_all(client, need):
    signed_in(client)
    keeps(client, need)
    client.post(reverse("need-help-send", args=[need.pk]), {PublishedForm.SHOWN: "yes"})
    assert Offer.objects.get().is_published
    assert Proposal.objects.exists()


def test_a_second_need_is_answered_in_the_same_way(client, need):
    signed_in(client)
    keeps(client, need)
    sends(client, need)
    other = Need.objects.exclude(pk=need.pk).get()
    keeps(client, other)
    sends(client, other)
    assert [*Proposal.objects.order_by("pk").values_list("need", flat=True)] == [need.pk, other.pk]
    assert not Offer.objects.published().exists()
