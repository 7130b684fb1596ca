"""The page of one's yeses says what goes with each, before and after; and which other choices are made elsewhere."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from common.dates import spoken
from marketplace.actions.market import own_name
from marketplace.law import parameters
from marketplace.law.words import said
from marketplace.models import Consent, ConsentKind, Learning
from marketplace.models.market.consents import WORDS
from marketplace.rules import taking_back
from tests.factories import make_organisation, make_proposal, make_skill, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora():
    return make_user("Nora", "Cherif")


def listed(person, **more):
    """A yes to being in the directory."""
    house = make_organisation(member=person, name="Nora Cherif, graphiste")
    return Consent.objects.create(
        person=person, kind=ConsentKind.LETTERS, about=house.pole_id,
        words=str(WORDS[ConsentKind.LETTERS]), language="fr", how="ACCOUNT",
        **more,
    )  # fmt: skip


def test_each_kind_says_what_goes_with_it():
    assert set(taking_back.GOES) == set(ConsentKind)
    assert set(taking_back.GONE) == taking_back.AT_ONCE <= set(ConsentKind)


def test_what_only_shows_something_is_taken_back_by_one_click(client, nora):
    consent = listed(nora)
    client.force_login(nora)
    page = client.get(reverse("consents")).content.decode()
    assert "les courriels du pôle à plusieurs ne vous parviennent plus" in page
    back = reverse("consent-take-back", args=[consent.pk])
    assert f'action="{back}"' in page
    answer = client.post(back, follow=True).content.decode()
    assert "C’est repris : les courriels" in answer.replace("\xa0", " ")
    consent.refresh_from_db()
    assert not consent.stands


def test_a_second_click_changes_nothing(client, nora):
    consent = listed(nora)
    client.force_login(nora)
    back = reverse("consent-take-back", args=[consent.pk])
    client.post(back)
    answer = client.post(back, follow=True).content.decode()
    assert "déjà" in answer
    assert Consent.objects.count() == 1


def test_nobody_takes_back_anothers(client, nora):
    consent = listed(nora)
    client.force_login(make_user("Karim"))
    assert client.post(reverse("consent-take-back", args=[consent.pk])).status_code == 404
    consent.refresh_from_db()
    assert consent.stands


def test_other_choices_are_led_to_where_they_are_made(client, nora):
    client.force_login(nora)
    page = client.get(reverse("consents")).content.decode()
    assert reverse("letter-habits") in page
    assert f'href="{reverse("learning")}"' not in page
    Learning.objects.create(person=nora, skill=make_skill("tableur"))
    page = client.get(reverse("consents")).content.decode()
    assert f'href="{reverse("learning")}"' in page
    assert "jamais votre employeur" in page


def test_each_yes_has_its_day_and_the_page_says_that_none_ends_by_itself(client, nora):
    long_ago = timezone.localtime() - timedelta(days=1500)
    listed(nora, given_at=long_ago)
    client.force_login(nora)
    page = " ".join(client.get(reverse("consents")).text.replace("\xa0", " ").split())
    assert date_format(long_ago, "j F Y, H:i") in page
    assert "Un accord n’a pas de durée : il vaut jusqu’à ce que vous le retiriez" in page
    assert '(<span lang="fr">RGPD, art. 7</span>) À vérifier' in page
    assert said(parameters.on("consent_years", timezone.localdate())) == "aucune durée"


def test_a_yes_taken_back_while_the_proposal_waits_is_said_to_be_so(client, need, shown, ana):
    proposal = make_proposal(need, shown)
    given = Consent.objects.get(kind=ConsentKind.MISSION)
    own_name.take_back(given, by=ana)
    given.refresh_from_db()
    day = spoken(timezone.localdate(given.ended_at), "j F")
    for reader in (ana, need.created_by):
        client.force_login(reader)
        page = client.get(proposal.get_absolute_url()).text.partition("Qui a dit oui")[2]
        assert f", repris le {day}" in page.partition("</dl>")[0]
