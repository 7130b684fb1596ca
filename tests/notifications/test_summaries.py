"""One letter for many: grouped, what waits first, each thing told once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications import delivery, digests, tasks
from notifications.models import Habits, Notification, Pace, Status
from tests.factories import make_user
from tests.notifications import rules

LATER = timedelta(days=1, hours=2)


@pytest.fixture
def daily(reader):
    Habits.objects.create(user=reader, paces={"news": Pace.DAILY})
    return reader


def write(after=LATER):
    return digests.write_due(now=timezone.now() + after)


def summary():
    return Notification.objects.get(kind="summary")


def test_nothing_leaves_before_its_hour(server, post, daily):
    post(daily)
    assert write(timedelta(0)) == 0
    assert delivery.deliver_due() == 0
    assert Notification.objects.unread_by(daily).count() == 1


def test_a_summary_groups_by_topic_and_begins_with_what_waits(post, daily):
    post(daily, "hello:1", topic="Jardin", what="une nouvelle")
    post(daily, "hello:2", topic="Site web", what="une autre")
    post(daily, "hello:3", topic="Site web", template="asking", what="une question")
    assert write() == 1
    text = summary().text
    order = [text.index(words) for words in ("Site web", "une question", "une autre", "Jardin")]
    assert order == sorted(order)
    assert "- Non lus : « une question » – à vous (" in text, (
        "“À vous de répondre : À signer : …” said it twice"
    )
    assert "une autre » – à vous" not in text
    assert summary().subject == "Une chose vous attend sur Trait d’union"
    assert "/notifications/desabonnement/" in text


def test_two_letters_that_ask_for_one_act_are_one_thing_that_waits(post, daily):
    """“3 choses vous attendent” headed two papers to sign, of which one had been signed by the other side since."""
    for key, page in (("hello:1", "/documents/1/"), ("hello:2", "/documents/2/")):
        post(daily, key, template="asking", url=page)
    post(daily, "hello:3", template="asking", url="/documents/1/")
    assert write() == 1
    assert summary().subject == "2 choses vous attendent sur Trait d’union"


def test_the_clock_writes_them(post, daily):
    post(daily)
    tasks.write_summaries()
    assert not Notification.objects.filter(kind="summary").exists()
    with time_machine.travel(timezone.now() + LATER):
        tasks.write_summaries()
    assert summary().recipient == daily


def test_a_summary_has_titles_and_its_lines_lead_where_they_say(post, daily):
    post(daily, topic="Jardin", what="une nouvelle")
    write()
    html = " ".join(summary().html.split())
    assert re.search(r"<h2 [^>]*>Jardin</h2>", html)
    assert re.search(r'<li [^>]*><a href="http://testserver/[^"]*">Non lus[^<]*une nouvelle', html)
    assert "(http" not in html


def test_what_waits_is_among_the_forty_even_when_it_came_last(post, daily):
    for number in range(45):
        post(daily, f"hello:{number}")
    post(daily, "hello:last", template="asking", what="une question")
    write()
    assert "une question" in summary().text


def test_what_a_summary_carried_is_told_once(server, post, daily):
    post(daily)
    assert write() == 1
    assert write() == 0
    assert write(LATER * 2) == 0
    assert delivery.deliver_due(clock=lambda: timezone.now() + LATER) == 1
    assert Notification.objects.get(key="hello:1").status == Status.CARRIED
    assert Notification.objects.get(key="hello:1").digest == summary()
    assert len(server.letters) == 1
    assert "summary" in server.letters[0]["x-letter"]


@pytest.mark.parametrize("why", ["read", "moot", "expired"])
def test_what_is_no_longer_news_is_left_out(post, daily, why):
    letter = post(
        daily, expires_at=timezone.now() + timedelta(hours=1) if why == "expired" else None
    )
    if why == "read":
        letter.mark_read(timezone.now())
    if why == "moot":
        rules.truth["hello:1"] = "Answered meanwhile"
    assert write() == 0
    letter.refresh_from_db()
    assert letter.status == Status.CANCELLED


def test_a_summary_late_by_days_is_written_once(post, daily):
    post(daily)
    assert write(timedelta(days=5)) == 1


def test_forty_lines_at_most_and_the_rest_is_said(post, daily):
    for number in range(45):
        post(daily, f"hello:{number}")
    write()
    assert summary().text.count("\n- ") == 40
    assert "5 autres sont sur le site." in summary().text


def test_a_summary_speaks_the_reader_s_language(post):
    john = make_user(language="en")
    Habits.objects.create(user=john, paces={"news": Pace.WEEKLY})
    post(john)
    assert write(timedelta(days=8)) == 1
    assert summary().subject == "One piece of news on Trait d’union"


def test_nothing_goes_to_nobody(post, daily):
    post(daily)
    daily.is_active = False
    daily.save(update_fields=["is_active"])
    assert write() == 0
