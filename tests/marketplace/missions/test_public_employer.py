"""A public employer that lends an agent is no company, on no page."""

from django.urls import reverse
from django.utils import timezone

from marketplace.models import (
    Regime,
)
from marketplace.states import MissionStatus
from tests.factories import (
    make_mission,
    make_organisation,
)


def test_a_public_employer_is_not_said_to_be_a_company(client):
    """The page of the agreement, for an agent lent by a local authority."""
    town = make_organisation("COMPANY", legal_form="PUBLIC", name="Ville de Linselles")
    mission = make_mission(
        work=True, company=town, regime=Regime.PUBLIC_AGENT, status=MissionStatus.AGREEMENT
    )
    mission.agreements.create(
        asked="COMPANY",
        name=str(town),
        asked_by=mission.offer.person,
        asked_at=timezone.now(),
        sheet_version=1,
    )
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk])).text.partition("<main")[2]
    assert "L’employeur : Ville de Linselles" in page
    assert "l’entreprise" not in page
    assert "Entreprise :" not in page
