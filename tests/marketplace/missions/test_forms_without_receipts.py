"""A cooperative or a company that asks for help: article 238 bis doesn't name it, so no frame gives it a receipt."""

import pytest
from django.urls import reverse

from marketplace.actions.missions import regimes
from marketplace.actions.refusals import NotYet
from marketplace.models import Regime
from tests.factories import make_mission, make_need
from tests.marketplace.missions.served_people import say_receipts, structure_of

BY_COMPANY = {"whose": "COMPANY", "directs": "EMPLOYER"}


def a_mission(form, *, gives=None):
    structure = structure_of("Bottines", form=form, gives=gives)
    need = make_need(structure, created_by=structure.members.get(), ranked=False)
    return make_mission(work=True, need=need)


def ticked(client, mission):
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-regime", args=[mission.pk]))
    return page.context["form"]["receipt"].value()


@pytest.mark.parametrize(
    ("form", "answer"), [("SCIC", "NO"), ("SAS", "NO"), ("ASSOCIATION", "UNKNOWN")]
)
def test_the_answer_ticked_in_advance_is_that_of_its_legal_form(client, form, answer):
    assert ticked(client, a_mission(form)) == answer


@pytest.mark.parametrize(("gives", "answer"), [(True, "YES"), (False, "NO")])
def test_what_a_structure_has_declared_is_ticked(client, gives, answer):
    assert ticked(client, a_mission("ASSOCIATION", gives=gives)) == answer


def test_an_unknown_answered_before_is_ticked_no_more(client):
    mission = a_mission("SCIC")
    mission.regime_choices.create(
        regime=Regime.PRESTATION, receipt="UNKNOWN", by=mission.need.created_by, **BY_COMPANY
    )
    assert ticked(client, mission) == "NO"


def test_not_to_know_leads_no_cooperative_to_sponsorship(client):
    """A SCIC had a convention that called its mission a gift within article 238 bis."""
    mission = a_mission("SCIC")
    client.force_login(mission.need.created_by)
    door = reverse("mission-regime", args=[mission.pk])
    page = client.post(door, BY_COMPANY | {"receipt": "UNKNOWN"}).text
    assert "n’est pas du mécénat" in page
    loan = {"whose": "COMPANY", "directs": "STRUCTURE", "large_lender": True, "small_user": True}
    choice = regimes.choose(mission, **loan, receipt="UNKNOWN", by=mission.need.created_by)
    assert (choice.regime, choice.receipt) == (Regime.NOT_ELIGIBLE, "NO")


def test_a_cooperative_that_says_yes_reads_why_not(client):
    mission = a_mission("SCIC")
    client.force_login(mission.need.created_by)
    door = reverse("mission-regime", args=[mission.pk])
    page = client.post(door, BY_COMPANY | {"receipt": "YES"}).text
    assert (
        "En général, l’article 238 bis ne nomme pas la forme juridique indiquée pour Bottines, SCIC"
        in page
    )
    mission.refresh_from_db()
    assert mission.regime == ""


def test_a_cooperative_is_said_to_give_no_receipts_in_general(client):
    """“May not” stood there, where the page of receipts says when it may."""
    mission = a_mission("SCIC")
    client.force_login(mission.need.created_by)
    page = client.get(reverse("mission-regime", args=[mission.pk])).text
    assert "les coopératives et les sociétés commerciales, en général non" in page
    page = client.get("/comment-ca-marche/").text
    assert "En général, ni l’une ni l’autre ne délivre de reçu fiscal" in page


def test_a_structure_of_another_form_still_answers_by_itself(client):
    mission = a_mission("ASSOCIATION")
    choice = regimes.choose(mission, **BY_COMPANY, receipt="UNKNOWN", by=mission.need.created_by)
    assert (choice.regime, choice.receipt) == (Regime.PRESTATION, "UNKNOWN")


def test_what_a_cooperative_has_declared_and_shown_counts():
    mission = a_mission("SCIC")
    say_receipts(mission.structure, True)
    choice = regimes.choose(mission, **BY_COMPANY, receipt="YES", by=mission.need.created_by)
    assert choice.regime == Regime.PRESTATION


def test_a_loan_at_cost_and_own_time_ask_a_cooperative_nothing_of_receipts():
    mission = a_mission("SCIC")
    with pytest.raises(NotYet, match="association, une fondation"):
        regimes.choose(mission, whose="NON_PROFIT", directs="STRUCTURE", receipt="YES", by=mission.need.created_by)  # fmt: skip
