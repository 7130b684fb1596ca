"""Whether the hours for each structure served fit the legal frame of the mission, case by case."""

import pytest

from accounts.models import Organisation
from marketplace.law import carried, regimes
from marketplace.law.carried import fit
from marketplace.models import Regime

Form = Organisation.LegalForm
YES, NO, UNKNOWN = regimes.YES, regimes.NO, regimes.UNKNOWN


@pytest.mark.parametrize("receipt", [YES, NO, UNKNOWN])
@pytest.mark.parametrize("frame", ["", Regime.VOLUNTEERING, Regime.NON_PROFIT_LOAN])
def test_own_time_and_a_loan_billed_at_cost_serve_anybody(frame, receipt):
    assert fit(frame, receipt).fits


@pytest.mark.parametrize("receipt", [YES, UNKNOWN])
@pytest.mark.parametrize("frame", [Regime.PRESTATION, Regime.LOAN, Regime.PUBLIC_AGENT])
def test_a_body_that_gives_receipts_or_hasnt_said_fits_a_gift(frame, receipt):
    assert fit(frame, receipt).fits


def test_a_piece_of_work_for_a_body_without_receipts_is_no_gift():
    found = fit(Regime.PRESTATION, NO)
    assert (found.fits, found.frame, found.by_loan) == (False, "", True)
    assert found.why


def test_a_loan_to_a_body_without_receipts_is_that_of_l_8241_3_or_none():
    found = fit(Regime.LOAN, NO)
    assert (found.fits, found.frame, found.by_loan) == (False, "", True)


def test_a_public_agent_serves_no_body_without_receipts_and_no_loan_does_instead():
    found = fit(Regime.PUBLIC_AGENT, NO)
    assert (found.fits, found.frame, found.by_loan) == (False, "", False)


def test_beside_a_lead_without_receipts_another_without_fits():
    assert fit(Regime.NOT_ELIGIBLE, NO).fits


def test_beside_a_lead_without_receipts_one_that_gives_them_has_the_frame_of_sponsorship():
    found = fit(Regime.NOT_ELIGIBLE, YES)
    assert (found.fits, found.frame) == (False, Regime.LOAN)
    assert found.why


@pytest.mark.parametrize("code", [row.code for row in regimes.TABLE])
def test_every_frame_has_an_answer_for_every_structure(code):
    for receipt in (YES, NO, UNKNOWN):
        found = fit(code, receipt)
        assert found.fits or found.why


def test_a_cooperative_that_has_said_nothing_gives_none():
    for form in (Form.SCIC, Form.SCOP, Form.COOPERATIVE, Form.ESUS, Form.SAS):
        assert carried.gives(form, UNKNOWN) == NO
    for form in (Form.ASSOCIATION, Form.FOUNDATION, Form.PUBLIC, Form.MUTUAL):
        assert carried.gives(form, UNKNOWN) == UNKNOWN


def test_what_a_structure_has_declared_counts_before_its_form():
    assert carried.gives(Form.SCIC, YES) == YES
    assert carried.gives(Form.ASSOCIATION, NO) == NO
