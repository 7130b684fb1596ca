"""Whoever asks the manager about a colleague names the mailbox: the link needs them to be of the company still."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.actions.missions import agreements
from marketplace.models import Duty, Mission, Regime
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import make_mission
from tests.marketplace.documents.document_desk import duty
from tests.marketplace.missions.amending import propose, signed_mission
from tests.marketplace.missions.test_manager_with_account import (
    GOES,
    MAILBOX,
    is_refused,
    of_the_company,
    removed,
)

MANAGER = {"manager_name": "Dominique Lefebvre", "manager_email": MAILBOX}


@pytest.fixture
def mission() -> Mission:
    return make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)


@pytest.fixture
def company(mission):
    return mission.offer.organisation


def of_human_resources(company) -> User:
    asker = of_the_company(company, "rh@example.org")
    duty(asker, company, Duty.Kind.HR)
    return asker


def asked_by(asker, client, mission) -> str:
    """The link that comes of it."""
    client.force_login(asker)
    client.post(reverse("mission-agreement", args=[mission.pk]), MANAGER)
    client.logout()
    return newest_link()


def newest_link() -> str:
    letter = Notification.objects.filter(kind="agreement_asked").latest("pk")
    return re.search(r"/accord/[\w-]+/", letter.text).group()


@GOES
def test_the_link_opens_no_more_once_whoever_asked_has_left_the_company(
    client, mission, company, goes
):
    """They may have named a mailbox of their own that nobody knows to be theirs."""
    asker = of_human_resources(company)
    url = asked_by(asker, client, mission)
    assert client.get(url).status_code == 200
    goes(asker, company)
    assert is_refused(client, url)
    client.force_login(mission.offer.person)
    page = reverse("mission-agreement", args=[mission.pk])
    assert "Renvoyer le courriel" not in client.get(page).text
    client.post(reverse("agreement-send-again", args=[mission.pk]))
    agreements.remind_silent(timezone.now() + agreements.REMIND_AFTER)
    assert Notification.objects.filter(kind="agreement_asked").count() == 1
    client.post(page, MANAGER)
    assert Notification.objects.filter(kind="agreement_asked").count() == 2


@pytest.mark.parametrize("asks", ["the structure, which proposes it", "human resources"])
def test_of_a_change_those_who_propose_it_are_no_askers(client, asks):
    """Whoever gives the manager's address then and has left the company is one."""
    mission = signed_mission()
    company = mission.offer.organisation
    asker = of_human_resources(company)
    propose(mission, hours=90)
    url = asked_by(asker, client, mission) if asks == "human resources" else newest_link()
    removed(asker, company)
    assert client.get(url).status_code == (410 if asks == "human resources" else 200)


def test_a_manager_of_the_company_answers_though_whoever_asked_has_left_it(
    client, mission, company
):
    asker = of_human_resources(company)
    of_the_company(company, MAILBOX)
    url = asked_by(asker, client, mission)
    removed(asker, company)
    assert client.post(url, {"answer": "YES"}).status_code == 302
