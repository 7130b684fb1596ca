"""The words of a letter don't outlive their use."""

from datetime import timedelta

from django.utils import timezone

from notifications import delivery, desk, retention
from notifications.models import Notification
from notifications.retention import MONTH
from tests.factories import make_user

YEAR = 12 * MONTH + timedelta(days=1)


def test_after_a_year_the_line_stays_and_the_words_go(server, post, reader):
    letter = post(reader)
    delivery.deliver_due()
    assert retention.forget(timezone.now() + YEAR - timedelta(days=2)) == 0
    assert retention.forget(timezone.now() + YEAR) == 1
    letter.refresh_from_db()
    assert (letter.text, letter.html) == ("", "")
    assert letter.subject
    assert letter.sent_at


def test_a_letter_that_still_waits_keeps_its_words(post, reader):
    letter = post(reader)
    assert retention.forget(timezone.now() + YEAR) == 0
    letter.refresh_from_db()
    assert letter.text


def test_months_are_the_operator_s_choice_and_many_are_wiped_in_rounds(
    settings, server, post, monkeypatch
):
    settings.LETTERS_KEPT_MONTHS = 3
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        post(make_user(), f"hello:{number}")
    delivery.deliver_due()
    assert retention.forget(timezone.now() + 3 * MONTH + timedelta(days=1)) == 5
    assert not Notification.objects.exclude(text="").exists()


def test_a_letter_without_words_cannot_leave_again(post, reader):
    letter = post(reader)
    Notification.objects.filter(pk=letter.pk).update(status="GIVEN_UP", closed_at=timezone.now())
    retention.forget(timezone.now() + YEAR)
    assert not desk.resend(letter, now=timezone.now())
