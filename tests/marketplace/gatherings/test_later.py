"""Three months later whoever came is asked once whether they still use it: one click, told as numbers alone."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.gatherings import gathering_clock, serving
from marketplace.actions.refusals import NotYet
from marketplace.figures import gatherings as figures
from marketplace.models import Attendance, Gathering
from marketplace.rules import attendance_links
from marketplace.states import AttendanceStatus
from tests.factories import make_user
from tests.marketplace.gatherings.people import again, host_of, letters
from tests.marketplace.gatherings.test_gathering_figures import held, year

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return timezone.now()


def sweep(**later):
    gathering_clock.sweep(now() + timedelta(**later))


def say(mine, uses):
    serving.say_use(mine, uses=uses, by=mine.person, now=now())


@pytest.fixture
def long_ago():
    return held(people=6, days=92)


def test_each_who_came_is_asked_once_after_ninety_days():
    gathering = held(people=2, days=5)
    gathering.attendances.update(serves=True)
    sweep(days=84)
    assert not letters("attendance_later")
    for days in (86, 86, 100):
        sweep(days=days)
    asked = letters("attendance_later")
    assert len(asked) == 2
    said = asked[0].text.replace("\xa0", " ")
    assert "Il y a trois mois" not in said, "it may be asked later than that"
    assert "L’organisation qui invite lit combien" in said


def test_what_is_over_is_said_as_past(client, long_ago):
    said = client.get(long_ago.get_absolute_url(), headers={"accept-language": "en"}).text
    assert "were taken" in said
    assert "What it was about" in said
    assert "What you take home" not in said


def test_after_an_outage_of_two_months_no_more():
    held(people=2, days=5)
    sweep(days=160)
    assert not letters("attendance_later")


@pytest.mark.parametrize("who", ["it served nothing", "missed it", "has said so", "has left"])
def test_nobody_else_is_asked(long_ago, who):
    changed = {
        "it served nothing": {"serves": False},
        "missed it": {"status": AttendanceStatus.MISSED},
        "has said so": {"uses": "NO"},
    }.get(who, {})
    long_ago.attendances.update(**changed) if changed else None
    if who == "has left":
        for one in long_ago.attendances.all():
            type(one.person).objects.filter(pk=one.person_id).update(is_active=False)
    sweep()
    assert not letters("attendance_later")


@pytest.mark.parametrize(
    ("act", "uses"), [("sert-encore", "YES"), ("sert-un-peu", "LITTLE"), ("sert-plus", "NO")]
)
def test_one_click_of_the_letter_s_page_says_it_once(client, long_ago, act, uses):
    mine = long_ago.attendances.first()
    link = attendance_links.link(mine)
    assert act in client.get(f"{link}?reponse={act}").content.decode()
    assert again(mine).uses == "", "opening it says nothing"
    for _twice in range(2):
        assert client.post(link, {"act": act}).status_code == 302
    assert again(mine).uses == uses
    other = "NO" if uses == "YES" else "YES"
    with pytest.raises(NotYet):
        say(mine, other)


def test_too_early_it_isn_t_asked(client):
    mine = held(people=1, days=5).attendances.get()
    assert client.post(attendance_links.link(mine), {"act": "sert-encore"}).status_code == 409
    assert again(mine).uses == ""


def test_a_stranger_says_nothing_for_them(client, long_ago):
    mine = long_ago.attendances.first()
    client.force_login(make_user())
    url = reverse("attendance-act", args=[mine.pk])
    assert client.post(url, {"act": "sert-encore"}).status_code == 404
    client.force_login(host_of(long_ago))
    assert client.post(url, {"act": "sert-encore"}).status_code == 404
    assert again(mine).uses == ""


def test_numbers_are_told_from_five_answers_on_and_no_names(client, long_ago):
    rows = list(long_ago.attendances.select_related("person"))
    for one, uses in zip(rows[:4], ("YES", "YES", "LITTLE", "NO"), strict=True):
        say(one, uses)
    client.force_login(host_of(long_ago))
    assert "trois mois après" not in client.get(long_ago.get_absolute_url()).content.decode()
    assert figures.of(year(long_ago.pole)).use_told == ""
    say(rows[4], "NO")
    assert "trois mois après" in client.get(long_ago.get_absolute_url()).content.decode()
    found = figures.of(year(long_ago.pole))
    counted = dict.fromkeys(Attendance.Use.values, 0)
    for one in Attendance.objects.filter(gathering__in=Gathering.objects.all()).exclude(uses=""):
        counted[one.uses] += 1
    assert found.use == counted == {"YES": 2, "LITTLE": 1, "NO": 2}
    assert found.use_told
