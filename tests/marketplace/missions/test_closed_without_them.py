"""The letter of the end, to those in charge at the employer's once whoever came has left it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.documents import documents
from marketplace.actions.missions import missions
from marketplace.models import Kind, Mission, Regime
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_mission, make_organisation, make_user
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.missions.leavers import goes

pytestmark = pytest.mark.django_db


def letter_after_a_departure(regime: Regime, *, paper: bool):
    boss, nora = make_user("Irène"), make_user("Nora")
    house = make_organisation("COMPANY", administrator=boss, legal_form="SAS")
    Membership.objects.create(user=nora, organisation=house, role="EMPLOYEE")
    mission = make_mission(
        work=True,
        company=house,
        person=nora,
        status=MissionStatus.DELIVERED,
        regime=regime,
    )
    give_hours(mission, 3)
    if paper:
        head = mission.need.organisation.members.get()
        documents.make(Kind.HOURS_CERTIFICATE, mission, by=head, now=timezone.now())
    goes(mission)
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.REVIEWED)
    mission = Mission.objects.get(pk=mission.pk)
    missions.close(
        mission, reason="Sans reçu.", by=mission.need.organisation.members.get(), now=timezone.now()
    )
    return mission, Notification.objects.get(kind="mission_closed", recipient=boss).text


def test_nobody_is_offered_a_certificate_of_hours_that_somebody_else_gave():
    mission, text = letter_after_a_departure(Regime.LOAN, paper=False)
    assert "votre attestation" not in text
    assert reverse("mission-documents", args=[mission.pk]) not in text


def test_the_papers_of_whoever_has_left_arent_called_theirs():
    _mission, text = letter_after_a_departure(Regime.NOT_ELIGIBLE, paper=True)
    assert "Vos papiers" not in text
    assert "Les papiers :" in text.replace("\N{NO-BREAK SPACE}", " ")
