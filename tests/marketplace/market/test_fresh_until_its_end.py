"""“Still true?” and the dates: what ends before the pause isn’t promised one, and what has ended isn’t woken by a click."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.market import freshness
from marketplace.models import Mission
from marketplace.states import MissionStatus, NeedStatus, OfferStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_offer, make_organisation, make_user

MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
ENDED = "La date de fin est déjà passée"


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def asks(clock, days):
    clock.move_to(MONDAY + timedelta(days=days))
    freshness.ask_still_true(timezone.now())


def letter(kind, person):
    return Notification.objects.filter(kind=kind, recipient=person).latest("pk").text


@pytest.mark.parametrize(("lasts", "is_asked"), [(74, False), (75, True)])
def test_an_offer_that_ends_before_the_pause_isnt_asked_about(clock, lasts, is_asked):
    """“Without an answer we pause it on the 27th” was sent of an offer whose dates ended on the 16th."""
    offer = make_offer(ends_on=MONDAY.date() + timedelta(days=lasts))
    asks(clock, 60)
    assert Notification.objects.filter(kind="still_true").exists() == is_asked
    asks(clock, 75)
    offer.refresh_from_db()
    assert (offer.status == OfferStatus.PAUSED) == is_asked


def test_a_need_whose_dates_are_over_isnt_said_to_come_back_by_a_click(client, clock):
    """The letter said that one click put it online again; the click answered that its end date was past."""
    aline = make_user()
    last = MONDAY.date() + timedelta(days=65)
    need = make_need(member=aline, ends_on=last)
    asks(clock, 60)
    asked = letter("still_true", aline)
    assert "Son dernier jour est le 6 mai 2026" in asked
    assert "vous le remettez en ligne" not in asked
    asks(clock, 75)
    need.refresh_from_db()
    assert need.status == NeedStatus.PAUSED
    slept = letter("fell_asleep", aline)
    assert ENDED in slept
    assert "Un clic" not in slept
    link = next(word for word in asked.split() if "/toujours-vrai/" in word)
    client.force_login(aline)
    for page in (client.get(link).text, client.get(need.get_absolute_url()).text):
        assert ENDED in page
        assert "Remettre en ligne" not in page
    assert reverse("need-end", args=[need.pk]) in client.get(need.get_absolute_url()).text


def test_a_need_whose_dates_are_over_already_rests_without_a_question(clock):
    """“Its last day is the 8th: after it, close it” was sent on the 11th."""
    aline = make_user()
    need = make_need(member=aline, ends_on=MONDAY.date() + timedelta(days=59))
    asks(clock, 60)
    need.refresh_from_db()
    assert need.status == NeedStatus.PAUSED
    assert ENDED in letter("fell_asleep", aline)
    assert "Sans nouvelles" not in letter("fell_asleep", aline)  # nobody had asked for any
    asks(clock, 61)
    assert not Notification.objects.filter(kind="still_true").exists()
    assert Notification.objects.filter(kind="fell_asleep").count() == 1


def test_a_need_that_goes_on_after_the_pause_comes_back_by_a_click(client, clock):
    aline = make_user()
    need = make_need(member=aline, ends_on=MONDAY.date() + timedelta(days=300))
    asks(clock, 60)
    assert "Son dernier jour" not in letter("still_true", aline)
    asks(clock, 75)
    assert "Un clic" in letter("fell_asleep", aline)
    client.force_login(aline)
    assert "Remettre en ligne" in client.get(need.get_absolute_url()).text


@pytest.mark.parametrize("status", [MissionStatus.RUNNING, MissionStatus.CLOSED])
def test_a_structure_isnt_said_to_be_silent_while_its_mission_goes_on_or_has_just_ended(
    clock, status
):
    """“Nous n’avons pas vu Cap Devoirs depuis un moment” was sent in the very minute its hours were to be confirmed."""
    structure = make_organisation(administrator=make_user())
    mission = make_mission(need=make_need(structure))
    clock.move_to(MONDAY + timedelta(days=95))
    now = timezone.now()
    moved_at = now if status == MissionStatus.CLOSED else MONDAY
    Mission.objects.filter(pk=mission.pk).update(status=status, moved_at=moved_at)
    freshness.ask_quiet_organisations(now)
    quiet = Notification.objects.filter(kind="organisation_quiet")
    assert not quiet.filter(recipient__in=structure.members.all()).exists()
    Mission.objects.filter(pk=mission.pk).update(status=MissionStatus.CLOSED, moved_at=MONDAY)
    freshness.ask_quiet_organisations(now)
    assert quiet.filter(recipient__in=structure.members.all()).exists()
