"""What is planned and handed over while a mission runs, and stays as it is once the mission is over."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.missions import deliverables
from marketplace.actions.refusals import NotYet
from marketplace.models import Deliverable, Milestone
from marketplace.states import LIVE, MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_mission, make_user

OVER = sorted(set(MissionStatus) - set(LIVE))


def test_milestones_are_planned_ticked_and_removed(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    new = reverse("milestone-new", args=[mission.pk])
    late = client.post(new, {"label": "Trop tard", "due_on": in_days(2000)}).content.decode()
    assert "entre le début et la fin" in late
    client.post(new, {"label": "Maquette", "due_on": in_days(10)})
    milestone = Milestone.objects.get()
    client.post(reverse("milestone-tick", args=[milestone.pk]))
    milestone.refresh_from_db()
    assert milestone.done_by == mission.offer.person
    client.post(reverse("milestone-remove", args=[milestone.pk]))
    assert Milestone.objects.exists()  # done: it stays in the story
    client.post(reverse("milestone-tick", args=[milestone.pk]))
    client.post(reverse("milestone-remove", args=[milestone.pk]))
    assert not Milestone.objects.exists()


def test_something_handed_over_is_accepted_by_the_structure(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    client.force_login(mission.offer.person)
    new = reverse("deliverable-new", args=[mission.pk])
    client.post(new, {"title": "La maquette", "link": "https://example.org/maquette"})
    handed = mission.deliverables.get()
    accept = reverse("deliverable-accept", args=[handed.pk])
    assert client.post(accept).status_code == 403
    client.force_login(mission.need.created_by)
    client.post(accept)
    handed.refresh_from_db()
    assert handed.accepted_by == mission.need.created_by
    assert Notification.objects.filter(kind="deliverable_handed_over").count() == 1


def test_of_many_milestones_the_page_shows_those_to_come(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    for n in range(14):
        done = timezone.now() if n < 6 else None
        Milestone.objects.create(
            mission=mission, label=f"Étape {n:02}", due_on=in_days(n), done_at=done
        )
    client.force_login(mission.offer.person)
    url = mission.get_absolute_url()
    page = client.get(url)
    labels = [one.label for one in page.context["milestones"]]
    assert labels == [f"Étape {n:02}" for n in range(4, 14)]  # eight to do, the last two done
    assert 'href="?jalons=tous#milestones"' in page.content.decode()
    every = client.get(url, {"jalons": "tous"})
    assert len(every.context["milestones"]) == 14
    assert "Ce qui s’est passé" not in every.content.decode()  # a page of their own
    assert 'href="?jalons=tous#milestones"' not in every.content.decode()


def test_of_much_that_was_handed_over_the_page_shows_what_waits_for_the_structure(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    by, reader = mission.offer.person, mission.need.created_by
    for n in range(13):
        accepted = timezone.now() if n > 1 else None
        Deliverable.objects.create(
            mission=mission, title=f"Rendu {n:02}", by=by, accepted_at=accepted
        )
    client.force_login(reader)
    page = client.get(mission.get_absolute_url())
    titles = [one.title for one in page.context["deliverables"]]
    assert titles == [f"Rendu {n:02}" for n in (0, 1, *range(5, 13))]
    every = client.get(mission.get_absolute_url(), {"livrables": "tous"})
    assert len(every.context["deliverables"]) == 13
    assert every.content.decode().count("formaction=") == 2  # those that wait for the structure
    assert "Ce qui s’est passé" not in every.content.decode()
    client.force_login(make_user())
    assert client.get(mission.get_absolute_url(), {"livrables": "tous"}).status_code == 404


def test_each_line_has_its_own_button(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    milestone = Milestone.objects.create(mission=mission, label="Maquette", due_on=in_days(1))
    handed = Deliverable.objects.create(mission=mission, title="Rendu", by=mission.offer.person)
    urls = [
        reverse("milestone-tick", args=[milestone.pk]),
        reverse("milestone-remove", args=[milestone.pk]),
        reverse("deliverable-accept", args=[handed.pk]),
    ]
    client.force_login(mission.need.created_by)
    page = client.get(mission.get_absolute_url()).content.decode()
    assert all(f'formaction="{url}"' in page for url in urls)
    client.force_login(mission.offer.person)
    page = client.get(mission.get_absolute_url()).content.decode()
    assert urls[2] not in page


def test_a_stranger_touches_no_milestone(client):
    mission = make_mission(status=MissionStatus.RUNNING)
    milestone = Milestone.objects.create(mission=mission, label="Maquette", due_on=in_days(1))
    client.force_login(make_user())
    for name in ("milestone-tick", "milestone-remove"):
        assert client.post(reverse(name, args=[milestone.pk])).status_code == 404
    assert client.post(reverse("milestone-new", args=[mission.pk])).status_code == 404


def test_a_milestone_lies_on_the_first_day_on_the_last_or_between():
    mission = make_mission(status=MissionStatus.RUNNING, starts_on=in_days(0), ends_on=in_days(30))
    for day in (0, 30):
        deliverables.plan(mission, label="Maquette", due_on=in_days(day))
    for day in (-1, 31):
        with pytest.raises(NotYet, match="entre le début et la fin"):
            deliverables.plan(mission, label="Maquette", due_on=in_days(day))
    assert mission.milestones.count() == 2


@pytest.mark.parametrize("status", OVER)
def test_once_the_mission_is_over_its_milestones_stay_as_they_are(status):
    mission = make_mission(status=status, interrupted_at=timezone.now())
    milestone = Milestone.objects.create(mission=mission, label="Maquette", due_on=in_days(1))
    by = mission.offer.person
    with pytest.raises(NotYet, match="on ne peut plus rien y prévoir"):
        deliverables.plan(mission, label="Recette", due_on=in_days(2))
    with pytest.raises(NotYet, match="restent tels quels"):
        deliverables.tick(milestone, by=by, now=timezone.now())
    with pytest.raises(NotYet):
        deliverables.remove(milestone)
    assert Milestone.objects.get().done_at is None


def test_of_two_who_tick_a_milestone_at_once_the_second_unticks_nothing():
    mission = make_mission(status=MissionStatus.RUNNING)
    milestone = Milestone.objects.create(mission=mission, label="Maquette", due_on=in_days(1))
    as_read_by_the_other = Milestone.objects.get(pk=milestone.pk)
    first, second = mission.offer.person, mission.need.created_by
    assert deliverables.tick(milestone, by=first, now=timezone.now())
    assert not deliverables.tick(as_read_by_the_other, by=second, now=timezone.now())
    milestone.refresh_from_db()
    assert milestone.done_by == first


HANDING_OVER = {MissionStatus.RUNNING, MissionStatus.SUSPENDED, MissionStatus.DISPUTED}
HANDING_OVER |= {MissionStatus.DELIVERED}


@pytest.mark.parametrize("status", list(MissionStatus))
def test_something_is_handed_over_from_the_start_until_the_review(status):
    mission = make_mission(status=status, interrupted_at=timezone.now())
    said = {"title": "La maquette", "link": "https://example.org/maquette"}
    if status in HANDING_OVER:
        deliverables.hand_over(mission, by=mission.offer.person, **said)
    else:
        with pytest.raises(NotYet, match="pendant que la mission est en cours"):
            deliverables.hand_over(mission, by=mission.offer.person, **said)
    assert mission.deliverables.count() == (status in HANDING_OVER)


def test_what_was_accepted_stays_accepted_by_whoever_did_it():
    mission = make_mission(status=MissionStatus.RUNNING)
    handed = deliverables.hand_over(
        mission, title="La maquette", link="https://example.org/maquette", by=mission.offer.person
    )
    other = deliverables.hand_over(mission, title="Le guide", by=mission.offer.person)
    first, second = mission.need.created_by, make_user()
    assert deliverables.accept(handed, by=first, now=timezone.now())
    assert not deliverables.accept(handed, by=second, now=timezone.now())
    handed.refresh_from_db()
    assert handed.accepted_by == first
    other.refresh_from_db()
    assert other.accepted_at is None, "another one is looked at by itself"


def test_nobody_accepts_what_they_have_handed_over_before_they_joined_the_structure(client):
    mission = make_mission(work=True, status=MissionStatus.RUNNING)
    member = make_user()
    mission.need.organisation.memberships.create(user=member)
    handed = deliverables.hand_over(mission, title="Le site", by=member)
    client.force_login(member)
    door = reverse("deliverable-accept", args=[handed.pk])
    assert door not in client.get(mission.get_absolute_url()).text
    client.post(door)
    handed.refresh_from_db()
    assert handed.accepted_at is None
    assert deliverables.accept(handed, by=mission.need.created_by, now=timezone.now())
