"""Days that are unlike others, and people of whom we know little."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from notifications import delivery, digests, outbox, rendering
from notifications.models import Habits, Notification, Pace, Status

AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half past two, the first of two
SPRING = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)  # a minute before two becomes three


@pytest.mark.parametrize("night", [AUTUMN, AUTUMN + timedelta(hours=1), SPRING])
def test_on_the_nights_when_the_clock_changes_a_letter_leaves_once(server, post, reader, night):
    with time_machine.travel(night, tick=False) as clock:
        post(reader)
        assert delivery.deliver_due() == 1
        for _ in range(8):
            clock.shift(timedelta(minutes=20))
            assert delivery.deliver_due() == 0
    assert len(server.letters) == 1


@pytest.mark.parametrize("night", [AUTUMN, SPRING])
def test_a_daily_summary_on_such_a_morning_is_written_once(post, reader, night):
    Habits.objects.create(user=reader, paces={"news": Pace.DAILY})
    with time_machine.travel(night, tick=False) as clock:
        post(reader)
        written = 0
        for _ in range(30):
            clock.shift(timedelta(hours=1))
            written += digests.write_due(now=datetime.now(UTC))
    assert written == 1


def test_the_29th_of_february_has_its_letters_and_its_summary(server, post, reader):
    Habits.objects.create(user=reader, paces={"news": Pace.WEEKLY}, quiet_from=time(20), quiet_until=time(8))  # fmt: skip
    with time_machine.travel(datetime(2028, 2, 29, 10, tzinfo=UTC), tick=False):
        held = post(reader)
        now = post(reader, "hello:2", template="legal")
        assert (held.status, held.due_at.date().isoformat()) == (Status.HELD, "2028-03-06")
        assert delivery.deliver_due() == 1
    now.refresh_from_db()
    assert now.sent_at.date().isoformat() == "2028-02-29"


@pytest.mark.parametrize("language", ["", "xx"])
def test_somebody_without_a_language_is_written_to_in_french(post, reader, language):
    reader.language = language
    reader.save(update_fields=["language"])
    assert rendering.language_of(reader) == "fr"
    assert post(reader).text.startswith("Bonjour")


def test_a_letter_waiting_for_an_account_that_closes_stays_here(server, post, reader):
    post(reader, "hello:1")
    outbox.post_ready_made(
        address="x@example.org", key="k", kind="k", subject="s", text="t", html="h"
    )
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    assert delivery.deliver_due() == 1
    assert Notification.objects.get(key="hello:1").status == Status.CANCELLED
