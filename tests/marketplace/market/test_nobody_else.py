"""Who meets every condition and has been asked already isn't among the candidates: those who are left are “nobody else”."""

import pytest
from django.urls import reverse

from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user

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
