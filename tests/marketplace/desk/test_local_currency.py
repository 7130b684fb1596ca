"""A pôle names its local currency: expenses may be paid back in it, gatherings take it, and nothing is ever paid here."""

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from accounts.models import Pole
from marketplace.actions.documents import ledger
from marketplace.actions.missions import sheets
from marketplace.models import MissionSheet, Regime, Side
from marketplace.models.documents.documents import kinds_before
from tests.factories import a_pole, make_coordinator, make_pole, make_user
from tests.marketplace.documents import document_desk
from tests.marketplace.documents.test_documents import make, text_of
from tests.marketplace.gatherings.people import make_gathering

NAME = "galibots"


@pytest.fixture
def pole(db):
    here = a_pole()
    here.currency, here.currency_url = NAME, "https://galibots.example.org/"
    here.save()
    return here


def address(pole):
    return reverse("local-currency", args=[pole.pk])


# --- who names it ----------------------------------------------------------------------------
def test_a_coordinator_names_it_and_anybody_reads_it_on_the_page_of_the_pole(client):
    pole = a_pole()
    client.force_login(make_coordinator(pole))
    said = {"currency": "  galibots ", "currency_url": "https://galibots.example.org/"}
    assert client.post(address(pole), said).status_code == 302
    client.logout()
    page = client.get(pole.get_absolute_url()).text
    assert "La monnaie locale\u00a0: galibots" in page
    assert 'href="https://galibots.example.org/"' in page
    assert "Rien ne se paie sur ce site" in page


def test_nobody_else_names_it(client, pole):
    said = {"currency": "lingots", "currency_url": ""}
    assert client.post(address(pole), said).status_code == 302, "to the login"
    for user in (make_user(), make_coordinator(make_pole("Ailleurs", ("62",)))):
        client.force_login(user)
        assert client.get(address(pole)).status_code == 403
        assert client.post(address(pole), said).status_code == 403
    assert Pole.objects.get(pk=pole.pk).currency == NAME


@pytest.mark.parametrize(
    ("said", "name", "words"),
    [
        ({"currency": "…"}, "currency", "avec des lettres"),
        ({"currency": "1 000"}, "currency", "avec des lettres"),
        ({"currency": "x" * 41}, "currency", "41"),
        ({"currency_url": "javascript:alert(1)"}, "currency_url", "URL"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_stays_typed(client, pole, said, name, words):
    client.force_login(make_coordinator(pole))
    page = client.post(address(pole), {"currency": NAME, "currency_url": ""} | said)
    assert page.status_code == 200
    assert words in str(page.context["form"].errors[name])
    assert page.context["form"][name].value() == said[name]


# --- expenses --------------------------------------------------------------------------------
def sheet_page(client, mission):
    client.force_login(document_desk.head_of(mission.need.organisation))
    return client.get(reverse("mission-sheet", args=[mission.pk]) + "?modifier=oui")


def test_a_sheet_asks_nothing_where_the_pole_has_no_currency(client):
    assert "currency" not in sheet_page(client, document_desk.make_mission()).context["form"].fields


def test_a_sheet_offers_euros_first_and_says_that_time_has_no_price(client, pole):
    page = sheet_page(client, document_desk.make_mission())
    form = page.context["form"]
    assert [value for value, _label in form.fields["currency"].choices] == ["", NAME]
    assert form["currency"].value() == ""
    assert "le temps donné n’a de prix dans aucune monnaie" in page.text


def choose(mission, name):
    by = document_desk.head_of(mission.need.organisation)
    read = MissionSheet.objects.get(mission=mission).number
    sheets.change(mission, {"currency": name}, read=read, side=Side.NEED, by=by)
    MissionSheet.objects.filter(mission=mission).update(need_agreed=read + 1, offer_agreed=read + 1)
    return type(mission).objects.get(pk=mission.pk)


def test_what_was_agreed_on_keeps_its_words_when_the_pole_names_another(client, pole):
    mission = choose(document_desk.make_mission(), NAME)
    Pole.objects.filter(pk=pole.pk).update(currency="lingots")
    page = sheet_page(client, mission)
    choices = [value for value, _label in page.context["form"].fields["currency"].choices]
    assert choices == ["", "lingots", NAME]
    words = f"{NAME}, si qui les a avancés le souhaite\N{NO-BREAK SPACE}; en euros sinon"
    assert {"label": "Remboursés en", "words": words} in page.context["lines"]


@pytest.mark.parametrize("regime", list(Regime))
def test_the_papers_say_it_where_it_was_chosen_and_name_no_other_amount(pole, regime):
    kind = kinds_before(regime)[0]
    mission = document_desk.make_mission(regime)
    plain = text_of(ledger.read(make(mission, kind)))
    assert NAME not in plain
    said = text_of(ledger.read(make(choose(mission, NAME), kind)))
    assert f"remboursés en {NAME}, monnaie locale complémentaire" in said
    assert "si qui les a avancés le souhaite" in said


# --- gatherings ------------------------------------------------------------------------------
def test_a_gathering_says_that_it_takes_the_currency_of_its_pole(client, pole):
    gathering = make_gathering(takes_currency=True)
    words = "monnaie locale acceptée sur place\u00a0: galibots"
    assert words in client.get(gathering.get_absolute_url()).text
    Pole.objects.filter(pk=pole.pk).update(currency="")
    assert "monnaie locale" not in client.get(gathering.get_absolute_url()).text


def test_its_host_is_asked_only_where_the_pole_has_one(client, pole):
    gathering = make_gathering()
    client.force_login(gathering.created_by)
    url = reverse("gathering-edit", args=[gathering.pk])
    page = client.get(url)
    assert "takes_currency" in page.context["form"].fields
    assert "rien ne se paie sur ce site" in page.text
    Pole.objects.filter(pk=pole.pk).update(currency="")
    assert "takes_currency" not in client.get(url).context["form"].fields


# --- never paid ------------------------------------------------------------------------------
def test_no_column_holds_an_amount_of_it():
    """Its name, its page, and whether it is taken: there is nothing that could count it."""
    named = {
        (model.__name__, field.name): type(field)
        for model in apps.get_models()
        for field in model._meta.fields
        if "currency" in field.name
    }
    assert named == {
        ("Pole", "currency"): models.CharField,
        ("Pole", "currency_url"): models.URLField,
        ("MissionSheet", "currency"): models.CharField,
        ("Gathering", "takes_currency"): models.BooleanField,
    }
