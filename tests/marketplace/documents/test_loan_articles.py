"""The articles of the labour code that each loan is made under, on the papers that it begins with and on those that change it."""

import pytest

from marketplace.actions.documents import documents, ledger
from marketplace.models import Kind, Regime
from tests.marketplace.documents.document_desk import head_of, make_mission
from tests.marketplace.documents.test_what_documents_say import words_of
from tests.marketplace.missions.amending import propose, signed_mission

pytestmark = pytest.mark.django_db
FREE = "(code du travail, articles L. 8241-3 et R. 8241-2)"
AT_COST = "(code du travail, articles L. 8241-1 et L. 8241-2)"
LOANS = {
    Regime.LOAN: (Kind.CONVENTION_LOAN, FREE),
    Regime.NOT_ELIGIBLE: (Kind.CONVENTION_PLAIN, FREE),
    Regime.NON_PROFIT_LOAN: (Kind.CONVENTION_NON_PROFIT, AT_COST),
}


def preview(kind, mission):
    return words_of(documents.preview(kind, mission))


def of_the_contract(regime):
    at_cost = regime == Regime.NON_PROFIT_LOAN
    return "(code du travail, article L. 8241-2)" if at_cost else FREE


@pytest.mark.parametrize("regime", LOANS)
def test_a_loan_is_under_the_articles_that_it_is_made_under(regime):
    """Article L. 8241-3 sets aside L. 8241-2 for the free loans that it opens, whose papers R. 8241-2 describes."""
    mission = make_mission(regime)
    kind, articles = LOANS[regime]
    said = preview(kind, mission)
    assert articles in said
    assert "L. 8241-2 et L. 8241-3" not in said
    assert of_the_contract(regime) in preview(Kind.AMENDMENT, mission)


@pytest.mark.parametrize("regime", LOANS)
def test_what_changes_a_loan_is_under_its_articles_too(regime):
    convention, contract = (
        words_of(ledger.read(paper))
        for paper in propose(signed_mission(regime)).documents.order_by("pk")
    )
    assert LOANS[regime][1] in convention
    assert of_the_contract(regime) in contract


WHO_LENDS = "prêt d’une personne salariée par un employeur sans but lucratif"


def test_only_the_lender_has_to_be_a_non_profit(client):
    mission = make_mission(Regime.NON_PROFIT_LOAN)
    assert mission.get_regime_display() == WHO_LENDS
    said = preview(Kind.CONVENTION_NON_PROFIT, mission)
    assert "le prix d’un tel prêt restent à vérifier" in said
    assert "entre organismes sans but lucratif" not in said
    client.force_login(head_of(mission.need.organisation))
    page = client.get(mission.get_absolute_url()).text
    assert WHO_LENDS[0].upper() + WHO_LENDS[1:] in page
