"""A structure that has said that it may give no tax receipts: no legal frame that rests on them, and none of its papers."""

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents
from marketplace.actions.missions import regimes
from marketplace.actions.refusals import NotYet
from marketplace.models import Kind, Regime, RegimeChoice
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.missions.served_people import say_receipts

pytestmark = pytest.mark.django_db


def choose(mission, receipt):
    return regimes.choose(
        mission, whose="COMPANY", directs="EMPLOYER", receipt=receipt, by=mission.offer.person
    )


def test_a_yes_to_receipts_is_refused_and_not_knowing_is_a_no():
    mission = make_mission(Regime.PRESTATION, eligibility=False)
    say_receipts(mission.need.organisation, gives=False)
    with pytest.raises(NotYet, match="répondez «"):
        choose(mission, RegimeChoice.Receipt.YES)
    with pytest.raises(NotYet, match="n’est pas du mécénat"):
        choose(mission, RegimeChoice.Receipt.UNKNOWN)


def test_once_it_has_said_no_no_agreement_that_promises_a_receipt_is_made():
    mission = make_mission(Regime.PRESTATION, eligibility=False)
    head = head_of(mission.need.organisation)
    assert not documents.refusal_of(Kind.CONVENTION_SERVICE, mission)
    say_receipts(mission.need.organisation, gives=False)
    with pytest.raises(NotYet, match="alors que ce cadre juridique en suppose un"):
        documents.make(Kind.CONVENTION_SERVICE, mission, by=head, now=timezone.now())
