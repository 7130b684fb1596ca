"""Before a mission's first day, and around it: what is asked for, of whom, and by when."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from marketplace.models import Mission, Regime
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import MissionStatus
from tests.factories import in_days, make_coordinator, make_mission
from tests.marketplace.desk.desk_people import lines_of
from tests.marketplace.missions.amending import signed_mission


def test_what_is_signed_is_begun_sooner_by_an_amendment_alone(client):
    """The page said to change the sheet, which is signed."""
    mission = signed_mission(status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(10), ends_on=in_days(60))
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-start", args=[mission.pk])).text
    assert "il faut un avenant" in page
    assert "changez d’abord la fiche" not in page


def test_no_hours_are_asked_for_before_the_first_day(client):
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(10), ends_on=in_days(20))
    client.force_login(mission.offer.person)
    assert "Notez vos heures" not in client.get(mission.get_absolute_url()).text
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    assert "Notez vos heures" in client.get(mission.get_absolute_url()).text


def test_what_the_coordinators_have_to_do_is_not_said_to_be_the_other_sides(client):
    mission = make_mission(status=MissionStatus.DISPUTED)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).text
    assert "À l’autre partie" not in page
    assert "En attente, avant le" in page


def test_a_mission_that_waits_for_its_first_day_is_not_late_before_it(client):
    """« À vous, avant le 4 décembre : commencez » stood for one of the 21st, then the desk said that its sheet wasn’t
    agreed."""
    mission = make_mission(
        status=MissionStatus.FRAMING, regime=Regime.VOLUNTEERING, starts_on=in_days(20),
        ends_on=in_days(40), moved_at=timezone.now() - timedelta(days=9),
    )  # fmt: skip
    coordinator = make_coordinator(mission.need.pole)
    act = next_acts.acts(Mission.objects.with_course().get(pk=mission.pk))[0]
    assert act.due_on == in_days(20)
    assert not [line for line in lines_of(coordinator) if line.kind == "mission"]
    Mission.objects.filter(pk=mission.pk).update(starts_on=in_days(0))
    (line,) = [line for line in lines_of(coordinator) if line.kind == "mission"]
    assert "n’a pas commencé" in line.why
