"""What pages say in a session that an organisation's sign-in has opened: where one's own is, and what to do first."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.models import CompanyProgramme, Time
from tests.accounts.at_work_people import (
    DOMAIN,
    at_work,
    by_sign_in,
    lea,
    sign_in,
    sign_in_of,
)
from tests.factories import make_need, make_offer, make_organisation, make_user, verify

pytestmark = pytest.mark.django_db
__all__ = ["sign_in", "lea", "at_work"]
HOME = "/"
BEGIN, FIRST_OFFER = (
    "Commencez par votre offre",
    "Ce que vous savez faire, sur votre temps de travail",
)
UP_TO_DATE = "vous êtes à jour"


def by_password(person):
    browser = Client()
    browser.force_login(person)
    return browser


def header_of(page):
    return page.text.split("<main", 1)[0]


@pytest.mark.parametrize("name", ["profile", "experience", "letters", "organisation-switch"])
def test_the_menus_lead_to_ones_own_by_its_name_and_by_no_other(at_work, lea, name):
    address = f'"{reverse(name)}"'
    assert address in header_of(by_password(lea).get(HOME))
    menu = header_of(at_work.get(HOME))
    assert address not in menu
    assert f'href="{reverse("own-time")}"' in menu
    assert "Ce qui est à moi" in menu
    assert "Moi-même, bénévole" not in menu


def test_a_page_brought_back_still_asks_whose_it_is(at_work, lea):
    """The bell has gone, and what the browser asks before it shows a page again stays (static/js/app.js)."""
    menu = header_of(at_work.get(HOME))
    assert f'data-signed-in="{lea.pk}" hx-get="{reverse("letters-count")}"' in menu


def test_with_an_address_at_work_ones_profile_stays_in_the_menu(lea):
    lea.email = f"lea.roux@{DOMAIN}"
    lea.save()
    menu = header_of(by_password(lea).get(HOME))
    assert f'"{reverse("profile")}"' in menu
    assert f'"{reverse("experience")}"' not in menu
    assert "Ce qui est à moi" in menu


def test_who_has_offered_nothing_is_told_to_begin_with_an_offer(at_work):
    page = at_work.get(HOME).text
    assert BEGIN in page
    assert FIRST_OFFER in page
    assert UP_TO_DATE not in page


def test_where_a_programme_gives_days_the_offer_is_begun_there(at_work, head):
    CompanyProgramme.objects.create(organisation=head, name="Deux jours", days_per_year=2)
    page = at_work.get(HOME).text
    assert BEGIN in page
    assert "Il vous reste 2 jours sur 2" in page
    assert FIRST_OFFER not in page


def test_what_is_offered_at_home_counts_for_nothing_there(at_work, lea, pole):
    make_offer(person=lea, pole=pole, time=Time.OWN)
    assert FIRST_OFFER in at_work.get(HOME).text


def test_who_offers_already_is_not_told_to_begin(at_work, lea, head, pole):
    make_offer(organisation=head, person=lea, pole=pole, time=Time.WORK)
    page = at_work.get(HOME).text
    assert BEGIN not in page
    assert FIRST_OFFER not in page


def test_who_comes_by_their_own_password_begins_with_a_sentence_as_before(lea):
    page = by_password(lea).get(HOME).text
    assert "Commencez par une phrase" in page
    assert FIRST_OFFER not in page


def test_who_speaks_for_a_structure_that_asks_is_not_told_to_offer(pole):
    boss = verify(make_user())
    house = make_organisation(pole=pole, administrator=boss)
    row = sign_in_of(house, boss)
    assert BEGIN not in by_sign_in(boss, row).get(HOME).text


def test_the_form_of_an_offer_speaks_of_working_time_alone(at_work, lea):
    session = by_password(lea)
    assert "ou sur votre temps libre" in session.get(reverse("offer-new")).text
    page = at_work.get(reverse("offer-new")).text
    assert "sur votre temps de travail." in page
    assert "temps libre" not in page


def test_who_has_only_not_come_by_the_sign_in_isnt_asked_to_register_it_again(lea, sign_in):
    own = by_password(lea)
    sign_in.required_at = sign_in.opened_at
    sign_in.save()
    page = own.get(HOME).text
    assert "Passer par sa connexion" in page
    assert "Inscrire mon organisation" not in page


def test_ones_own_page_doesnt_lead_to_itself(at_work):
    page = at_work.get(reverse("own-time")).text
    assert "Vous passez par la connexion propre à" not in page
    assert "Ouvrir ce qui est à moi" not in page


@pytest.mark.parametrize(("time", "offered"), [("OWN", False), ("BOTH", True)])
def test_nobody_is_asked_for_their_own_time_at_work(at_work, lea, time, offered):
    """The form there writes what is offered on working time, which such a need doesn't take."""
    need = make_need(time=time)
    apply = reverse("need-apply", args=[need.pk])
    assert (apply in at_work.get(need.get_absolute_url()).text) is offered
    assert (need.title in at_work.get(HOME).text) is offered
    assert apply in by_password(lea).get(need.get_absolute_url()).text
