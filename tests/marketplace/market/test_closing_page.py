"""The page that closes an account says what is so of whoever reads it."""

import pytest
from django.urls import reverse

from marketplace.actions.market import forgetting
from marketplace.models import Regime
from tests.factories import make_organisation, make_user, verify
from tests.marketplace.documents.document_desk import make_mission
from tests.marketplace.missions.amending import signed_mission

CLOSE = reverse("account-close")
PASSWORD = "un-long-secret-42"
PLACE = "Votre place dans vos organisations"


@pytest.fixture
def noe():
    return verify(make_user("Noé", "Lambert", email="noe@example.org", password=PASSWORD))


@pytest.fixture
def page(client, noe):
    def read():
        client.post(reverse("account_login"), {"login": noe.email, "password": PASSWORD})
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client.get(CLOSE).text

    return read


def test_a_place_goes_with_whoever_has_one(page, noe):
    assert PLACE not in page()
    make_organisation(administrator=make_user(), member=noe)
    assert PLACE in page()


def test_each_thing_that_stays_has_an_end(page):
    read = page()
    assert "gardé avec sa date" not in read
    assert "tant que le site sert le pôle, avec sa date" in read


def test_how_to_ask_for_a_mission_to_be_erased_leads_there(page):
    """It stood “as is said below”, and nothing below said it; only the legal page does."""
    read = page()
    assert "Vous pouvez en demander l’effacement" in read
    assert "plus bas" not in read
    assert f"{reverse('legal')}#droits" in read


def test_letters_to_others_stay_as_long_as_the_accounts_of_those_who_received_them(page):
    read = page()
    assert "jusqu’à la fermeture du compte de qui les a reçus" in read
    assert "jusqu’à la fermeture de votre compte" not in read


def test_it_says_what_is_sought_in_what_others_wrote_and_what_isnt(page):
    read = page()
    assert "votre nom entier et votre téléphone" in read
    assert "Un prénom seul, des initiales" in read


def test_signed_papers_are_named_and_beyond_ten_counted(page, noe, monkeypatch):
    assert "Les documents signés" not in page()
    mission = signed_mission(
        Regime.VOLUNTEERING, mission=make_mission(Regime.VOLUNTEERING, person=noe)
    )
    paper = mission.documents.get()
    read = page()
    assert f"{paper} ({paper.organisation})" in read, "each organisation counts from one"
    assert paper.get_absolute_url() in read
    assert forgetting.papers(noe).more == 0
    assert forgetting.papers(make_user()).newest == []
    monkeypatch.setattr(forgetting, "NAMED_AT_MOST", 0)
    assert forgetting.papers(noe).more == 1
