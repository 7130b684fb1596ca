"""Who brings what, as the sheet says it: no paper puts it on a side that the sheet doesn't name."""

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents, ledger
from marketplace.models import Kind, MissionSheet, Regime
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.team_people import fresh

pytestmark = pytest.mark.django_db

BRINGS = "Noé apporte son appareil photo"


@pytest.mark.parametrize(
    ("kind", "regime"),
    [
        (Kind.MISSION_LETTER, Regime.VOLUNTEERING),
        (Kind.CONVENTION_SERVICE, Regime.PRESTATION),
        (Kind.CONVENTION_LOAN, Regime.LOAN),
    ],
)
def test_what_the_person_brings_is_not_what_the_structure_undertakes_to_provide(kind, regime):
    mission = make_mission(regime)
    MissionSheet.objects.filter(mission=mission).update(material=BRINGS)
    by = head_of(mission.need.organisation)
    words = text_of(ledger.read(documents.make(kind, fresh(mission), by=by, now=timezone.now())))
    words = " ".join(words.split())
    assert f"Matériel et accès : {BRINGS}" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert f"ce qu’il faut : {BRINGS}" not in words.replace("\N{NO-BREAK SPACE}", " ")
