"""The papers that few missions have, and those of no mission, read as the others are: no code, no gap, no brackets in
brackets."""

import re

import pytest
from django.utils import timezone

from marketplace.actions.documents import documents, receipts
from marketplace.actions.missions import missions
from marketplace.models import Kind, Mission, Regime
from tests.marketplace.documents.document_desk import (
    declare_value,
    give_hours,
    head_of,
    make_mission,
)
from tests.marketplace.documents.every_document import of_mission
from tests.marketplace.documents.rarer_papers import (
    amended_twice,
    of_a_price,
    of_a_team,
    of_no_mission,
    of_several,
)
from tests.marketplace.documents.test_what_documents_say import breaks_in, faults_in, words_of


def read(papers):
    for name, content in papers:
        assert faults_in(content) == [], name
        assert breaks_in(content) == [], name


@pytest.mark.parametrize("named", [True, False])
def test_the_papers_of_a_team(named):
    read(of_a_team(named=named))


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("regime", Regime)
def test_the_papers_of_a_mission_for_several_structures(regime, full):
    read(of_several(regime, full=full))


@pytest.mark.parametrize("regime", Regime)
def test_an_amendment_that_comes_after_another(regime):
    read(amended_twice(regime))


@pytest.mark.parametrize("share", [0, 1, 40, 100])
def test_a_loan_at_each_price(share):
    read(of_a_price(share))


def test_the_papers_of_no_mission():
    """In its report a pôle says “we”. An evening isn't said to last 2,33 hours."""
    papers = dict(of_no_mission())
    assert "Durée 2 heures 20" in words_of(papers["attendance 0"])
    assert re.search(r"Date du \d\S* \w+ \d{4} au \d", words_of(papers["attendance 1"]))
    told = {kind for kind, _words in faults_in(papers.pop("report"))}
    assert told <= {"first person"}
    read(papers.items())


@pytest.mark.parametrize("regime", [Regime.PRESTATION, Regime.LOAN, Regime.PUBLIC_AGENT])
def test_the_title_of_an_offer_is_nobody_s_trade(regime):
    """“Anaïs Abel, Développement (web), fait l’objet…”: the title stands only where a qualification is asked for."""
    for kind, paper in of_mission(regime, full=False):
        assert "Anaïs Abel, Développement" not in words_of(paper), kind


def test_one_hour_is_one():
    """“les heures ci-dessus, soit 1 au total”."""
    said = dict(of_mission(Regime.PRESTATION, full=False))["HOURS_CERTIFICATE"]
    assert "certifie avoir reçu le temps ci-dessus, soit 1 heure au total" in words_of(said)


@pytest.mark.parametrize("regime", [Regime.LOAN, Regime.PUBLIC_AGENT])
def test_what_amends_a_paper_of_several_structures_names_them_all(regime):
    """The contract's amendment named them, its own amendment did not; an order lent somebody to one of three."""
    for kind, paper in of_several(regime, full=True):
        said = words_of(paper)
        assert "Le Pôle (Est)" in said, kind
        assert "L’Étape (Ouest)" in said, kind


def test_what_came_in_part_isn_t_certified_as_handed_over():
    """“Ce qui a été remis : un site simple” stood under the structure’s “in part”."""
    mission = give_hours(make_mission(Regime.VOLUNTEERING, status="DELIVERED"))
    head = head_of(mission.need.organisation)
    missions.review(mission, side="NEED", by=head, rating=4, again=True, arrived="PARTLY")
    certificate = words_of(documents.preview(Kind.VOLUNTEER_CERTIFICATE, mission))
    assert "Ce qui était attendu" in certificate
    assert "Ce qui a été remis" not in certificate
    assert "Résultats attendus" in words_of(documents.preview(Kind.PASSPORT, mission))


def test_nor_received_for_a_receipt():
    mission = give_hours(make_mission(status="DELIVERED"))
    head = head_of(mission.need.organisation)
    missions.review(mission, side="NEED", by=head, rating=4, again=True, arrived="NO")
    Mission.objects.filter(pk=mission.pk).update(status="REVIEWED")
    mission.refresh_from_db()
    declare_value(mission)
    receipt = words_of(
        receipts.preview(mission, now=timezone.now(), by=head, capacity="présidente")
    )
    assert mission.sheet.deliverables not in receipt
    assert f"Temps donné au travail confié : {mission.sheet.work}" in receipt
