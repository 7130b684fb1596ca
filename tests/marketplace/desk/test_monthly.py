"""The letter of the month: drafted once by the clock, sent by nobody but a coordinator."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import mailings as acts
from marketplace.actions.desk import monthly, pole_letters
from marketplace.models import Mailing, Mission
from marketplace.states import MissionStatus, NeedStatus
from notifications.models import Notification
from tests.factories import make_mission, make_need, make_organisation, make_pole, make_user
from tests.marketplace.desk.desk_people import elsewhere


def at(day: int, month: int = 11, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour))


@pytest.fixture
def need(nadia):
    return make_need(member=make_user(), title="Refaire le site", published_at=at(14, 10))


def drafted(now=None) -> Mailing:
    monthly.draft_due(now or at(2))
    return Mailing.objects.get()


def test_it_is_drafted_on_the_first_working_day_and_not_before(need):
    assert monthly.draft_due(at(1)) == 0, "a Sunday, and All Saints’"
    assert monthly.draft_due(at(2)) == 1


def test_a_missed_day_is_not_a_missed_month(need):
    assert drafted(at(19)).month.month == 11


def test_it_is_drafted_once_however_often_the_clock_rings(need, nadia):
    mailing = drafted()
    acts.drop(mailing, by=nadia)
    assert monthly.draft_due(at(3)) == 0
    assert not Mailing.objects.exists()


def test_it_tells_the_needs_of_the_month_by_their_field(need):
    mailing = drafted()
    assert "Octobre 2026" in mailing.subject
    assert f"Numérique\n- Refaire le site – {need.organisation}, Lille" in mailing.text
    assert need.get_absolute_url() in mailing.text
    assert "Cette structure cherche quelqu’un." in mailing.text


def test_several_structures_look_for_somebody(need):
    make_need(make_organisation(name="Bottines", member=make_user()), published_at=at(15, 10))
    assert "Ces structures cherchent quelqu’un." in drafted().text


def test_it_thanks_for_the_missions_that_have_ended_without_naming_anybody(nadia):
    mission = make_mission(need=make_need(member=make_user(), published_at=at(1, 9)))
    before = make_mission(need=make_need(member=make_user(), published_at=at(1, 9)))
    Mission.objects.filter(pk=mission.pk).update(
        status=MissionStatus.DELIVERED, delivered_at=at(20, 10)
    )
    Mission.objects.filter(pk=before.pk).update(
        status=MissionStatus.CLOSED, delivered_at=at(22, 9), closed_at=at(20, 10)
    )
    text = drafted().text
    assert "1 mission est arrivée à son terme. Merci" in text
    assert mission.offer.person.first_name not in text


@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": at(2, 9)},
        {"published_at": at(1, 11, hour=1)},
        {"is_listed": False},
        {"status": NeedStatus.FILLED},
    ],
)
def test_what_is_older_newer_private_or_filled_is_not_told(nadia, fields):
    make_need(member=make_user(), **{"published_at": at(14, 10)} | fields)
    assert monthly.draft_due(at(2)) == 0


def test_an_empty_month_says_so_and_has_no_draft(client, nadia, pole):
    now = timezone.now().replace(day=28)
    monthly.draft_due(now)
    assert not Mailing.objects.exists()
    client.force_login(nadia)
    assert "rien à raconter du mois passé" in client.get(reverse("mailings")).content.decode()


def test_a_month_whose_draft_was_thrown_away_isn_t_said_to_have_had_nothing(client, nadia):
    now = timezone.now().replace(day=28)
    published = now.replace(day=1) - timedelta(days=3)
    make_need(member=make_user(), published_at=published)
    acts.drop(drafted(now), by=nadia)
    client.force_login(nadia)
    assert "rien à raconter" not in client.get(reverse("mailings")).text


def test_the_needs_of_another_pole_are_not_in_it(need):
    canary = make_pole("Canari", ["02"])
    elsewhere_need = make_need(
        make_organisation(pole=canary, member=make_user()),
        title="Canari", published_at=at(14, 10),
    )  # fmt: skip
    assert elsewhere_need.title not in drafted().text


def test_a_pole_that_nobody_coordinates_has_none(need):
    make_need(make_organisation(pole=make_pole("Sans personne", ["02"])), published_at=at(14, 10))
    assert monthly.draft_due(at(2)) == 1


def test_it_never_leaves_by_itself(client, need, nadia, pole):
    noe = make_user("Noé", "Lambert")
    pole_letters.want(pole, by=noe)
    mailing = drafted()
    acts.post_due(at(28))
    assert not Notification.objects.filter(kind="pole_letter").exists()
    client.force_login(elsewhere())
    assert client.post(reverse("mailing-send", args=[mailing.pk])).status_code == 404
    client.force_login(nadia)
    client.post(reverse("mailing-send", args=[mailing.pk]))
    mailing.refresh_from_db()
    assert mailing.by == nadia
    assert [one.person for one in mailing.addressees.all()] == [noe]
