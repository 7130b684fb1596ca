"""What is said after hours are saved, what is asked of human resources, and amounts in the reader's language."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from marketplace.actions.missions import hours
from marketplace.models import HoursEntry, Mission, Regime
from marketplace.models.missions.amendments import in_words
from marketplace.states import MissionStatus
from tests.factories import in_days, make_mission
from tests.marketplace.market.programme_house import at_work, make_house, member

pytestmark = pytest.mark.django_db


def test_days_taken_away_ask_the_structure_for_nothing(client):
    """“The structure is asked to confirm tomorrow” was said, and nobody was."""
    mission = make_mission(
        status=MissionStatus.RUNNING, starts_on=in_days(-20), ends_on=in_days(20)
    )
    person, day = mission.offer.person, in_days(0)
    hours.write(mission, {day: (Decimal(3), "Atelier")}, person=person, today=day)
    url = f"{reverse('mission-hours', args=[mission.pk])}?semaine={day - timedelta(days=day.weekday())}"
    client.force_login(person)
    name = f"{day:%Y%m%d}"
    page = client.post(url, {f"hours_{name}": "4", f"what_{name}": "Atelier"}, follow=True)
    assert "confirmer" in str(*page.context["messages"])
    page = client.post(url, {f"hours_{name}": "", f"what_{name}": ""}, follow=True)
    assert str(*page.context["messages"]) == "Enregistré."
    assert not HoursEntry.objects.exists()


def test_what_an_hour_costs_isn_t_asked_where_no_receipt_comes(client):
    house = make_house()
    mission = at_work(house)
    client.force_login(member(house, "MEMBER", "HR"))
    for regime, answer in ((Regime.LOAN, 200), (Regime.PUBLIC_AGENT, 403)):
        Mission.objects.filter(pk=mission.pk).update(regime=regime)
        assert client.get(reverse("mission-cost", args=[mission.pk])).status_code == answer


@pytest.mark.parametrize("kept", ["1 500,00 €", "1,500.00 €"])
def test_an_amount_of_an_amendment_is_said_in_the_reader_s_language(kept):
    change = {"name": "counterparts_value", "before": "", "after": kept}
    with translation.override("en"):
        [said] = in_words([change])
        assert said["after"] == "1,500.00 €".replace(" ", "\N{NO-BREAK SPACE}")
    with translation.override("fr"):
        [said] = in_words([change])
        assert (
            said["after"].replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")
            == "1 500,00 €"
        )
