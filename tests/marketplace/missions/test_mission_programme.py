"""Under which programme a mission goes is answered once: asking anew changes it only for whoever says so."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import agreements, teams
from marketplace.models import Agreement, CompanyProgramme, Mission, Regime
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from tests.factories import make_mission
from tests.marketplace.missions.amending import propose, signed_mission
from tests.marketplace.missions.team_people import NAMES, a_team, boss_of, colleague, fresh

pytestmark = pytest.mark.django_db

FIRST = {"manager_name": "Dominique Lefebvre", "manager_email": "dominique@example.org"}
SECOND = {"manager_name": "Camille Fontaine", "manager_email": "camille@example.org"}


@pytest.fixture
def mission():
    return make_mission(work=True, regime=Regime.PRESTATION, status=MissionStatus.AGREEMENT)


def programmes_of(mission, *names):
    return [
        CompanyProgramme.objects.create(
            organisation=mission.offer.organisation, name=name, days_per_year=Decimal(60)
        )
        for name in names
    ]


def selected(client, url):
    """The programme that the form comes back with; "" for none."""
    (choices,) = re.findall(
        r'<select name="programme".*?</select>', client.get(url).text, re.DOTALL
    )
    (chosen,) = re.findall(r'value="(\d*)" selected', choices)
    return chosen


@pytest.mark.parametrize("names", [("Cinq jours",), ("Cinq jours", "Fin de carrière")])
def test_asking_another_manager_leaves_the_mission_under_its_programme(client, mission, names):
    programme = programmes_of(mission, *names)[0]
    client.force_login(mission.offer.person)
    url = reverse("mission-agreement", args=[mission.pk])
    client.post(url, FIRST | {"programme": programme.pk})
    assert selected(client, url) == str(programme.pk)
    CompanyProgramme.objects.update(closed_at=timezone.now())
    assert selected(client, url) == str(programme.pk), (
        "it has closed since, and the mission is in it"
    )
    client.post(url, SECOND | {"programme": selected(client, url)})
    assert Agreement.objects.current().get().name == SECOND["manager_name"]
    assert fresh(mission).programme == programme


def test_what_was_put_outside_the_only_programme_stays_outside(client, mission):
    programmes_of(mission, "Cinq jours")
    client.force_login(mission.offer.person)
    url = reverse("mission-agreement", args=[mission.pk])
    client.post(url, FIRST | {"programme": ""})
    assert not selected(client, url)


def test_naming_one_more_leaves_a_team_where_it_was(client):
    mission = a_team()
    (programme,) = programmes_of(mission, "Une journée")
    client.force_login(boss_of(mission))
    url = reverse("mission-team", args=[mission.pk])
    assert selected(client, url) == str(programme.pk), "proposed while nobody is named"
    teams.name(
        mission, [colleague(mission, *NAMES[0])], programme=None, by=boss_of(mission),
        now=timezone.now(),
    )  # fmt: skip
    assert not selected(client, url)


def test_what_an_amendment_asks_of_the_programme_is_said_to_who_answers_for_the_employer(client):
    """“This mission asks for 70”, of a question about 90."""
    mission = signed_mission(Regime.PRESTATION)
    (chosen,) = programmes_of(mission, "Cinq jours")
    Mission.objects.filter(pk=mission.pk).update(programme=chosen)
    propose(mission, hours=90)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-agreement", args=[mission.pk]))
    ((_programme, by_year, _refusals, _declared),) = page.context["left"]
    assert sum(quota.asked for quota in by_year) == 90


def test_the_employer_s_answer_is_awaited_since_it_was_asked(client, mission):
    """Not since the mission began to be agreed on."""
    Mission.objects.filter(pk=mission.pk).update(moved_at=timezone.now() - timedelta(days=15))
    client.force_login(mission.offer.person)
    client.post(reverse("mission-agreement", args=[mission.pk]), FIRST)
    agreements.answer(Agreement.objects.current().get(), answer="YES", now=timezone.now())
    asked = mission.agreements.current().get(asked=Agreement.Asked.COMPANY)
    (act,) = next_acts.acts(fresh(mission))
    assert act.since == asked.asked_at
