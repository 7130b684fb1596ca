"""As what the law takes an employer: non-profits lend under a frame of their own, cooperatives as companies do."""

import pytest
from django.urls import reverse

from accounts.models import Organisation
from marketplace.actions.missions import regimes
from marketplace.actions.refusals import NotYet
from marketplace.law import regimes as law
from marketplace.models import Mission, Offer, Regime
from marketplace.rules.mission_roles import NEED, OFFER
from marketplace.rules.next_acts import missions as next_acts
from tests.factories import (
    make_authority,
    make_lender,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("receipt", ["", "YES", "NO"])
def test_a_non_profit_lends_under_a_frame_of_its_own_whatever_the_structure_may_give(receipt):
    lender = law.Lender.NON_PROFIT
    assert law.found("NON_PROFIT", "STRUCTURE", receipt, lender=lender) == "NON_PROFIT_LOAN"
    with pytest.raises(law.NoRegime, match="n’est pas un prêt"):
        law.found("NON_PROFIT", "EMPLOYER", receipt, lender=lender)


@pytest.mark.parametrize(
    ("whose", "lender", "why"),
    [
        ("COMPANY", "NON_PROFIT", "cadre juridique à part"),
        ("PUBLIC", "NON_PROFIT", "cadre juridique à part"),
        ("NON_PROFIT", "COMPANY", "Seuls une association"),
        ("NON_PROFIT", "PUBLIC", "Seuls une association"),
        ("NON_PROFIT", "AUTHORITY", "dans le seul cadre"),
        ("COMPANY", "AUTHORITY", "dans le seul cadre"),
        ("PUBLIC", "COMPANY", "employeur public"),
    ],
)
def test_no_employer_lends_as_another_does(whose, lender, why):
    with pytest.raises(law.NoRegime, match=why):
        law.found(whose, "STRUCTURE", "YES", lender=law.Lender(lender))


def test_the_association_s_offer_leads_to_the_frame_of_non_profits(client):
    mission = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    Mission.objects.filter(pk=mission.pk).update(regime="")
    client.force_login(mission.offer.person)
    door = reverse("mission-regime", args=[mission.pk])
    page = client.get(door)
    assert list(page.context["form"].fields) == ["whose", "directs"]
    assert "plus de 5" not in page.text
    refused = client.post(door, {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"})
    assert "cadre juridique à part" in refused.text
    client.post(door, {"whose": "NON_PROFIT", "directs": "STRUCTURE"})
    assert Mission.objects.get().regime == Regime.NON_PROFIT_LOAN


@pytest.mark.parametrize(
    ("lender", "why"), [("NON_PROFIT", "pas un prêt"), ("AUTHORITY", "travaille au sein")]
)
def test_an_answer_that_no_frame_takes_is_not_offered_and_its_page_says_why(client, lender, why):
    """“The employer directs” was there to be chosen, and refused each time."""
    house = make_authority() if lender == "AUTHORITY" else make_lender("NON_PROFIT_LOAN")
    mission = make_mission(work=True, company=house)
    client.force_login(mission.need.created_by)
    door = reverse("mission-regime", args=[mission.pk])
    page = client.get(door)
    assert [code for code, _label in page.context["form"].fields["directs"].choices] == [
        "STRUCTURE"
    ]
    assert why in page.text
    whose = "NON_PROFIT" if lender == "NON_PROFIT" else "PUBLIC"
    answers = {"whose": whose, "directs": "EMPLOYER", "receipt": "YES"}
    assert why in client.post(door, answers).context["form"].errors["directs"][0]


@pytest.mark.parametrize("form", ["SCIC", "SCOP", "MUTUAL", "ESUS", "COOPERATIVE"])
def test_a_cooperative_or_a_mutual_lends_as_companies_do(form):
    mission = make_mission(work=True, regime=Regime.NON_PROFIT_LOAN)
    Organisation.objects.filter(pk=mission.offer.organisation_id).update(legal_form=form)
    mission = Mission.objects.get()
    choice = regimes.choose(
        mission, whose="COMPANY", directs="STRUCTURE", receipt="YES", by=mission.offer.person
    )
    assert choice.regime == Regime.LOAN
    assert Mission.objects.get().gives_a_receipt
    with pytest.raises(NotYet, match="Seuls une association"):
        regimes.choose(mission, whose="NON_PROFIT", directs="STRUCTURE", by=mission.offer.person)


def test_whoever_says_yes_reads_beside_it_that_an_association_lends_at_cost(client):
    """The page on which a structure says yes named the person and their employer, and nothing of what is billed."""
    lender = make_lender(Regime.NON_PROFIT_LOAN)
    need = make_need(member=make_user())
    lent = make_proposal(need, make_offer(organisation=lender))
    free = make_proposal(need, make_offer(make_user()))
    client.force_login(need.created_by)
    assert "prêt au coût" in client.get(lent.get_absolute_url()).text
    page = client.get(free.get_absolute_url()).text
    assert "prêt au coût" not in page
    assert "(bénévolat)" in page


def turns(mission):
    acts = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))
    return [(act.who, act.url) for act in acts]


@pytest.mark.parametrize("whose", ["PUBLIC", "NON_PROFIT"])
def test_where_people_come_one_by_one_no_legal_frame_is_asked_for_before_a_name(client, whose):
    """“Your turn: a few questions”, and each answer of the structure was refused: “a team can’t be lent”."""
    house = make_authority() if whose == "PUBLIC" else make_lender("NON_PROFIT_LOAN")
    mission = make_mission(work=True, company=house)
    comes = mission.offer.person
    Offer.objects.update(person=None)
    frame, team = (reverse(f"mission-{page}", args=[mission.pk]) for page in ("regime", "team"))
    offer = reverse("offer-edit", args=[mission.offer_id])
    assert turns(mission) == [(OFFER, offer)]
    client.force_login(mission.need.created_by)
    page = client.get(mission.get_absolute_url()).text
    assert "la personne met son propre nom dans l’offre" in page
    assert frame not in page
    refused = client.post(frame, {"whose": whose, "directs": "STRUCTURE", "receipt": "YES"}).text
    assert "elle ouvre l’offre et y choisit son propre nom" in refused
    assert "une équipe" not in refused
    client.force_login(comes)
    page = client.get(mission.get_absolute_url()).text
    assert offer in page
    assert team not in page, "nobody is named there"
    assert "elle ouvre l’offre et y choisit son propre nom" in client.get(team).text
    Offer.objects.update(person=comes)
    assert turns(mission) == [(OFFER, frame), (NEED, frame)]
