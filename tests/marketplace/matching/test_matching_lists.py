"""The lists that pages show: who suits whom, in words."""

import pytest
from django.utils import translation

from marketplace import ranking
from marketplace.models import Cause, Level, NeedSkill, OfferSkill, Place
from marketplace.states import OfferStatus, ProposalStatus
from tests import factories as make

pytestmark = pytest.mark.django_db
AMIENS = {"insee": "80021", "name": "Amiens", "latitude": 49.8987, "longitude": 2.2847}
ROUBAIX = {"insee": "59512", "name": "Roubaix", "latitude": 50.6893, "longitude": 3.1750}


@pytest.fixture(autouse=True)
def in_french():
    with translation.override("fr"):
        yield


def words(reasons):
    return [plain(reason.words) for reason in reasons]


def plain(text):
    """As typed: French spaces before « : » don't break lines, and don't matter here."""
    return text.replace("\u00a0", " ")


def test_an_offer_with_the_skill_is_found_and_says_why_to_both_sides():
    need = make.make_need(skills=["site-web"])
    offer = make.make_offer(skills=["site-web"], commune=make.make_commune(**ROUBAIX))
    (match,) = ranking.offers_for(need)
    assert (match.need, match.offer) == (need, offer)
    assert words(match.reasons_for_need_side)[0] == "La compétence demandée : site-web"
    assert "À 11 km" in words(match.reasons_for_offer_side)
    assert match.strength in {1, 2, 3, 4}


def test_a_skill_close_to_the_one_wanted_is_said_to_be_close_to_both_sides_and_once():
    shop, sales = make.make_skill("vente-en-ligne"), make.make_skill("boutique")
    shop.close.add(sales)
    make.make_need(skills=["vente-en-ligne"])
    (match,) = ranking.needs_for(make.make_offer(skills=["boutique"]))
    assert "Votre compétence « boutique » est proche de « vente-en-ligne »" in words(
        match.reasons_for_offer_side
    )
    assert "Proche de « vente-en-ligne » : boutique" in words(match.reasons_for_need_side)
    assert match.missing_for_need_side == match.missing_for_offer_side == []  # said above


def test_both_sides_see_the_same_pair_with_the_same_score():
    need, offer = make.make_need(), make.make_offer()
    assert ranking.offers_for(need)[0].score == ranking.needs_for(offer)[0].score


def test_nobody_out_of_reach_is_a_match_but_is_shown_with_what_would_close_the_gap():
    need = make.make_need(place=Place.ON_SITE)
    offer = make.make_offer(commune=make.make_commune(**AMIENS), radius_km=30)
    assert ranking.offers_for(need) == []
    (miss,) = ranking.near_misses_for_need(need)
    assert miss.offer == offer
    assert words(miss.excluded) == ["À 98 km, rayon de 30 km"]
    assert miss.excluded[0].act == "Demander si cela pourrait se faire à distance"


def test_the_missing_level_is_said():
    need = make.make_need(skills=[])
    NeedSkill.objects.create(need=need, skill=make.make_skill("excel"), level=2)
    offer = make.make_offer(skills=[])
    OfferSkill.objects.create(offer=offer, skill=make.make_skill("excel"), level=1)
    ranking.changed(need, offer)
    (match,) = ranking.offers_for(need)
    assert words(match.missing_for_need_side) == [
        f"excel : niveau « {Level.SKILLED.label} » demandé, « {Level.BASIC.label} » proposé"
    ]


def test_a_skill_that_is_required_and_absent_excludes_and_says_so():
    need = make.make_need(skills=["excel", "paie"])
    make.make_offer(skills=["excel"])
    assert ranking.offers_for(need) == []
    (miss,) = ranking.near_misses_for_need(need)
    assert (
        plain(miss.excluded[0].act)
        == "Partager la mission en deux : quelqu’un d’autre pour « paie »"
    )


def test_a_declined_pair_is_not_suggested_again_and_why_says_it():
    proposal = make.make_proposal(status=ProposalStatus.DECLINED)
    assert ranking.offers_for(proposal.need) == []
    assert ranking.needs_for(proposal.offer) == []
    assert words(ranking.why(proposal.need, proposal.offer).excluded) == [
        "Proposition déjà déclinée"
    ]


def test_a_paused_offer_is_not_found_and_why_says_it():
    need, offer = make.make_need(), make.make_offer(status=OfferStatus.PAUSED)
    assert ranking.offers_for(need) == []
    assert words(ranking.why(need, offer).excluded) == [
        f"L’offre n’est pas ouverte : {OfferStatus.PAUSED.label}"
    ]


def test_another_pole_is_not_found():
    need = make.make_need()
    make.make_offer(pole=make.make_pole("Pôle du Sud", ["80"]))
    assert ranking.offers_for(need) == []


def test_a_shared_cause_comes_first():
    need = make.make_need()
    cold = make.make_offer()
    warm = make.make_offer()
    warm.causes.add(Cause.objects.get(code="reemploi"))
    ranking.changed(warm)
    assert [match.offer for match in ranking.offers_for(need)] == [warm, cold]


def test_twenty_matches_cost_as_many_queries_as_two(django_assert_max_num_queries):
    need = make.make_need(skills=["site-web", "excel"])
    for _ in range(20):
        make.make_offer(skills=["site-web", "excel"])
    with django_assert_max_num_queries(18):
        matches = ranking.offers_for(need)
        for match in matches:
            words(
                match.reasons_for_need_side
                + match.reasons_for_offer_side
                + match.missing_for_need_side
            )
            str(
                match.offer.discreet_name + match.offer.commune.name + str(match.offer.organisation)
            )
    assert len(matches) == 20


def test_an_offer_meets_a_need_whose_other_skills_are_only_welcome_and_none_that_requires_one_it_lacks():
    welcome, required = (make.make_need(skills=["site-web", "comptabilite"]) for _ in range(2))
    NeedSkill.objects.filter(need=welcome, skill__code="comptabilite").update(required=False)
    ranking.changed(welcome)
    offer = make.make_offer(skills=["site-web"])
    assert [match.need for match in ranking.needs_for(offer)] == [welcome]
    assert [match.need for match in ranking.around_offer(offer)[1]] == [required]
