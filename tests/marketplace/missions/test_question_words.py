"""Each question about a mission is named by its own words, wherever it waits: a running mission has no review to give, and one that
ended three months ago doesn’t go on."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import followups
from marketplace.models import FollowUp, Regime
from tests.factories import make_coordinator, make_mission
from tests.marketplace.missions.amending import signed_mission

pytestmark = pytest.mark.django_db


def asked(kind, status="RUNNING"):
    mission = make_mission(status=status)
    before = timezone.now() - timedelta(days=9)
    return FollowUp.objects.create(
        mission=mission, kind=kind, side="NEED", asked=mission.need.created_by,
        asked_on=before.date(), created_at=before,
    )  # fmt: skip


def read(client, person, address):
    client.force_login(person)
    return client.get(address).text.replace("\xa0", " ")


@pytest.mark.parametrize("kind", ["FIRST_WEEK", "MIDWAY", "ENDING"])
def test_on_the_desk_a_running_mission_s_silence_is_about_how_it_goes(client, kind):
    question = asked(kind)
    said = read(client, make_coordinator(question.mission.need.pole), reverse("desk"))
    assert "« Comment cela se passe-t-il ? »" in said
    assert "Votre bilan" not in said


def test_at_the_end_it_is_about_the_review(client):
    question = asked("REVIEW", "DELIVERED")
    said = read(client, make_coordinator(question.mission.need.pole), reverse("desk"))
    assert "« Votre bilan »" in said


def test_a_review_waits_on_the_home_since_the_work_was_delivered(client):
    """“Depuis moins d’une heure” was read of what had stood there for a week: the letter had just left."""
    question = asked("REVIEW", "DELIVERED")
    FollowUp.objects.update(created_at=timezone.now())
    type(question.mission).objects.update(delivered_at=timezone.now() - timedelta(days=12))
    said = read(client, question.asked, reverse("home"))
    assert "depuis 12 jours" in said
    assert "moins d’une heure" not in said


def test_three_months_after_home_and_the_letter_s_page_ask_whether_it_serves(client):
    question = asked("LATER", "CLOSED")
    said = read(client, question.asked, reverse("home"))
    assert "Trois mois après : le résultat sert-il toujours ?" in said
    assert "Comment cela se passe-t-il" not in said
    client.logout()
    page = client.get(urlsplit(followups.link(question)).path).text
    assert "Trois mois après : le résultat sert-il toujours ?" in page.replace("\xa0", " ")


@pytest.mark.parametrize("signed", [False, True])
def test_before_the_start_what_is_signed_is_said_to_be(client, signed):
    """“The sheet can still change” stood beside a letter of engagement that both had signed."""
    mission = make_mission(status="FRAMING")
    if signed:
        mission = signed_mission(Regime.VOLUNTEERING, status="FRAMING")
    said = read(client, mission.offer.person, reverse("mission-start", args=[mission.pk]))
    assert ("Ce qui est signé se modifie" in said) is signed
    assert ("chaque version est gardée" in said) is not signed
