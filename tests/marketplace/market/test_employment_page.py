"""The page of one employment, and the home of whoever has one to look at."""

import pytest
from django.urls import reverse

from marketplace.actions.market import employments
from tests.marketplace.market.programme_house import head_of, make_programme
from tests.marketplace.market.test_employments import (
    DAY,
    declared,
    house,
    hr,
    membership,
    nora,
    now,
)

__all__ = ["house", "hr", "nora"]  # the fixtures of those tests
pytestmark = pytest.mark.django_db


def test_the_page_of_an_employment_shows_what_is_kept_and_saving_it_wipes_nothing(
    client, house, hr, nora
):
    """It came up empty: whoever pressed “Enregistrer” on it wiped the team and the site."""
    known = declared(house, nora, team="Achats")
    client.force_login(head_of(house))
    door = reverse("employment", args=[membership(house, nora).pk])
    forms = client.get(door).context["forms"]
    assert forms["place"]["team"].value() == "Achats"
    client.force_login(hr)
    assert client.get(door).context["forms"]["facts"]["hired_on"].value() == DAY
    client.force_login(head_of(house))
    client.post(door, {"what": "place", "team": forms["place"]["team"].value(), "site": ""})
    known.refresh_from_db()
    assert known.team == "Achats"


def test_whoever_has_something_to_do_for_their_house_is_not_told_that_nothing_waits(
    client, house, nora
):
    """“Rien ne vous attend : vous êtes à jour”, and “1 chose vous attend” a few lines below."""
    boss, _programme = head_of(house), make_programme(house)
    client.force_login(boss)
    declared(house, nora)
    employments.ask_correction(house, "Ce n’est pas mon contrat.", by=nora, now=now())
    page = client.get("/").text
    assert "1 chose vous attend" in page
    assert "Rien ne vous attend" not in page
