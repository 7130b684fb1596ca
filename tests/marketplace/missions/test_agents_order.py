"""A public agent reads the agreement before it is signed; what makes the loan is an order, signed elsewhere."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.letters.missions.moved import Moved
from marketplace.models import Kind, MissionStep, Regime
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.missions.amending import sign_all, signed_mission

pytestmark = pytest.mark.django_db


def test_an_agent_is_given_the_agreement_before_it_is_signed():
    """Her first word of it was “signed by everyone”, of a paper that says it went to her before."""
    mission = make_mission(Regime.PUBLIC_AGENT)
    made = documents.make(
        Kind.CONVENTION_AGENT, mission, by=head_of(mission.need.organisation), now=timezone.now()
    )
    letters = Notification.objects.filter(recipient=mission.offer.person)
    (letter,) = letters
    assert letter.kind == "document_to_read"
    assert "avant qu’elle soit signée" in letter.text
    assert letter.url == made.get_absolute_url()
    documents.make(Kind.ORDER_AGENT, mission, by=None, now=timezone.now())
    sign_all(made)
    assert letters.exclude(kind="document_signed").count() == 1


def test_an_employee_who_signs_is_only_asked_to_sign():
    mission = make_mission(Regime.LOAN)
    for kind in (Kind.CONVENTION_LOAN, Kind.AMENDMENT):
        documents.make(kind, mission, by=None, now=timezone.now())
    assert not Notification.objects.filter(kind="document_to_read").exists()


@pytest.mark.parametrize("regime", [Regime.PUBLIC_AGENT, Regime.LOAN])
def test_an_agent_s_mission_waits_for_the_authority_s_order(client, regime):
    """“Everything is signed: the mission can start”, before the order that alone makes the agent available."""
    mission = signed_mission(regime, status=MissionStatus.DOCUMENTS)
    is_agent = regime == Regime.PUBLIC_AGENT
    client.force_login(head_of(mission.need.organisation))
    page = client.get(mission.get_absolute_url()).text
    assert ("Tout est signé" in page) is not is_agent
    assert ("une fois que l’autorité aura signé son arrêté" in page) is is_agent
    page = client.get(reverse("mission-start", args=[mission.pk])).text
    assert ("l’arrêté de l’autorité" in page.lower()) is is_agent


@pytest.mark.parametrize("regime", [Regime.PUBLIC_AGENT, Regime.LOAN])
def test_nor_does_the_letter_about_its_papers_say_that_signing_is_enough(regime):
    mission = make_mission(regime)
    is_agent = regime == Regime.PUBLIC_AGENT
    step = MissionStep(mission=mission, after=MissionStatus.DOCUMENTS)
    assert ("Ensuite, la mission peut" in Moved(step).text) is not is_agent
    assert ("aura signé son arrêté" in Moved(step).text) is is_agent
