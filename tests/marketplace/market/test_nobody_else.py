"""Who meets every condition and has been asked already isn't among the candidates: those who are left are “nobody else”."""

import pytest
from django.urls import reverse

from tests.factories import (
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_proposal,
    make_user,
)

pytestmark = pytest.mark.django_db
NOBODY, NOBODY_ELSE = "Personne ne remplit toutes", "Personne d’autre ne remplit toutes"


@pytest.mark.parametrize("page", ["need-candidates", "desk-need"])
def test_nobody_else_fits_where_somebody_has_been_asked(client, page):
    need = make_need(member=make_user())
    client.force_login(make_coordinator(need.pole))
    url = reverse(page, args=[need.pk])
    said = client.get(url, {"vue": "cartes"}).text
    assert NOBODY in said
    assert NOBODY_ELSE not in said
    make_proposal(need, make_offer())
    said = client.get(url, {"vue": "cartes"}).text
    assert NOBODY not in said
    assert NOBODY_ELSE in said


@pytest.mark.parametrize("view", ["cartes", "tableau"])
def test_of_a_need_that_is_filled_nobody_is_said_to_lack_an_hour_nor_to_be_looked_for(client, view):
    """“Plus une heure libre” was said of everybody, where the need had no place."""
    need = make_need(member=make_user())
    make_offer()
    make_mission(need=need)
    client.force_login(need.organisation.members.get())
    page = client.get(reverse("need-candidates", args=[need.pk]), {"vue": view})
    assert page.status_code == 200
    assert "plus une heure libre" not in page.text
    assert "Nous continuons à chercher" not in page.text
