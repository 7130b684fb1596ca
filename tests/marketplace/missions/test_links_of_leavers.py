"""A link in a letter acts for its reader: only while they may still act for that side."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import User
from marketplace.actions.market import freshness, people
from marketplace.actions.missions import followups
from marketplace.models import Case, FollowUp, Mission, Review, Side
from marketplace.states import MissionStatus
from notifications.models import Notification, Status
from tests.factories import make_coordinator, make_mission, make_need, make_organisation, make_user


@pytest.fixture
def mission():
    """Between a structure of two people and a volunteer, delivered: its review is asked for."""
    structure = make_organisation(member=make_user(), administrator=make_user())
    mission = make_mission(need=make_need(structure), status=MissionStatus.DELIVERED)
    Mission.objects.filter(pk=mission.pk).update(delivered_at=timezone.now() - timedelta(days=2))
    return Mission.objects.get(pk=mission.pk)


def asked_of(mission, side=Side.NEED):
    followups.ask_due(timezone.localdate())
    return FollowUp.objects.get(mission=mission, side=side, kind=FollowUp.Kind.REVIEW)


def leave(follow_up):
    people.leave(follow_up.asked.memberships.get(), now=timezone.now())


def suspend(follow_up):
    structure = follow_up.mission.need.organisation
    organisations.suspend(structure, reason="À voir.", by=make_coordinator(structure.pole))


def close_the_account(follow_up):
    User.objects.filter(pk=follow_up.asked_id).update(is_active=False)


def be_removed(follow_up):
    membership = follow_up.asked.memberships.get()
    boss = membership.organisation.memberships.administrators().get().user
    people.remove(membership, by=boss, now=timezone.now())


def wait_too_long(follow_up):
    FollowUp.objects.filter(pk=follow_up.pk).update(
        asked_on=timezone.localdate() - timedelta(days=121)
    )


@pytest.mark.parametrize("go", [leave, be_removed, suspend, close_the_account, wait_too_long])
def test_whoever_may_no_longer_speak_answers_nothing_by_an_old_link(client, mission, go):
    follow_up = asked_of(mission)
    link = followups.link(follow_up)
    go(follow_up)
    review = reverse("review-by-link", args=[link.rstrip("/").rsplit("/", 1)[1]])
    for path in (link, review):
        page = client.get(path)
        assert page.status_code == 410
        assert "ne peut pas servir" in page.text
    assert client.post(link, {"answer": "HELP", "words": "Au secours"}).status_code == 410
    assert client.post(link, {"add": "yes", "words": "Encore"}).status_code == 410
    assert client.post(review, {"score": "1", "words": "Nul"}).status_code == 410
    assert not Case.objects.exists()
    assert not Review.objects.exists()
    follow_up.refresh_from_db()
    assert follow_up.answered_at is None


def test_it_opens_for_whoever_still_speaks_after_a_hundred_and_twenty_days(client, mission):
    follow_up = asked_of(mission)
    day = timezone.localdate() - timedelta(days=120)
    FollowUp.objects.filter(pk=follow_up.pk).update(asked_on=day)
    assert client.get(followups.link(follow_up)).status_code == 200


def test_a_suspended_structure_is_asked_once_it_is_restored(mission):
    structure = mission.need.organisation
    coordinator = make_coordinator(structure.pole)
    organisations.suspend(structure, reason="À voir.", by=coordinator)
    followups.ask_due(timezone.localdate())
    asked = FollowUp.objects.filter(kind=FollowUp.Kind.REVIEW)
    assert set(asked.values_list("side", flat=True)) == {Side.OFFER}
    organisations.restore(structure, by=coordinator)
    followups.ask_due(timezone.localdate())
    assert asked.filter(side=Side.NEED).exists()


@pytest.mark.parametrize(
    ("left_ago", "acts"),
    [(None, False), (timedelta(minutes=4), False), (timedelta(minutes=6), True)],
)
def test_a_page_opened_by_the_letter_s_scanner_waits_for_a_click(client, mission, left_ago, acts):
    follow_up = asked_of(mission)
    if left_ago:
        Notification.objects.filter(key=f"follow-up:{follow_up.pk}").update(
            status=Status.SENT, sent_at=timezone.now() - left_ago
        )
    page = client.get(followups.link(follow_up), {"answer": "GOOD"}).text
    assert ("data-one-click" in page) is acts
    assert ("one-click.js" in page) is acts


@pytest.mark.parametrize(("left_ago", "acts"), [(4, False), (6, True)])
def test_still_true_waits_for_a_click_too_while_the_letter_is_fresh(client, left_ago, acts):
    need = make_need(make_organisation(member=make_user()))
    reader = need.organisation.members.get()
    Notification.objects.create(
        recipient=reader, key=f"need:{need.pk}:fresh:2026-01-01", kind="still_true",
        status=Status.SENT, sent_at=timezone.now() - timedelta(minutes=left_ago),
    )  # fmt: skip
    page = client.get(freshness.link(need, reader), {"answer": "yes"}).text
    assert ("data-one-click" in page) is acts


@pytest.mark.parametrize("left", ["suspended", "removed"])
def test_still_true_is_dead_for_who_may_no_longer_act(client, left):
    need = make_need(make_organisation(member=make_user(), administrator=make_user()))
    reader = need.organisation.memberships.get(role="MEMBER").user
    link = freshness.link(need, reader)
    if left == "removed":
        people.leave(reader.memberships.get(), now=timezone.now())
    else:
        organisations.suspend(need.organisation, reason="À voir.", by=make_coordinator(need.pole))
    assert client.get(link).status_code == 410
    assert client.post(link, {"answer": "pause"}).status_code == 410
    need.refresh_from_db()
    assert need.status == "PUBLISHED"
