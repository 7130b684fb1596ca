"""The stepper of a mission says where it is, also once it has stopped."""

import pytest
from django.utils import timezone
from django.utils.text import capfirst

from marketplace.actions.missions import missions
from marketplace.models import Mission, Review, Side
from marketplace.rules.next_acts import missions as next_acts
from marketplace.states import STOPPED, MissionStatus
from marketplace.views.missions import stepper
from tests.factories import in_days, make_mission


def stages_of(mission):
    mission = Mission.objects.with_course().get(pk=mission.pk)
    return stepper.of(mission, [], [])


def test_no_step_says_that_an_interrupted_mission_is_or_was_reviewed():
    mission = make_mission(status=MissionStatus.RUNNING)
    assert "Bilans" in [stage["label"] for stage in stages_of(mission)]
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    for status in (MissionStatus.INTERRUPTED, MissionStatus.VALUED, MissionStatus.CLOSED):
        Mission.objects.filter(pk=mission.pk).update(status=status)
        assert "Bilans" not in [stage["label"] for stage in stages_of(mission)]


@pytest.mark.parametrize(("regime", "closes"), [("NON_PROFIT_LOAN", False), ("LOAN", True)])
def test_what_was_stopped_closes_only_where_a_value_and_a_receipt_may_follow(regime, closes):
    mission = make_mission(work=True, regime=regime, status=MissionStatus.RUNNING)
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    labels = [stage["label"] for stage in stages_of(mission)]
    assert ("Clôture" in labels) == closes


def test_what_was_stopped_before_its_start_says_how_far_it_had_come_and_nothing_to_come(client):
    """The agreement and the papers, which were done, were told as still to come."""
    mission = make_mission(work=True, regime="LOAN", status=MissionStatus.DOCUMENTS)
    Mission.objects.filter(pk=mission.pk).update(started_at=None)
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    client.force_login(mission.offer.person)
    stages = client.get(mission.get_absolute_url()).context["stages"]
    assert [(stage["label"], stage["state"]) for stage in stages] == [
        ("Mise en relation", "done"),
        ("Cadrage", "done"),
        ("Accord", "done"),
        ("Interrompue", "current"),
    ]


@pytest.mark.parametrize("status", [MissionStatus.VALUED, MissionStatus.CLOSED])
def test_what_was_stopped_before_its_end_is_said_to_be_so_to_the_last(client, status):
    mission = make_mission(status=MissionStatus.RUNNING)
    missions.interrupt(mission, reason="Le chantier a brûlé.", by=None, now=timezone.now())
    Mission.objects.filter(pk=mission.pk).update(status=status)
    stages = {stage["label"]: stage["state"] for stage in stages_of(mission)}
    assert stages["Interrompue"] == "done"
    assert "En cours" not in stages
    client.force_login(mission.offer.person)
    head = client.get(mission.get_absolute_url()).text.partition("Ce qui était attendu")[0]
    assert "Le chantier a brûlé." in head


@pytest.mark.parametrize("status", sorted(STOPPED))
def test_the_step_of_a_mission_that_has_stopped_says_so(status):
    mission = make_mission(status=MissionStatus.RUNNING)
    stopped_at = timezone.now() if status == MissionStatus.INTERRUPTED else None
    Mission.objects.filter(pk=mission.pk).update(status=status, interrupted_at=stopped_at)
    mission.refresh_from_db()
    assert [step["label"] for step in stages_of(mission) if step["state"] == "current"] == [
        capfirst(mission.get_status_display())
    ]


def test_on_own_time_there_is_no_step_for_the_employer():
    mission = make_mission(status=MissionStatus.FRAMING)
    assert mission.is_own_time
    assert "Accord" not in [stage["label"] for stage in stages_of(mission)]


@pytest.mark.parametrize(("days", "words"), [(3, "d’ici le"), (-3, "attendu pour le")])
def test_a_day_that_has_passed_is_said_as_past_to_both_sides(days, words):
    mission = make_mission(status=MissionStatus.DELIVERED)
    due = next_acts.Act(who="", words="", task="", due_on=in_days(days))
    for yours, theirs in (([due], []), ([], [due])):
        (note,) = [stage["note"] for stage in stepper.of(mission, yours, theirs) if stage["note"]]
        assert words in note


@pytest.mark.parametrize("given", [True, False])
def test_reviews_that_nobody_gave_are_no_step_that_was_made(given):
    """“Bilans (fait)”, of a mission that closed without any."""
    mission = make_mission(status=MissionStatus.REVIEWED)
    if given:
        Review.objects.create(
            mission=mission, side=Side.NEED, author=mission.need.created_by, rating=4, again=True
        )
    labels = [stage["label"] for stage in stepper.of(mission, [], [])]
    assert ("Sans bilan" in labels) is not given
    assert ("Bilans" in labels) is given
