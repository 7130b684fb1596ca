"""A pôle moves its weights: tried first, kept after, and it is known who did."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from marketplace import ranking
from marketplace.actions.desk import weights as matching
from marketplace.matching.definition import PARTS, WEIGHTS
from marketplace.models import Level, MatchWeights, OfferSkill, WeightsChange
from tests.factories import (
    a_pole,
    make_commune,
    make_coordinator,
    make_need,
    make_offer,
    make_organisation,
    make_pole,
    make_skill,
    make_user,
)


@pytest.fixture
def maelle(client):
    user = make_coordinator(first_name="Maëlle", last_name="Vandamme")
    client.force_login(user)
    return user


@pytest.fixture
def page(maelle):
    return reverse("match-weights", args=[a_pole().pk])


def said(**changed):
    table = {f"{side}_{part}": WEIGHTS[side][part] for side in WEIGHTS for part in PARTS}
    return table | changed


def shown(client, page, **changed):
    """The preview, and what its form holds as a browser would send it back."""
    answer = client.post(page, said(**changed) | {"preview": "yes"})
    held = {field.html_name: field.value() for field in answer.context["form"]}
    for field in answer.context["form"]:
        assert f'value="{str(field.value()).replace(chr(34), "&quot;")}"' in str(field)
    return answer, held | {"keep": "yes"}


def a_far_expert_and_a_near_one():
    need = make_need(skills=["excel"], place="ON_SITE", title="Nos tableaux")
    need.wanted.update(level=Level.EXPERT)
    near_lille = make_commune("59512", "Roubaix", latitude=50.85, longitude=3.25)
    far = make_offer(make_user("Farid", "Loin"), skills=[], commune=near_lille)
    near = make_offer(make_user("Nadia", "Pres"), skills=[])
    OfferSkill.objects.create(offer=far, skill=make_skill("excel"), level=Level.EXPERT)
    OfferSkill.objects.create(offer=near, skill=make_skill("excel"), level=Level.SKILLED)
    ranking.changed(need, far, near)
    return need


def test_the_preview_names_the_needs_whose_first_would_be_another(client, page):
    a_far_expert_and_a_near_one()
    extremes = {"need_place": 30, "offer_place": 30, "need_skills": 30, "offer_skills": 30}
    answer, _form = shown(client, page, **extremes)
    assert "1 besoin sur 1 aurait une autre offre en premier" in answer.text
    assert "Nos tableaux" in answer.text
    assert "Farid L." in answer.text
    assert not MatchWeights.objects.exists()


def test_the_preview_names_nobody_who_offers_at_home_under_the_reader(client, page, maelle):
    a_far_expert_and_a_near_one()
    house = make_organisation(Organisation.Kind.COMPANY, administrator=maelle)
    Membership.objects.create(user=User.objects.get(last_name="Loin"), organisation=house)
    extremes = {"need_place": 30, "offer_place": 30, "need_skills": 30, "offer_skills": 30}
    answer, _form = shown(client, page, **extremes)
    assert "Farid" not in answer.text
    assert "Nos tableaux" not in answer.text


def test_kept_after_the_preview_with_who_did_it(client, page, maelle):
    _answer, form = shown(client, page, need_place=20)
    answer = client.post(page, form, follow=True)
    assert "Enregistré" in answer.text
    assert MatchWeights.objects.get().need["place"] == 20
    assert WeightsChange.objects.get().by == maelle
    assert "Maëlle Vandamme" in answer.text
    assert "8 → 20" in answer.text


def test_nothing_is_kept_that_was_not_shown_or_out_of_bounds(client, page):
    answer = client.post(page, said(need_place=20, keep="yes"))
    assert "aperçu" in answer.text
    _answer, form = shown(client, page, need_place=20)
    client.post(page, form | {"need_place": 25})
    for odd in (31, -1, "x", ""):
        assert client.post(page, said(need_place=odd, keep="yes")).status_code == 200
    assert not WeightsChange.objects.exists()


def test_twice_is_once_and_too_late_is_said(client, page, maelle):
    _answer, form = shown(client, page, need_place=20)
    client.post(page, form)
    answer = client.post(page, form)
    assert "Quelqu’un d’autre a changé les poids" in answer.text
    assert WeightsChange.objects.count() == 1
    table = MatchWeights.objects.get().as_table()
    matching.set_weights(a_pole(), **table, by=maelle)
    assert WeightsChange.objects.count() == 1


def test_the_usual_weights_can_be_tried_again(client, page, maelle):
    other = {side: weights | {"place": 1} for side, weights in WEIGHTS.items()}
    matching.set_weights(a_pole(), **other, by=maelle)
    answer = client.post(page, said() | {"usual": "yes"})
    assert answer.context["form"].table == WEIGHTS
    assert "Ce qui changerait" in answer.text


def as_of_another_release(side: str) -> dict[str, int]:
    """Weights without a part that there is today, and with one that there is no more."""
    kept = {part: weight for part, weight in WEIGHTS[side].items() if part != "answers"}
    return kept | {"place": 11, "moon": 4}


def test_weights_kept_by_another_release_take_the_parts_of_this_one(client, page, maelle):
    kept = {side: as_of_another_release(side) for side in WEIGHTS}
    MatchWeights.objects.create(pole=a_pole(), **kept)
    WeightsChange.objects.create(pole=a_pole(), by=maelle, before=dict(WEIGHTS), after=kept)
    today = {side: weights | {"place": 11} for side, weights in WEIGHTS.items()}
    assert MatchWeights.objects.get().as_table() == today
    a_far_expert_and_a_near_one()
    answer = client.get(page)
    assert answer.context["form"].initial == said(need_place=11, offer_place=11)
    (change,) = answer.context["history"]
    assert [line["after"] for line in change["moved"]] == [11, 11]
    _answer, form = shown(client, page, need_place=12)
    client.post(page, form)
    kept_now = MatchWeights.objects.get()
    assert kept_now.need == WEIGHTS["need"] | {"place": 12}
    assert kept_now.offer == WEIGHTS["offer"]


def test_only_the_coordinators_of_that_pole(client, page):
    client.force_login(make_user())
    assert client.get(page).status_code == 403
    client.force_login(make_coordinator(make_pole("Ailleurs", ["62"])))
    assert client.get(page).status_code == 404
    client.logout()
    assert client.get(page).status_code == 302
