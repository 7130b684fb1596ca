"""Workers on machines of their own, with a bucket between them: what one has sent, another doesn't send again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import delivery, sent_journal, transports
from notifications.models import LEASE, Notification, Status
from tests.factories import make_user

pytestmark = pytest.mark.once


class Killed(BaseException):
    """As kill -9: nobody catches it."""


@pytest.fixture(autouse=True)
def shared(bucket):
    return bucket


def on_another_machine(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "another"
    settings.VAR_DIR.mkdir()
    return delivery.deliver_due(clock=lambda: timezone.now() + LEASE * 2)


def test_a_letter_is_known_to_have_left_before_the_next_one_does(server, post, monkeypatch):
    for number in range(3):
        post(make_user(), f"hello:{number}")
    carry = transports.SmtpTransport.carry

    def until_the_third(self, address, content):
        if len(server.letters) == 2:
            raise Killed
        return carry(self, address, content)

    with monkeypatch.context() as worker:
        worker.setattr(transports.SmtpTransport, "carry", until_the_third)
        worker.setattr(delivery._Round, "_note_carried", lambda _round: None)
        with pytest.raises(Killed):
            delivery.deliver_due()
    assert Notification.objects.filter(status=Status.SENT).count() == 2


def test_what_the_database_couldnt_be_told_is_handed_over_to_the_other_machines(
    server, post, settings, tmp_path, monkeypatch
):
    letter = post(make_user())

    def away(going):
        if going.to_note:
            raise Killed

    with monkeypatch.context() as database:
        database.setattr(delivery._Round, "_tell_the_database", away)
        with pytest.raises(Killed):
            delivery.deliver_due()
    assert Notification.objects.get().status == Status.WAITING
    assert on_another_machine(settings, tmp_path) == 0
    assert Notification.objects.get().status == Status.SENT
    assert server.copies == {letter.message_id: 1}


def test_what_was_handed_over_goes_after_three_days(server, shared):
    sent_journal.handed_over().save("abc", sent_journal.ContentFile(b"<a@x>\n"))
    now = timezone.now()
    sent_journal.sweep(now + timedelta(days=2))
    assert "carried/abc" in shared.names()
    sent_journal.sweep(now + timedelta(days=4))
    assert "carried/abc" not in shared.names()


def test_all_that_left_is_on_the_list_apart(server, post):
    for number in range(3):
        post(make_user(), f"hello:{number}")
    delivery.deliver_due()
    left = sent_journal.left_since(timezone.now() - timedelta(minutes=1))
    assert set(left) == set(Notification.objects.values_list("message_id", flat=True))
