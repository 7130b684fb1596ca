"""The record of a domain, asked of a real DNS server on this machine."""

import time

import pytest

from accounts import dns
from accounts.dns import Seen
from common import txt_records
from tests.dns_server import DnsServer

pytestmark = pytest.mark.once
DOMAIN, NAME, VALUE = "verreries.fr", "_trait-d-union.verreries.fr", "trait-d-union=abc"


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(txt_records, "LIFETIME", 1)
    with DnsServer() as running:
        settings.DNS_SERVERS = [running.address]
        yield running


@pytest.mark.parametrize(
    ("texts", "mood", "seen"),
    [
        ([VALUE], "well", Seen.FOUND),
        ([["trait-d-", "union=abc"]], "well", Seen.FOUND),
        ([f" '{VALUE}' "], "well", Seen.FOUND),
        (["v=spf1 -all", VALUE], "well", Seen.FOUND),
        (["trait-d-union=another"], "well", Seen.OTHER),
        ([f"{VALUE}x"], "well", Seen.OTHER),
        ([VALUE.upper()], "well", Seen.OTHER),
        ([VALUE], "nothing", Seen.NOTHING),
        ([VALUE], "nxdomain", Seen.NOTHING),
        ([VALUE], "servfail", Seen.BROKEN),
        ([VALUE], "garbage", Seen.SILENT),  # what can't be read is nobody's answer
        ([VALUE], "never", Seen.SILENT),
        ([VALUE], "truncated", Seen.FOUND),
    ],
)
def test_each_answer_has_its_word(server, texts, mood, seen):
    server.says(NAME, *texts, mood=mood)
    assert dns.look(DOMAIN, VALUE) == seen
    assert server.asked, "it was really asked"
    assert {name for _way, name in server.asked} == {NAME}


def test_a_long_answer_is_asked_again_over_tcp(server):
    server.says(NAME, VALUE, mood="truncated")
    dns.look(DOMAIN, VALUE)
    assert [way for way, _name in server.asked] == ["udp", "tcp"]


def test_of_five_hundred_records_fifty_are_read(server):
    server.says(NAME, *[f"trait-d-union={n}" for n in range(500)], mood="truncated")
    """They come in no order: of a hundred that are looked for, some ten are among the fifty."""
    found = [dns.look(DOMAIN, f"trait-d-union={n}") for n in range(100)].count(Seen.FOUND)
    assert found < 40


def test_a_record_that_is_elsewhere_by_an_alias_is_found(server):
    server.says("txt.agence.fr", VALUE)
    server.says(NAME, "txt.agence.fr", mood="alias")
    assert dns.look(DOMAIN, VALUE) == Seen.FOUND


def test_a_name_without_records_is_said(server):
    assert dns.look("rien.fr", VALUE) == Seen.NOTHING


def test_a_server_that_never_answers_holds_us_no_longer_than_said(server):
    server.says(NAME, mood="never")
    began = time.monotonic()
    dns.look(DOMAIN, VALUE)
    assert time.monotonic() - began < 3


def test_a_name_that_would_be_too_long_is_an_error_and_no_fault(server):
    label = "a" * 63
    assert dns.look(".".join([label] * 3 + ["a" * 57, "fr"]), VALUE) == Seen.BROKEN


@pytest.mark.parametrize("servers", [["nonsense"], ["127.0.0.1:x"], ["127.0.0.1:1"], ["::1"]])
def test_servers_that_cannot_be_asked_are_an_error_and_no_fault(settings, monkeypatch, servers):
    monkeypatch.setattr(txt_records, "LIFETIME", 1)
    settings.DNS_SERVERS = servers
    assert dns.look(DOMAIN, VALUE) in {Seen.BROKEN, Seen.SILENT}
