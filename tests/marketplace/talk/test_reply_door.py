"""Nasty mails, and the door they come in by: read or refused, never a broken door."""

import contextlib
import os
import signal
import smtplib
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from marketplace.actions.talk import messages
from notifications.models import Notification
from notifications.replies import head, mail
from tests.mail_door import hand_over
from tests.marketplace.talk.test_reply_by_mail import (  # noqa: F401  (fixtures)
    MX,
    PASS,
    address,
    answer,
    by_mail,
    noe,
    said_by,
    send,
    thread,
    told,
)

# ruff: noqa: F811


# --- nasty mails ---------------------------------------------------------------------------
def raw(body: bytes, kind="text/plain; charset=utf-8", extra=b"") -> bytes:
    head = f"From: noe@example.org\r\nAuthentication-Results: {PASS}\r\nContent-Type: {kind}\r\n"
    return head.encode() + extra + b"\r\n" + body


def nested(levels: int) -> bytes:
    body = b"Oui.\r\n"
    head = b"Content-Type: text/plain\r\n\r\n"
    for level in range(levels):
        mark = f"b{level}".encode()
        body = b"--" + mark + b"\r\n" + head + body + b"\r\n--" + mark + b"--\r\n"
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
    return raw(body, f'multipart/mixed; boundary="b{levels - 1}"')


NASTY = {
    "no plain part": (raw(b"<p>Oui,<br>jeudi</p>", "text/html"), "Oui,\njeudi"),
    "base64": (raw(b"T3VpLg==", extra=b"Content-Transfer-Encoding: base64\r\n"), "Oui."),
    "bad base64": (raw(b"T3VpLg=!!", extra=b"Content-Transfer-Encoding: base64\r\n"), None),
    "latin-1": (raw("Été".encode("latin-1"), "text/plain; charset=iso-8859-1"), "Été"),
    "latin-1 that says utf-8": (raw("Été".encode("latin-1")), "Été"),
    "a charset that isn't": (raw("Été".encode(), "text/plain; charset=klingon"), "Été"),
    "a NUL": (raw(b"Ou\x00i."), "Oui."),
    "flowed": (raw(b"Une longue \r\nphrase.", "text/plain; format=flowed"), "Une longue phrase."),
    "20 levels": (nested(20), "Oui."),
    "2000 levels": (nested(2000), None),
    "empty": (raw(b""), None),
    "nothing at all": (b"", None),
    "only a dot": (raw(b".\r\n..\r\n"), None),
    "no end of the parts": (raw(b"--b\r\nContent-Type: text/plain\r\n\r\nOui.", 'multipart/mixed; boundary="b"'), "Oui."),
    "parts without a mark": (raw(b"Oui.", "multipart/mixed"), None),
    "a mail within": (raw(b"From: x@example.org\r\n\r\nvole", "message/rfc822"), None),
    "odd headers": (raw(b"Oui.", extra=b"Subject: =?utf-8?b?!!!?= =?x?q?=FF?=\r\nTo: <<<\r\nDate: hier\r\n"), "Oui."),
}  # fmt: skip


@pytest.mark.parametrize("case", NASTY)
def test_nasty_mails(noe, address, case):
    content, published = NASTY[case]
    send(content, address)
    if published is None:
        assert len(said_by(noe)) <= 1
    else:
        assert said_by(noe) == [published]


def test_twenty_megabytes_are_read_and_too_many_are_refused_at_the_door(noe, address):
    heavy = answer("Voici.")
    heavy.add_attachment(b"x" * 15 * 2**20, maintype="application", subtype="pdf", filename="a.pdf")
    send(heavy, address)
    assert said_by(noe) == []
    assert "a.pdf" in told().get().text
    with pytest.raises(smtplib.SMTPResponseException, match="552"):
        send(raw(b"x" * 900 + b"\r\n" + (b"y" * 900 + b"\r\n") * 36_000), address)


def test_an_unreadable_mail_harms_nobody():
    with pytest.raises(mail.Unreadable):
        mail.read(nested(400))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for mangled in (content, raw(content, "multipart/mixed; boundary=b"), raw(b"x", extra=content)):
        with contextlib.suppress(head.Unreadable, mail.TooLong):
            head.read(mangled, envelope_sender="noe@example.org")
            mail.read(mangled)


# --- the door ------------------------------------------------------------------------------
def test_other_domains_are_not_ours_to_take(address):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(answer(), "quelquun@example.com")


def test_while_the_database_is_away_the_mail_server_keeps_the_mail(address):
    def away(*_arguments):
        raise OperationalError("gone")

    def talk(client):
        with pytest.raises(smtplib.SMTPDataError) as told_later:
            client.sendmail("noe@example.org", [address], answer().as_bytes())
        return told_later.value.smtp_code

    assert hand_over(away, talk) == 451


def test_the_address_for_reports_takes_reports(address):
    assert send(answer(), "retours@reponse.example.org", envelope="") == {}
    assert not told().exists()


def test_without_a_domain_letters_say_nothing_of_it(settings, thread, noe, capsys):
    settings.REPLY_DOMAIN = ""
    messages.say(thread, text="Jeudi ?", sent_key="k", by=thread.proposal.need.created_by)
    letter = Notification.objects.get(recipient=noe, kind="message_waiting")
    assert not letter.reply_to
    assert "au-dessus" not in letter.text
    call_command("receive_mail")
    assert "on the site only" in capsys.readouterr().out


def test_without_a_server_to_believe_it_does_not_start(settings):
    settings.REPLY_AUTHSERV_ID = ""
    with pytest.raises(CommandError, match="REPLY_AUTHSERV_ID"):
        call_command("receive_mail")


def test_the_command_itself_listens_and_stops_when_told(tmp_path):
    settings = {"REPLY_DOMAIN": "reponse.example.org", "REPLY_AUTHSERV_ID": MX, "LOG_LEVEL": "INFO"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "receive_mail", "--port", "0"],
        env=os.environ | settings | {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        port = int(process.stdout.readline().rstrip(".\n").rpartition(" ")[2])
        with smtplib.LMTP("127.0.0.1", port, timeout=20) as client:
            assert client.docmd("LHLO", "mx")[0] == 250
            assert client.mail("")[0] == 250
            assert client.rcpt("quelquun@example.com")[0] == 550
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "quelquun" not in "".join(said), "the log doesn't say who writes to whom"
