"""A call for help that nobody who coordinates may read: those who run the site are told, and whoever calls knows it."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketplace.actions.missions import followups
from marketplace.models import FollowUp
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_organisation, make_user

HELP = FollowUp.Answer.HELP


@pytest.fixture
def boss():
    """The one who coordinates the pôle, and heads the company of whoever comes at home."""
    return make_coordinator()


@pytest.fixture
def asked(boss):
    pole = boss.organisations.get().pole
    person = make_user("Zacharie", "Quenot")
    make_organisation(Organisation.Kind.COMPANY, pole=pole, member=person, administrator=boss)
    mission = make_mission(person=person, status=MissionStatus.RUNNING)
    return FollowUp.objects.create(
        mission=mission, kind="FIRST_WEEK", side="OFFER", asked=person, asked_on=in_days(-2)
    )


def told(kind, to):
    return Notification.objects.filter(kind=kind, recipient=to)


def runs_the_site():
    return make_user("Site", is_superuser=True)


def answered(client, asked):
    url = followups.link(asked)
    return client.post(url, {"answer": HELP, "words": "C’est dangereux."}, follow=True)


def test_those_who_run_the_site_are_told_once_and_no_boss(client, asked, boss):
    site = runs_the_site()
    page = answered(client, asked).content.decode()
    letter = told("help_unheard", site).get()
    assert "C’est dangereux." in letter.text
    assert asked.asked.email in letter.text
    assert not Notification.objects.filter(
        recipient=boss, created_at__gte=letter.created_at
    ).exists()
    assert "Les personnes qui tiennent le site ont été prévenues à sa place." in page
    assert "une coordinatrice" not in page.lower()
    assert reverse("legal") in page


def test_words_that_are_added_are_told_too(asked):
    site = runs_the_site()
    followups.answer(asked, answer=HELP, words="")
    followups.add(asked, words="Il manque un extincteur.")
    assert told("help_unheard", site).count() == 2
    assert "extincteur" in told("help_unheard", site).latest("pk").text


def test_with_somebody_else_who_coordinates_the_site_hears_nothing(client, asked, boss):
    site, other = runs_the_site(), make_user()
    Membership.objects.create(user=other, organisation=boss.organisations.get(kind="OPERATOR"))
    page = answered(client, asked).content.decode()
    assert told("help_asked", other).exists()
    assert not told("help_unheard", site).exists()
    assert "tiennent le site" not in page


def test_who_runs_the_site_and_is_a_boss_too_isn_t_told(asked, boss):
    type(boss).objects.filter(pk=boss.pk).update(is_superuser=True)
    followups.answer(asked, answer=HELP, words="")
    assert not Notification.objects.filter(kind="help_unheard").exists()


def test_an_administrator_who_is_gone_isn_t_told_nor_said_to_be(client, asked):
    gone = make_user("Parti", is_superuser=True, is_active=False)
    page = answered(client, asked).content.decode()
    assert not told("help_unheard", gone).exists()
    assert "ont été prévenues" not in page
    assert reverse("legal") in page
