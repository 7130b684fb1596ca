"""A suspended organisation is put in touch with nobody, by no way in; what waited goes on once it is restored."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from marketplace import ranking
from marketplace.actions.market import proposals, silence
from marketplace.actions.refusals import NotYet
from marketplace.models import Mission, Need, Offer, Proposal, Side, Time
from marketplace.states import ProposalStatus
from notifications.models import Notification
from tests.factories import (
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
)

pytestmark = pytest.mark.django_db
SENTENCE = "pour l’instant"


@pytest.fixture
def need():
    return make_need(member=make_user())


@pytest.fixture
def offer():
    company = make_organisation("COMPANY", member=make_user(), legal_form="SAS")
    return make_offer(company.members.get(), organisation=company)


@pytest.fixture
def coordinator(need):
    return make_coordinator(need.pole)


@pytest.fixture(params=["the structure", "the company"])
def suspended(request, need, offer, coordinator):
    house = need.organisation if request.param == "the structure" else offer.organisation
    return lambda: organisations.suspend(house, reason="À voir.", by=coordinator) or house


@pytest.mark.parametrize("ask", [proposals.invite, proposals.apply, proposals.propose])
def test_nobody_asks(ask, need, offer, suspended, coordinator):
    suspended()
    by = {proposals.invite: need.created_by, proposals.apply: offer.person}.get(ask, coordinator)
    with pytest.raises(NotYet, match=SENTENCE):
        ask(Need.objects.get(pk=need.pk), Offer.objects.get(pk=offer.pk), word="", by=by)
    assert not Proposal.objects.exists()


def test_who_is_suspended_is_not_said_to_have_to_answer(client, need, coordinator):
    """“Les Ateliers doit répondre” was read by whoever had applied; nobody there can, meanwhile."""
    applied = make_proposal(need, make_offer())
    client.force_login(applied.offer.person)
    assert "doit répondre" in client.get(applied.get_absolute_url()).text
    organisations.suspend(need.organisation, reason="À voir.", by=coordinator)
    page = client.get(applied.get_absolute_url()).text
    assert "doit répondre" not in page
    assert "Réponse attendue" not in page
    assert f"{need.organisation} ne peut pas répondre pour l’instant" in page


def test_whose_structure_is_suspended_is_not_asked_to_act_by_the_letters_of_silence(
    need, coordinator
):
    """They read that a yes was still welcome and that they could close their need: both are shut to them. Whoever
    follows it read that a phone call settles it."""
    applied = make_proposal(need, make_offer())
    organisations.suspend(need.organisation, reason="À voir.", by=coordinator)
    for days in (15, 40, 80):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            silence.remind(timezone.now())
    told = Notification.objects.get(kind="proposal_silent", recipient=coordinator).text
    assert "est suspendue" in told
    assert "coup de téléphone" not in told
    let_go = Notification.objects.get(kind="proposal_let_go", recipient=need.created_by).text
    assert "vous n’avez plus rien à faire" in let_go
    assert "votre oui reste" not in let_go
    assert "clore le besoin" not in let_go
    assert Proposal.objects.get(pk=applied.pk).status == ProposalStatus.UNANSWERED


def test_a_yes_waits_until_it_is_restored(client, need, offer, suspended, coordinator):
    proposal = make_proposal(need, offer)
    house = suspended()
    client.force_login(need.created_by)
    page = client.post(reverse("proposal-accept", args=[proposal.pk]), follow=True)
    assert SENTENCE in page.text
    assert not Mission.objects.exists()
    organisations.restore(house, by=coordinator)
    assert proposals.accept(proposal, side=Side.NEED, by=need.created_by) == Mission.objects.get()


def test_one_s_own_time_goes_on_while_one_s_employer_is_suspended(client, need, offer, coordinator):
    """It is offered in one's own name."""
    noe = offer.person
    own = make_offer(noe, organisation=offer.organisation, time=Time.OWN)
    organisations.suspend(offer.organisation, reason="À voir.", by=coordinator)
    assert [match.offer.pk for match in ranking.offers_for(need)] == [own.pk]
    assert list(Offer.objects.published()) == [own]
    assert own in Offer.objects.visible_to(need.created_by)
    assert offer not in Offer.objects.visible_to(need.created_by)
    client.force_login(noe)
    client.post(reverse("offer-pause", args=[own.pk]))
    client.post(reverse("offer-publish", args=[own.pk]))
    own = Offer.objects.get(pk=own.pk)
    assert own.is_published
    proposal = proposals.apply(need, own, word="", by=noe)
    assert proposals.accept(proposal, side=Side.NEED, by=need.created_by).person_coming == noe


def test_one_s_own_draft_waits_on_one_s_home_page_then_too(client, offer, coordinator):
    for time, title in ((Time.OWN, "Le soir"), (Time.WORK, "Au bureau")):
        make_offer(
            offer.person, organisation=offer.organisation, time=time, title=title, status="DRAFT"
        )
    organisations.suspend(offer.organisation, reason="À voir.", by=coordinator)
    client.force_login(offer.person)
    home = client.get(reverse("home")).text
    assert ("Le soir" in home, "Au bureau" in home) == (True, False)
