"""The browser's back button and the double click: what was written is there once."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.models import Need, Offer
from marketplace.states import NeedStatus, OfferStatus
from tests.at_once import together
from tests.factories import (
    a_pole,
    in_days,
    make_cause,
    make_commune,
    make_organisation,
    make_skill,
    make_user,
)

CALM = "est déjà là"


@pytest.fixture
def aline():
    return make_user(first_name="Aline")


@pytest.fixture
def structure(aline):
    return make_organisation(administrator=aline)


@pytest.fixture
def need(structure):
    make_skill("site-web")
    return {
        "title": "Refaire notre site", "context": "Il date de 2015.", "deliverable": "Un site.",
        "cause": make_cause().pk, "place": "BOTH", "commune": make_commune().insee,
        "starts_on": in_days(3).isoformat(), "ends_on": in_days(60).isoformat(),
        "format": "SPLIT", "time": "BOTH", "volume": "20", "unit": "hours", "places": "1", "skills": ["site-web"],
    }  # fmt: skip


@pytest.fixture
def offer():
    a_pole()
    make_skill("site-web")
    return {
        "title": "Développeuse web", "about": "", "place": "BOTH", "commune": make_commune().insee,
        "radius_km": "30", "starts_on": in_days(0).isoformat(), "ends_on": in_days(90).isoformat(),
        "days": ["0"], "volume": "20", "unit": "hours", "capacity": "1", "skills": ["site-web"],
    }  # fmt: skip


@pytest.mark.parametrize("button", ["submit", "save"])
def test_a_need_written_twice_is_there_once(client, aline, need, button):
    client.force_login(aline)
    for _twice in range(2):
        page = client.post(reverse("need-new"), need | {button: "yes"}, follow=True)
    only = Need.objects.get()
    assert page.redirect_chain[-1][0] == only.get_absolute_url()
    assert CALM in page.text
    assert only.steps.filter(before="").count() == 1


def test_a_draft_kept_then_sent_with_the_back_button_is_sent(client, aline, need):
    client.force_login(aline)
    client.post(reverse("need-new"), need | {"save": "yes"})
    client.post(reverse("need-new"), need | {"submit": "yes"})
    assert Need.objects.get().status == NeedStatus.SUBMITTED


def test_another_need_is_another_need(client, aline, need):
    client.force_login(aline)
    client.post(reverse("need-new"), need | {"submit": "yes"})
    client.post(reverse("need-new"), need | {"ends_on": in_days(90).isoformat(), "submit": "yes"})
    assert Need.objects.count() == 2


def test_what_was_withdrawn_may_be_written_again(client, aline, need):
    client.force_login(aline)
    client.post(reverse("need-new"), need | {"save": "yes"})
    Need.objects.update(status=NeedStatus.WITHDRAWN)
    client.post(reverse("need-new"), need | {"save": "yes"})
    assert Need.objects.count() == 2


def test_somebody_else_s_need_is_never_taken_for_one_s_own(client, aline, need, structure):
    other = make_user()
    make_organisation(administrator=other)
    for person in (other, aline):
        client.force_login(person)
        client.post(reverse("need-new"), need | {"save": "yes"})
    assert [one.created_by for one in Need.objects.order_by("pk")] == [other, aline]


@pytest.mark.parametrize("button", ["publish", "save"])
def test_an_offer_written_twice_is_there_once(client, offer, button):
    client.force_login(make_user())
    for _twice in range(2):
        page = client.post(reverse("offer-new"), offer | {button: "yes"}, follow=True)
    only = Offer.objects.get()
    assert page.redirect_chain[-1][0] == only.get_absolute_url()
    assert CALM in page.text
    assert only.steps.filter(before="").count() == 1


def test_an_offer_kept_then_published_with_the_back_button_is_published(client, offer):
    client.force_login(make_user())
    client.post(reverse("offer-new"), offer | {"save": "yes"})
    client.post(reverse("offer-new"), offer | {"publish": "yes"})
    assert Offer.objects.get().status == OfferStatus.PUBLISHED


def test_a_company_may_offer_two_people_who_do_the_same(client, offer):
    boss, colleague = make_user(), make_user()
    company = make_organisation("COMPANY", administrator=boss, member=colleague)
    client.force_login(boss)
    for person in (boss, colleague):
        client.post(
            reverse("offer-new"), offer | {"person": person.pk, "time": "WORK", "save": "1"}
        )
    assert company.offers.count() == 2


def hurry(person, door: str, typed: dict) -> None:
    """A click in a browser of its own."""
    browser = Client()
    browser.force_login(person)
    browser.post(door, typed)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_the_same_moment_write_one_need(aline, need):
    together(*[lambda: hurry(aline, reverse("need-new"), need | {"submit": "yes"})] * 4)
    assert Need.objects.get().status == NeedStatus.SUBMITTED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_the_same_moment_publish_one_offer(offer):
    noe = make_user()
    together(*[lambda: hurry(noe, reverse("offer-new"), offer | {"publish": "yes"})] * 4)
    assert Offer.objects.get().status == OfferStatus.PUBLISHED


# --- somebody of two organisations ----------------------------------------------------------
OTHER = "Cette page a été ouverte pour"


def said_in(page) -> str:
    return found[1] if (found := re.search(r'name="acting" value="(\d+)"', page.text)) else ""


def shown_for(client, door) -> dict:
    """What the page sends along of whom it was opened for."""
    return {"acting": said_in(client.get(reverse(door)))}


def switches(client, organisation):
    client.post(reverse("organisation-switch"), {"organisation": organisation.pk})


@pytest.mark.parametrize("how", ["switched in another tab", "removed meanwhile"])
def test_a_need_written_for_one_structure_is_not_another_s(client, aline, structure, need, how):
    """What was typed for the one would be read by the people of the other."""
    other = make_organisation(administrator=aline)
    client.force_login(aline)
    switches(client, structure)
    opened = shown_for(client, "need-new")
    if how == "removed meanwhile":
        structure.memberships.all().delete()
    else:
        switches(client, other)
    page = client.post(reverse("need-new"), need | opened | {"submit": "yes"})
    assert not Need.objects.exists()
    assert OTHER in page.text
    assert "Il date de 2015." in page.text
    again = {"acting": said_in(page)}
    client.post(reverse("need-new"), need | again | {"submit": "yes"})
    assert Need.objects.get().organisation == other


def test_an_offer_written_for_a_company_is_not_one_s_own(client, aline, offer):
    company = make_organisation("COMPANY", member=aline, legal_form="SAS")
    client.force_login(aline)
    opened = shown_for(client, "offer-new")
    company.memberships.all().delete()
    page = client.post(reverse("offer-new"), offer | opened)
    assert not Offer.objects.exists()
    assert OTHER in page.text


def test_a_page_says_for_whom_it_was_opened(client, aline, structure):
    client.force_login(aline)
    assert f'name="acting" value="{structure.pk}"' in client.get(reverse("need-new")).text
    switches(client, structure)
    client.post(reverse("organisation-switch"), {"organisation": 0})
    assert 'name="acting" value="0"' in client.get(reverse("offer-new")).text
