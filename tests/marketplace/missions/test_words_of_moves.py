"""The letters about a mission say of its papers, pauses and signatures what is so for whoever reads them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from common.dates import spoken
from marketplace.actions.missions import missions
from marketplace.letters.missions import moved
from marketplace.models import Mission, MissionStep, Regime
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import (
    in_days,
    make_coordinator,
    make_mission,
    make_organisation,
    make_user,
)
from tests.marketplace.documents.document_desk import give_hours
from tests.marketplace.missions.leavers import goes


@pytest.mark.parametrize("before", ["SUSPENDED", "LEFT", "DELIVERED"])
def test_hours_that_were_written_all_along_arent_written_again(before):
    """They are written during a pause too."""
    step = MissionStep(mission=make_mission(), before=before, after=MissionStatus.RUNNING)
    assert "de nouveau" not in moved.Moved(step).text
    assert "continue" in moved.Moved(step).text


def test_coordinators_hear_of_a_pause_as_of_its_end():
    """They were told that it goes on, and had never heard that it waited."""
    mission = make_mission(status="RUNNING")
    coordinator, by = make_coordinator(mission.need.pole), mission.need.created_by
    missions.suspend(mission, reason="Les vacances.", by=by)
    missions.resume(Mission.objects.get(pk=mission.pk), by=by)
    told = Notification.objects.filter(kind="mission_moved", recipient=coordinator).order_by("pk")
    paused, goes_on = [one.text for one in told]
    assert "est en pause" in paused
    assert "Les vacances." in paused
    assert "continue" in goes_on


def test_a_coordinator_isnt_told_that_coordinators_can_help():
    boss = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    mission = make_mission(work=True, company=company, status="RUNNING", regime=Regime.LOAN)
    coordinator = make_coordinator(mission.need.pole)
    goes(mission, by=boss)
    for reader, is_said in ((coordinator, False), (boss, True)):
        letter = Notification.objects.get(kind="person_left", recipient=reader)
        assert ("La coordination peut vous aider" in letter.text) is is_said


def test_what_goes_on_after_its_last_day_says_that_the_dates_change_first(client):
    """“Les heures s’écrivent sur sa page” was said of days that the page of the hours refuses."""
    mission = make_mission(status="DELIVERED", starts_on=in_days(-40), ends_on=in_days(-3))
    by = mission.need.created_by
    client.force_login(by)
    page = client.post(
        reverse("mission-resume", args=[mission.pk]), {"reason": "Il manque une page."}, follow=True
    ).text
    letter = Notification.objects.get(kind="mission_moved", recipient=mission.offer.person)
    for words in (page, letter.text):
        assert "une fois ses dates changées" in words
    assert "s’écrivent sur sa page" not in letter.text
    settled = MissionStep(mission=mission, before="DISPUTED", after=MissionStatus.RUNNING)
    assert "une fois ses dates changées" in moved.Moved(settled).text


@pytest.mark.parametrize(
    ("regime", "share", "given", "is_said"),
    [
        (Regime.NON_PROFIT_LOAN, 100, True, True),
        (Regime.NON_PROFIT_LOAN, 100, False, False),
        (Regime.NON_PROFIT_LOAN, 0, True, False),
        (Regime.LOAN, 100, True, False),
    ],
)
def test_at_the_end_of_a_loan_that_is_billed_one_reads_that_it_is_billed_elsewhere(
    regime, share, given, is_said
):
    """“Plus rien n’est attendu” was all that either side read of it."""
    mission = make_mission(status="CLOSED", regime=regime)
    mission.sheet.billed_share = share
    if given:
        give_hours(mission)
    step = MissionStep(mission=mission, before="REVIEWED", after=MissionStatus.CLOSED)
    assert ("l’employeur facture à la structure" in moved.Moved(step).text) is is_said


def test_whoever_leaves_after_the_last_day_writes_hours_up_to_it(client):
    boss, last = make_user(), in_days(-3)
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    mission = make_mission(
        work=True, company=company, status="RUNNING", regime=Regime.LOAN, starts_on=in_days(-40), ends_on=last,
        started_at=timezone.now() - timedelta(days=40),
    )  # fmt: skip
    client.force_login(boss)
    page = client.get(reverse("mission-interrupt", args=[mission.pk])).text
    assert "dans les dates de la mission" in page
    goes(mission, by=boss)
    own = Notification.objects.get(kind="left_behind")
    assert f"faites jusqu’au {spoken(last, 'j F Y')} peuvent" in own.text
    client.force_login(mission.offer.person)
    assert f"jusqu’au {spoken(last, 'j F Y')}" in client.get(own.url).text
    client.force_login(boss)
    left = reverse("mission-left", args=[mission.pk])
    assert f"jusqu’au {spoken(last, 'j F Y')}" in client.get(left).text
    told = Notification.objects.get(kind="person_left", recipient=boss)
    assert "dans les dates de la mission" in told.text


def test_a_renewal_that_stops_before_it_began_is_called_one():
    """“The mission stops here” was read of the one that had been done."""
    first = make_mission(status="CLOSED")
    following = make_mission(renewed_from=first)
    step = MissionStep(mission=following, before="FRAMING", after=MissionStatus.INTERRUPTED)
    assert "La reconduction" in moved.Moved(step).text
    assert "la reconduction s’arrête" in moved.Moved(step).subject
    following.started_at = timezone.now()
    assert "La reconduction" not in moved.Moved(step).text


@pytest.mark.parametrize("stops_too", [False, True])
def test_both_sides_read_that_it_is_the_renewal_which_stops(stops_too):
    """Coordinators alone did; to both sides it was the mission, delivered before, that “s’arrête ici”."""
    first, following = make_mission(status="RUNNING" if stops_too else "CLOSED"), make_mission()
    Mission.objects.filter(pk=following.pk).update(renewed_from=first)
    by = first.need.created_by
    missions.interrupt(first if stops_too else following, reason="Fini.", by=by, now=timezone.now())
    told = Notification.objects.filter(kind="mission_interrupted").get(
        recipient=following.offer.person
    )
    assert "la reconduction s’arrête" in told.subject
    assert "s’arrête avant d’avoir commencé" in told.text
    assert "s’arrête ici" not in told.text
    assert ("reste telle quelle" in told.text) is not stops_too


@pytest.mark.parametrize("still_there", [True, False])
def test_whoever_paused_at_the_company_is_told_that_it_goes_on(client, still_there):
    """“Nous prévenons les autres” was said, and those in charge, whose home had them take it up again, read nothing."""
    boss = make_user()
    company = make_organisation(Organisation.Kind.COMPANY, administrator=boss)
    mission = make_mission(work=True, company=company, status="RUNNING", regime=Regime.LOAN)
    client.force_login(boss)
    client.post(reverse("mission-suspend", args=[mission.pk]), {"reason": "Les vacances."})
    if not still_there:
        company.memberships.filter(user=boss).delete()
    client.force_login(mission.need.created_by)
    page = client.post(reverse("mission-resume", args=[mission.pk]), {"reason": ""}, follow=True)
    assert "Nous prévenons les autres" in page.text
    told = Notification.objects.filter(kind="mission_moved", recipient=boss)
    assert [one.subject.endswith("la mission continue") for one in told] == [True] * still_there
