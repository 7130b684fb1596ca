"""What is made during a mission: a paper that assigns or licenses it names each right, where and how long (CPI, L. 131-3)."""

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents, ledger
from marketplace.actions.missions import amendments
from marketplace.models import Kind, MissionSheet, Regime
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_documents import text_of
from tests.marketplace.missions.amending import propose, signed_mission
from tests.marketplace.missions.team_people import fresh

pytestmark = pytest.mark.django_db

ASSIGNED = "la reproduction, la représentation et l’adaptation"
LICENSED = "non exclusive, pour tout usage lié à l’activité de la Structure"
KINDS = [
    (Kind.MISSION_LETTER, Regime.VOLUNTEERING),
    (Kind.CONVENTION_SERVICE, Regime.PRESTATION),
    (Kind.CONVENTION_LOAN, Regime.LOAN),
]


@pytest.mark.parametrize(("kind", "regime"), KINDS)
@pytest.mark.parametrize(
    ("choice", "said"), [("TRANSFER", [ASSIGNED]), ("LICENCE", [LICENSED]), ("NONE", [])]
)
def test_what_is_assigned_or_licensed_is_named_right_by_right(kind, regime, choice, said):
    mission = make_mission(regime)
    MissionSheet.objects.filter(mission=mission).update(rights=choice)
    by = head_of(mission.need.organisation)
    words = text_of(ledger.read(documents.make(kind, fresh(mission), by=by, now=timezone.now())))
    assert [one for one in (ASSIGNED, LICENSED) if one in words] == said


def test_an_amendment_of_the_rights_names_them_too_and_ends_what_was_written():
    mission = signed_mission(Regime.VOLUNTEERING)
    for values, told in (({"hours": 90}, False), ({"rights": "TRANSFER"}, True)):
        amendment = propose(mission, **values)
        words = " ".join(text_of(ledger.read(amendment.documents.get())).split())
        assert (ASSIGNED in words) == told
        assert ("Le choix fait auparavant sur ces droits" in words) == told
        amendments.withdraw(amendment, reason="Non.", by=amendment.proposed_by)
