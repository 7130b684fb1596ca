"""`manage.py check_mail`: what is missing and the line to give, from a file or by DNS; a letter, by a real mail server."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.dns_server import DnsServer
from tests.notifications.conftest import server  # noqa: F401 - a real mail server


@pytest.fixture(autouse=True)
def of_a_domain(settings):
    settings.MAIL_DOMAIN, settings.DKIM_SELECTOR = "asso.example.org", ""


def check(**options):
    said = StringIO()
    call_command("check_mail", stdout=said, language="en", **options)
    return said.getvalue()


def test_by_a_file_it_says_what_is_there_and_what_is_missing(tmp_path):
    zone = tmp_path / "zone"
    zone.write_text('asso.example.org. 300 IN TXT "v=spf1 mx ~all"\n')
    said = StringIO()
    with pytest.raises(CommandError, match="To put right: DMARC"):
        call_command("check_mail", file=zone, language="en", stdout=said)
    assert "ok  SPF (asso.example.org): It names who may send." in said.getvalue()
    assert "= v=spf1 mx ~all" in said.getvalue()
    assert '+ _dmarc.asso.example.org. TXT "v=DMARC1; p=none"' in said.getvalue()
    zone.write_text(zone.read_text() + '_dmarc.example.org TXT "v=DMARC1; p=none"\n')
    assert "MISSING" not in check(file=zone)
    with pytest.raises(CommandError, match="can’t be read"):
        check(file=tmp_path / "nowhere")


def test_by_the_dns(settings):
    with DnsServer() as names:
        settings.DNS_SERVERS = [names.address]
        names.says("asso.example.org", "v=spf1 mx ~all")
        names.says("_dmarc.asso.example.org", "v=DMARC1; p=none")
        assert "ok  DMARC" in check()


@pytest.mark.django_db
def test_a_letter_leaves_at_once_and_once_a_minute(server):  # noqa: F811
    assert "has taken a letter for zoe@example.org" in check(to="zoe@example.org")
    [letter] = server.letters
    assert letter["To"] == "zoe@example.org"
    assert "spf=pass" in letter.get_body(("plain",)).get_content()
    with pytest.raises(CommandError, match="One a minute"):
        check(to="Zoe@example.org")
    with pytest.raises(CommandError, match="isn’t an address"):
        check(to="zoe\r\nBcc: eve@example.org")


@pytest.mark.django_db
def test_what_the_server_refuses_is_said_in_plain_words(server):  # noqa: F811
    server.recipients["noe@example.org"] = "550 5.1.1 No such user"
    with pytest.raises(CommandError, match=r"550 5\.1\.1 No such user\nThere is no such mailbox"):
        check(to="noe@example.org")
