"""A report of a letter that didn't arrive marks its address; a forged one marks nobody."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from notifications import bounces, delivery
from notifications.models import Notification, SuppressedAddress

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: bonjour@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you...

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} User unknown
  in virtual mailbox table

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Une nouvelle

--b--
"""


@pytest.fixture
def sent(server, post, reader):
    letter = post(reader)
    delivery.deliver_due()
    return letter


def report(letter, action="failed", status="5.1.1", **fields):
    words = {"address": letter.destination, "message_id": letter.message_id}
    return REPORT.format(action=action, status=status, **words | fields).encode()


def read(content):
    return bounces.read(content, now=timezone.now())


def test_a_final_failure_marks_the_address_and_says_why(sent, reader):
    assert read(report(sent)) == [reader.email]
    mark = SuppressedAddress.objects.get()
    assert mark.reason == "550 5.1.1 User unknown in virtual mailbox table"
    assert "User unknown" in Notification.objects.get().last_error


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("failed", "4.2.2"),
        ("failed", "5.2.2"),
        ("failed", "5.7.1"),
        ("delivered", "2.0.0"),
    ],
)
def test_a_delay_or_a_full_mailbox_marks_nobody(sent, action, status):
    assert read(report(sent, action, status)) == []


def test_nobody_can_silence_somebody_else(sent, reader):
    assert read(report(sent, address="autre@example.org")) == []
    assert read(report(sent, message_id=f"<{'0' * 40}@example.org>")) == []
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"Subject: Bonjour\n\nMerci !", b"\xff\xfe\x00", REPORT.encode()]
)
def test_whatever_else_arrives_is_ignored(content):
    assert read(content) == []


def test_the_mail_server_s_pipe(sent, reader, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(report(sent))))
    call_command("read_bounce")
    assert reader.email in capsys.readouterr().out


def test_the_mail_server_s_webhook(sent, client, settings):
    def post(**headers):
        return client.post(reverse("bounce"), report(sent), "message/rfc822", headers=headers)

    assert post().status_code == 404
    settings.BOUNCE_SECRET = "a long secret"
    assert post().status_code == 404
    assert post(x_bounce_secret="wrong").status_code == 404
    assert not SuppressedAddress.objects.exists()
    assert post(x_bounce_secret="a long secret").content == b"1\n"
    assert SuppressedAddress.objects.exists()
