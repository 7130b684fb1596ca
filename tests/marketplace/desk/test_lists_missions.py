"""The list of missions at the desk: the day by which it is sorted is the one that it shows."""

from django.urls import reverse

from marketplace.models import Departure, Mission
from marketplace.states import MissionStatus
from tests.factories import in_days, make_user
from tests.marketplace.desk.desk_people import ago
from tests.marketplace.desk.list_rows import one_of_each


def page_of(client, code, query="tout=1"):
    return client.get(f"{reverse('lists', args=[code])}?{query}")


def test_missions_are_sorted_by_the_planned_end_where_that_day_is_the_one_shown(
    client, nadia, pole
):
    sooner, later = (one_of_each(pole, person=make_user())["missions"] for _ in range(2))
    Mission.objects.filter(pk=later.pk).update(
        status=MissionStatus.CLOSED, starts_on=in_days(-20), ends_on=in_days(40),
        started_at=ago(20), delivered_at=ago(10),
    )  # fmt: skip
    Mission.objects.filter(pk=sooner.pk).update(starts_on=in_days(-20), ends_on=in_days(5))
    client.force_login(nadia)
    assert "tri=fin" not in page_of(client, "missions").text, "it would sort by another day"
    page = page_of(client, "missions", "tri=prevue&colonnes=titre.prevue")
    assert [row["number"] for row in page.context["rows"]] == [sooner.pk, later.pk]
    assert f"{in_days(40):%d/%m/%Y}" in page.text


def test_where_the_mission_ended_with_whoever_left_their_last_day_is_its_own(client, nadia, pole):
    mission = one_of_each(pole, person=make_user())["missions"]
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.DELIVERED, starts_on=in_days(-20), ends_on=in_days(40),
        started_at=ago(20), delivered_at=ago(2),
    )  # fmt: skip
    Departure.objects.create(
        mission=mission, person=mission.offer.person, left_at=ago(8), last_on=in_days(-8),
        settled_at=ago(2),
        outcome=Departure.Outcome.TRANSFERRED,
    )  # fmt: skip
    client.force_login(nadia)
    page = page_of(client, "missions").text
    assert f"{in_days(-8):%d/%m/%Y}" in page
    assert f"{in_days(-2):%d/%m/%Y}" not in page
