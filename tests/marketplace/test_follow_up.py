"""“How is it going?” comes by itself, once, and a doubt reaches a person."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions import followups, missions, proposals
from marketplace.models import FollowUp, Mission, Side
from notifications.models import Notification
from tests.factories import make_coordinator, make_need, make_offer, make_proposal, make_user


@pytest.fixture
def mission():
    proposal = make_proposal(make_need(member=make_user()), make_offer())
    return proposals.accept(proposal, side=Side.NEED, by=proposal.need.organisation.members.get())


def in_a_week(days=7):
    return timezone.localdate() + timedelta(days=days)


def asked(kind):
    return Notification.objects.filter(kind=kind)


def test_nothing_is_asked_before_a_week(mission):
    assert followups.ask_due(in_a_week(6)) == 0


def test_after_a_week_each_side_is_asked_once(mission):
    assert followups.ask_due(in_a_week()) == 2
    assert followups.ask_due(in_a_week(8)) == 0
    assert asked("follow_up_first_week").count() == 2


def test_a_missed_day_is_not_a_missed_person(mission):
    assert followups.ask_due(in_a_week(30)) == 2


def test_opening_the_link_answers_nothing(client, mission):
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.first()
    page = client.get(followups.link(follow_up), {"answer": "GOOD"})
    assert page.status_code == 200
    follow_up.refresh_from_db()
    assert follow_up.answered_at is None


def test_a_doubt_reaches_the_coordinators_without_signing_in(client, mission):
    coordinator = make_coordinator(mission.need.pole)
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.OFFER)
    link = followups.link(follow_up)
    page = client.post(link, {"answer": "DOUBT", "words": "Personne ne répond."}, follow=True)
    assert "La coordination est prévenue" in page.content.decode()
    letter = Notification.objects.get(recipient=coordinator, kind="help_asked")
    assert "Personne ne répond." in letter.text
    client.force_login(coordinator)
    assert "a répondu\u00a0: J’ai un doute" in client.get(reverse("desk")).content.decode()
    client.post(reverse("follow-up-settle", args=[follow_up.pk]))
    assert "a répondu\u00a0: J’ai un doute" not in client.get(reverse("desk")).content.decode()


def test_answering_twice_keeps_the_first(client, mission):
    followups.ask_due(in_a_week())
    follow_up = FollowUp.objects.get(side=Side.NEED)
    for answer in ("GOOD", "HELP"):
        client.post(followups.link(follow_up), {"answer": answer, "words": ""})
    follow_up.refresh_from_db()
    assert follow_up.answer == "GOOD"
    assert not asked("help_asked").exists()


def test_a_forged_link_opens_nothing(client, mission):
    followups.ask_due(in_a_week())
    assert client.get(reverse("follow-up", args=["1:forged"])).status_code == 404


def test_silence_is_shown_to_the_coordinator(client, mission):
    followups.ask_due(in_a_week())
    FollowUp.objects.update(asked_on=in_a_week(-10))
    client.force_login(make_coordinator(mission.need.pole))
    assert "n’a pas répondu à" in client.get(reverse("desk"), {"kind": "silence"}).content.decode()


def test_nobody_is_asked_about_an_interrupted_mission(mission):
    missions.interrupt(mission, reason="Reportée.", by=None, now=timezone.now())
    assert followups.ask_due(in_a_week(30)) == 0


@pytest.mark.parametrize("who", ["structure", "volunteer"])
def test_only_a_coordinator_settles(client, mission, who):
    followups.ask_due(in_a_week())
    person = mission.need.organisation.members.get() if who == "structure" else mission.offer.person
    client.force_login(person)
    url = reverse("follow-up-settle", args=[FollowUp.objects.first().pk])
    assert client.post(url).status_code == 403


def test_a_stranger_cannot_settle(client, mission):
    followups.ask_due(in_a_week())
    client.force_login(make_user())
    url = reverse("follow-up-settle", args=[FollowUp.objects.first().pk])
    assert client.post(url).status_code == 404
    assert Mission.objects.count() == 1
