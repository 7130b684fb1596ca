"""An update of the site invents no consent: who acted themselves has agreed, the others are asked."""

import importlib

import pytest
from django.apps import apps
from django.utils import timezone

from marketplace.models import (
    Consent,
    ConsentKind,
    ConsentRequest,
    Kind,
    Offer,
    Regime,
    Signature,
    Time,
)
from marketplace.states import OfferStatus
from tests.factories import make_need, make_offer, make_organisation, make_proposal, make_user
from tests.marketplace.paper_desk import make_mission
from tests.marketplace.test_papers import make

moved = importlib.import_module("marketplace.migrations.0018_what_was_agreed_to")


def carry_over():
    """As the migration does, but for the words that may be quoted: their column has gone since."""
    moved.offers_and_missions(apps)
    moved.ask_the_others(apps)


@pytest.fixture
def ana():
    return make_user("Ana")


@pytest.fixture
def bob():
    return make_user("Bob")


@pytest.fixture
def company(ana, bob):
    return make_organisation("COMPANY", legal_form="SAS", member=ana, administrator=bob)


def offer_of(company, person, by, *, published_by=None, **fields):
    offer = make_offer(person, organisation=company, created_by=by, agrees=False, **fields)
    if published_by:
        offer.steps.create(before="DRAFT", after="PUBLISHED", by=published_by)
    return offer


def status_of(offer) -> str:
    return Offer.objects.get(pk=offer.pk).status


def test_whoever_published_it_themselves_has_agreed(company, ana):
    offer = offer_of(company, ana, ana, published_by=ana)
    carry_over()
    assert status_of(offer) == OfferStatus.PUBLISHED
    consent = Consent.objects.get()
    assert (consent.person, consent.how) == (ana, Consent.How.ACTED)
    assert consent.words == "", "no words are put into anybody's mouth"


def test_whoever_was_put_there_by_a_colleague_is_asked_and_it_is_paused(company, ana, bob):
    offer = offer_of(company, ana, bob, published_by=bob)
    carry_over()
    assert status_of(offer) == OfferStatus.PAUSED
    assert not Consent.objects.exists()
    asked = ConsentRequest.objects.get()
    assert (asked.person, asked.asked_by, asked.sent_at) == (ana, bob, None)
    carry_over()
    assert ConsentRequest.objects.count() == 1


def test_a_draft_of_one_s_own_that_a_colleague_published_isn_t_one_s_act(company, ana, bob):
    offer = offer_of(company, ana, ana, published_by=bob)
    carry_over()
    assert status_of(offer) == OfferStatus.PAUSED


def test_whoever_applied_has_acted_for_the_mission_too(company, ana, bob):
    offer = offer_of(company, ana, bob, published_by=bob)
    mine = make_proposal(make_need(), offer, agrees=False, created_by=ana)
    theirs = make_proposal(make_need(), offer, agrees=False, created_by=bob)
    carry_over()
    assert status_of(offer) == OfferStatus.PUBLISHED
    standing = Consent.objects.standing(ana, ConsentKind.MISSION)
    assert list(standing.values_list("about", flat=True)) == [mine.pk] != [theirs.pk]


def test_whoever_has_left_is_paused_and_not_written_to(company, bob):
    offer = offer_of(company, make_user("Partie"), bob, published_by=bob, belongs=False)
    carry_over()
    assert status_of(offer) == OfferStatus.PAUSED
    assert not ConsentRequest.objects.exists()


def test_own_time_and_teams_are_left_as_they_are(company, ana, bob):
    own = offer_of(company, ana, ana, time=Time.OWN)
    team = make_offer(bob, organisation=company, somebody=None)
    carry_over()
    assert status_of(own) == status_of(team) == OfferStatus.PUBLISHED
    assert not Consent.objects.exists()


def test_whoever_signed_a_paper_of_the_mission_has_acted():
    mission = make_mission(Regime.LOAN)
    Offer.objects.filter(pk=mission.offer_id).update(status=OfferStatus.USED_UP)
    Consent.objects.standing().update(ended_at=timezone.now(), ended_because="CHANGED")
    document = make(mission, Kind.AMENDMENT)
    person = mission.offer.person
    mission.proposal.origin = "INVITATION"
    mission.proposal.save()
    Signature.objects.create(
        document=document, party="PERSON", user=person, name="N", how="ACCOUNT", sha256="0" * 64
    )
    carry_over()
    assert Consent.objects.standing(person, ConsentKind.MISSION, mission.proposal).exists()
    assert Consent.objects.standing(person, ConsentKind.OFFER, mission.offer).exists()
