"""The papers that few missions have, and those of no mission, read as the others are: no code, no gap, no brackets in
brackets."""

import pytest

from marketplace.models import Regime
from tests.marketplace.documents.rarer_papers import (
    amended_twice,
    of_a_price,
    of_a_team,
    of_no_mission,
    of_several,
)
from tests.marketplace.documents.test_what_documents_say import breaks_in, faults_in


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
    """In its report a pôle says “we”."""
    papers = dict(of_no_mission())
    told = {kind for kind, _words in faults_in(papers.pop("report"))}
    assert told <= {"first person"}
    read(papers.items())
