"""Hours: written by whoever comes, confirmed by the structure or by a week of silence."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from marketplace.actions.missions import hours, missions
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.hours import HoursField
from marketplace.models import HoursEntry, Regime
from marketplace.rules import team_hours
from marketplace.states import MissionStatus
from notifications.models import Notification
from tests.factories import in_days, make_coordinator, make_mission, make_user

TODAY = in_days(0)


@pytest.fixture(autouse=True)
def at_noon():
    """Of the day on which the module was read: a run that goes past midnight would be on two days."""
    noon = datetime.combine(TODAY, time(12), timezone.get_default_timezone())
    with time_machine.travel(noon):
        yield


@pytest.fixture
def mission():
    return make_mission(status=MissionStatus.RUNNING, starts_on=in_days(-20), ends_on=in_days(20))


@pytest.fixture
def treasurer(mission):
    return mission.need.organisation.members.get()


def write(mission, day=TODAY, amount="3.5", **fields):
    person = fields.pop("person", mission.offer.person)
    return hours.write(mission, {day: (Decimal(amount), "Atelier")}, person=person, today=TODAY)


def week_of(day) -> str:
    return f"?semaine={day - timedelta(days=day.weekday())}"


def post(client, mission, day=TODAY, written="3,5"):
    url = reverse("mission-hours", args=[mission.pk]) + week_of(day)
    return client.post(url, {f"hours_{day:%Y%m%d}": written, f"what_{day:%Y%m%d}": "Atelier"})


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("3", "3"),
        ("3,5", "3.5"),
        ("3.5", "3.5"),
        ("3h30", "3.5"),
        ("3 h", "3"),
        ("2h5", "2.08"),
        ("", None),
    ],
)
def test_hours_are_read_as_people_write_them(written, amount):
    assert HoursField().clean(written) == (Decimal(amount) if amount else None)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("-2", "ne peuvent pas être négatives"),
        ("25", "24 heures au plus"),
        ("1000000000000", "Écrivez les heures ainsi"),
        ("trois", "Écrivez les heures ainsi"),
        ("14", "qu’une journée peut contenir"),
    ],
)
def test_a_bad_figure_is_answered_in_a_sentence(client, mission, written, sentence):
    client.force_login(mission.offer.person)
    assert sentence in post(client, mission, written=written).content.decode()
    assert not HoursEntry.objects.exists()


def test_a_week_is_written_and_written_over(client, mission):
    client.force_login(mission.offer.person)
    post(client, mission)
    assert HoursEntry.objects.get().hours == Decimal("3.5")
    post(client, mission, written="4h15")
    assert HoursEntry.objects.get().hours == Decimal("4.25")
    post(client, mission, written="")
    assert not HoursEntry.objects.exists()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (-21, "changez d’abord son début sur la fiche"),
        (21, "pas encore arrivé"),
        (1, "pas encore arrivé"),
    ],
)
def test_a_day_outside_the_mission_is_answered_in_a_sentence(mission, day, sentence):
    with pytest.raises(NotYet, match=sentence):
        write(mission, in_days(day))


def test_a_day_after_the_end_is_said(mission):
    mission.ends_on = in_days(-2)
    mission.save()
    with pytest.raises(NotYet, match="après la fin"):
        write(mission, in_days(-1))


def test_a_day_that_would_be_refused_is_not_offered(client, mission):
    """Before the mission starts, in the week in which it does; how the dates change is said once."""
    tuesday = TODAY - timedelta(days=TODAY.weekday() + 6)
    mission.starts_on = tuesday
    mission.save()
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-hours", args=[mission.pk]) + week_of(tuesday)).text
    assert f'name="hours_{tuesday:%Y%m%d}"' in page
    assert f'name="hours_{tuesday - timedelta(days=1):%Y%m%d}"' not in page
    assert page.count("En dehors des dates de la mission") == 1
    assert "que peuvent proposer les responsables" in page, "whoever writes hours may not"
    assert "changez d’abord ces dates" in page


@pytest.mark.parametrize("given", ["0", "1"])
def test_one_hour_is_not_said_in_the_plural(client, mission, given):
    if given == "1":
        write(mission, in_days(-1), "1")
    client.force_login(mission.offer.person)
    for page in (mission.get_absolute_url(), reverse("mission-hours", args=[mission.pk])):
        assert f"{given} heures" not in client.get(page).text


def test_hours_beyond_the_mission_are_refused_in_a_sentence(mission):
    mission.sheet.hours = 10
    mission.sheet.save()
    write(mission, in_days(-1), "8")
    with pytest.raises(NotYet, match="prévue pour 10 heures, et cela en ferait 11,5"):
        write(mission)
    assert HoursEntry.objects.total() == 8


def test_one_hour_planned_is_one_in_the_refusal(mission):
    mission.sheet.hours = 1
    mission.sheet.save()
    with pytest.raises(NotYet, match="est prévue pour 1 heure, et cela en ferait 3,5"):
        write(mission)
    one = Decimal(1)
    assert "a déjà donné 1 heure." in team_hours.already_given(mission.offer.person, one)
    assert "fait 1 heure de plus que les 7" in team_hours.more_than_the_whole(1, 7)
    assert "prévoit 1 heure" in team_hours.less_than_one_each(1)


def test_hours_beyond_what_the_employer_agreed_to_are_refused():
    mission = make_mission(
        work=True,
        regime=Regime.LOAN,
        status=MissionStatus.RUNNING,
        agreed_hours=7,
        agreed_version=1,
    )
    with pytest.raises(NotYet, match="prévue pour 7 heures"):
        write(mission, amount="8")


def test_nothing_is_counted_before_it_runs():
    with pytest.raises(NotYet, match="du jour où la mission démarre"):
        write(make_mission())


def test_last_week_is_copied_to_be_read_then_saved(client, mission):
    before = TODAY - timedelta(days=7)
    write(mission, before, "2.5")
    client.force_login(mission.offer.person)
    url = reverse("mission-hours", args=[mission.pk]) + week_of(TODAY) + "&copier=1"
    page = client.get(url).content.decode()
    assert 'value="2,5"' in page
    assert HoursEntry.objects.count() == 1


def test_one_hour_is_told_as_one(client, mission, treasurer):
    """“1 heures ont été notées” was sent, and “1 heures à confirmer” headed the page."""
    write(mission, in_days(-1), "1")
    hours.ask_due(in_days(1), timezone.now() + timedelta(days=1))
    client.force_login(treasurer)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    told = Notification.objects.get(kind="hours_to_confirm").text
    assert "1 heures" not in page + told
    assert "Heures à confirmer\N{NO-BREAK SPACE}: 1" in page


def test_the_structure_confirms_in_one_click(client, mission, treasurer):
    write(mission, in_days(-1))
    write(mission)
    client.force_login(treasurer)
    url = reverse("mission-hours", args=[mission.pk])
    assert "Heures à confirmer\N{NO-BREAK SPACE}: 7" in client.get(url).content.decode()
    newest = HoursEntry.objects.latest("pk").pk
    client.post(reverse("hours-confirm", args=[mission.pk]), {"newest": newest})
    assert HoursEntry.objects.confirmed().filter(confirmed_by=treasurer).count() == 2
    again = client.post(
        reverse("hours-confirm", args=[mission.pk]), {"newest": newest}, follow=True
    )
    assert "plus rien à confirmer" in again.content.decode()


def test_only_what_was_on_the_screen_is_confirmed(client, mission, treasurer):
    write(mission, in_days(-1))
    newest = HoursEntry.objects.latest("pk").pk
    write(mission)
    client.force_login(treasurer)
    client.post(reverse("hours-confirm", args=[mission.pk]), {"newest": newest})
    assert HoursEntry.objects.to_confirm().count() == 1


def test_hours_that_have_changed_since_are_not_confirmed_unread(client, mission, treasurer):
    write(mission, in_days(-1))
    client.force_login(treasurer)
    newest = client.get(reverse("mission-hours", args=[mission.pk])).context["newest"]
    write(mission, in_days(-1), "11")
    client.post(reverse("hours-confirm", args=[mission.pk]), {"newest": newest})
    assert [entry.hours for entry in HoursEntry.objects.to_confirm()] == [11]


def test_confirmed_hours_no_longer_change(mission, treasurer):
    write(mission)
    hours.confirm(mission, up_to=10**9, by=treasurer, now=timezone.now())
    with pytest.raises(NotYet, match="déjà confirmé"):
        write(mission, amount="9")


def test_a_week_of_silence_confirms_with_a_letter_before_and_one_after(mission, treasurer):
    write(mission)
    now = timezone.now()
    assert hours.ask_due(TODAY, now) == 0  # written today: the day isn't over
    assert hours.ask_due(in_days(1), now) == 1
    assert hours.ask_due(in_days(1), now) == 0
    assert Notification.objects.filter(recipient=treasurer, kind="hours_to_confirm").count() == 1
    assert hours.confirm_silent(now + timedelta(days=6)) == 0
    assert hours.confirm_silent(now + timedelta(days=7)) == 1
    assert HoursEntry.objects.get().by_silence
    assert Notification.objects.filter(kind="hours_confirmed_by_silence").count() == 2


def test_the_page_says_by_which_day_silence_confirms(client, mission, treasurer):
    write(mission)
    client.force_login(treasurer)
    url = reverse("mission-hours", args=[mission.pk])
    assert "Sans nouvelle de vous" not in client.get(url).text
    hours.ask_due(in_days(1), timezone.now())
    said = f"à partir du {date_format(in_days(7), 'j F')}"
    assert said in client.get(url).text
    client.force_login(mission.offer.person)
    assert "Sans nouvelle de vous" not in client.get(url).text


def test_what_was_given_before_a_mission_stopped_is_still_written_and_corrected(client, mission):
    by = mission.need.organisation.members.get()
    write(mission)
    hours.contest(mission.hours.get(), why="C’était le matin.", by=by, now=timezone.now())
    missions.interrupt(mission, reason="Fin.", by=by, now=timezone.now() - timedelta(days=1))
    person = mission.offer.person
    client.force_login(person)
    assert reverse("mission-hours", args=[mission.pk]) in client.get(reverse("home")).text
    page = post(client, mission, TODAY, "2")
    assert "la mission s’est arrêtée le" in page.text
    assert mission.hours.get(day=TODAY).contested_at
    post(client, mission, TODAY, "")
    assert not mission.hours.filter(day=TODAY).exists()
    post(client, mission, in_days(-1), "2")
    assert mission.hours.filter(day=in_days(-1), hours=2).exists()


def test_two_weeks_after_a_mission_stopped_nothing_is_written_but_what_is_contested(mission):
    missions.interrupt(mission, reason="Fin.", by=None, now=timezone.now())
    type(mission).objects.update(moved_at=timezone.now() - timedelta(days=14))
    mission.refresh_from_db()
    assert hours.is_counting(mission)
    write(mission)
    type(mission).objects.update(moved_at=timezone.now() - timedelta(days=15))
    mission.refresh_from_db()
    assert not hours.is_counting(mission)
    mission.hours.update(contested_at=timezone.now())
    assert hours.is_counting(mission)
    with pytest.raises(NotYet, match="contestées"):
        write(mission, day=in_days(-3))
    assert write(mission, amount="2") == 1
    assert not hours.is_counting(mission)


def test_a_mission_called_off_before_it_began_has_no_hours(client, mission):
    type(mission).objects.update(
        started_at=None, status=MissionStatus.INTERRUPTED, interrupted_at=timezone.now()
    )
    mission.refresh_from_db()
    assert not hours.is_counting(mission)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert "s’est arrêtée avant de commencer" in page
    assert "jusqu’à son bilan" not in page


@pytest.mark.parametrize("status", ["DELIVERED", "INTERRUPTED"])
def test_nobody_is_sent_to_change_what_a_mission_that_is_over_can_t_change(client, mission, status):
    over = {"interrupted_at": timezone.now()} if status == "INTERRUPTED" else {}
    type(mission).objects.update(
        status=status, starts_on=in_days(-4), started_at=timezone.now() - timedelta(days=4), **over
    )
    mission.sheet.hours = 2
    mission.sheet.save()
    mission.refresh_from_db()
    with pytest.raises(NotYet, match="en dehors des dates de la mission, qui ne changent plus"):
        write(mission, in_days(-5))
    with pytest.raises(NotYet, match="prévue pour 2 heures, qui ne changent plus"):
        write(mission, in_days(-1))
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-hours", args=[mission.pk]) + week_of(in_days(-5))).text
    assert "En dehors des dates de la mission" in page
    assert "changez d’abord ces dates" not in page


def test_once_it_is_closed_nobody_reads_that_its_hours_are_counted_until_its_review(
    client, mission
):
    type(mission).objects.update(status=MissionStatus.CLOSED)
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert "On n’ajoute plus rien aux heures de cette mission" in page


def test_contested_hours_wait_for_the_one_who_wrote_them(client, mission, treasurer):
    write(mission)
    entry = HoursEntry.objects.get()
    client.force_login(treasurer)
    client.post(reverse("hours-contest", args=[entry.pk]), {"why": "C’était mardi."})
    entry.refresh_from_db()
    assert entry.contested_at
    letter = Notification.objects.get(recipient=mission.offer.person, kind="hours_contested")
    assert "C’était mardi." in letter.text
    at_once = "Un jour à revoir"
    assert at_once not in client.get(reverse("mission-hours", args=[mission.pk])).text
    client.force_login(mission.offer.person)
    page = client.get(reverse("mission-hours", args=[mission.pk])).text
    assert page.index(at_once) < page.index("#id_hours_20") < page.index('id="week"')
    assert hours.confirm_silent(timezone.now() + timedelta(days=30)) == 0
    write(mission, amount="2")
    assert HoursEntry.objects.get().contested_at is None


def test_each_may_only_do_their_own(client, mission, treasurer):
    write(mission)
    entry = HoursEntry.objects.get()
    client.force_login(treasurer)
    assert post(client, mission).status_code == 403
    client.force_login(mission.offer.person)
    assert client.post(reverse("hours-confirm", args=[mission.pk])).status_code == 403
    assert client.post(reverse("hours-contest", args=[entry.pk])).status_code == 403
    client.force_login(make_coordinator(mission.need.pole))
    assert post(client, mission).status_code == 403


def test_a_stranger_finds_nothing_and_nobody_signs_in(client, mission):
    write(mission)
    urls = [
        reverse("mission-hours", args=[mission.pk]),
        reverse("hours-confirm", args=[mission.pk]),
        reverse("hours-contest", args=[HoursEntry.objects.get().pk]),
    ]
    for url in urls:
        client.logout()
        assert client.post(url).status_code == 302
        client.force_login(make_user())
        assert client.post(url).status_code == 404


@pytest.mark.parametrize("week", ["demain", "0001-01-01", "9999-12-31", "2026-13-45", ""])
def test_any_week_in_the_address_gives_a_page(client, mission, week):
    client.force_login(mission.offer.person)
    url = reverse("mission-hours", args=[mission.pk])
    assert client.get(url, {"semaine": week}).status_code == 200


def test_a_day_of_the_week_is_written_as_its_language_writes_it(client):
    """Monday has its capital in English, lundi hasn't in the middle of a sentence."""
    mission = make_mission(status="RUNNING", starts_on=in_days(-9))
    for language, said in (("en", "What was done, Monday"), ("fr", "Ce qui a été fait, lundi")):
        User.objects.filter(pk=mission.offer.person_id).update(language=language)
        client.force_login(User.objects.get(pk=mission.offer.person_id))
        monday = in_days(-in_days(0).weekday())
        page = client.get(reverse("mission-hours", args=[mission.pk]), {"semaine": f"{monday}"})
        assert said in page.text
