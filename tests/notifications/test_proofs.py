"""SPF, DKIM and DMARC of the sending domain, asked of a name server or read from a file, and said in plain words."""

import base64
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import override

from common import txt_records
from notifications import proofs
from tests.dns_server import DnsServer

DOMAIN = "asso.example.org"


def key(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    return base64.b64encode(
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


@pytest.fixture(autouse=True)
def of_a_domain(settings):
    settings.MAIL_DOMAIN, settings.DKIM_SELECTOR = DOMAIN, "mail"
    settings.MAIL_SERVER = settings.MAIL_SERVER | {"host": "smtp.example.org"}
    with override("en"):
        yield


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(txt_records, "LIFETIME", 1)
    with DnsServer() as server:
        settings.DNS_SERVERS = [server.address]
        yield server


def one(what: str, **records) -> proofs.Finding:
    names = {"SPF": DOMAIN, "DKIM": f"mail._domainkey.{DOMAIN}", "DMARC": f"_dmarc.{DOMAIN}"}
    known = dict.fromkeys(proofs.names(), [])
    return {
        found.what: found for found in proofs.findings(known | {names[what]: records["texts"]})
    }[what]


def test_a_domain_that_says_all_three_is_in_order(server):
    strong = key(2048)
    server.says(DOMAIN, "google-site-verification=x", "v=spf1 a:smtp.example.org ~all")
    server.says(f"mail._domainkey.{DOMAIN}", [f"v=DKIM1; k=rsa; p={strong[:200]}", strong[200:]])
    server.says("_dmarc.example.org", "v=DMARC1; p=quarantine; rua=mailto:x@example.org")
    found = proofs.findings(proofs.asked())
    assert [(one.what, one.tone, one.line) for one in found] == [
        ("SPF", "green", ""), ("DKIM", "green", ""), ("DMARC", "green", ""),
    ]  # fmt: skip
    assert found[2].name == "_dmarc.example.org", (
        "that of the whole domain holds for what is below it"
    )


def test_a_domain_that_says_nothing_is_given_the_lines(server):
    found = {one.what: one for one in proofs.findings(proofs.asked())}
    assert {one.tone for one in found.values()} == {"red"}
    assert found["SPF"].line == f'{DOMAIN}. TXT "v=spf1 a:smtp.example.org ~all"'
    assert found["DMARC"].line == f'_dmarc.{DOMAIN}. TXT "v=DMARC1; p=none"'
    assert found["DKIM"].line.startswith(f"mail._domainkey.{DOMAIN}. TXT ")


def test_a_name_server_that_doesnt_answer_is_said_and_holds_us_no_longer_than_said(server):
    server.says(DOMAIN, mood="never")
    began = time.monotonic()
    found = proofs.findings(proofs.asked())
    assert time.monotonic() - began < 4
    assert [one.tone for one in found] == ["amber"] * 3
    server.says(DOMAIN, mood="servfail")
    assert "isn’t clear" in proofs.findings(proofs.asked())[0].said


@pytest.mark.parametrize(
    ("texts", "tone", "words"),
    [
        (["v=spf1 include:_spf.example.net -all"], "green", "names who may send"),
        (["V=SPF1 mx redirect=_spf.example.net"], "green", "names who may send"),
        (["v=spf1 mx ~all", "v=spf1 a -all"], "red", "two of these"),
        (["v=spf1 mx all"], "red", "anybody"),
        (["v=spf1 +all"], "red", "anybody"),
        (["v=spf1 -all"], "red", "nobody may send"),
        (["v=spf1 mx"], "amber", "the others"),
        (["v=spf1 mx ?all"], "amber", "the others"),
        (["v=spf1 ipv4:192.0.2.1 ~all"], "red", "ipv4:192.0.2.1"),
        (["v=spf1 " + "include:a.example " * 11 + "~all"], "red", "more than ten"),
        (["v=spf10 mx ~all"], "red", "Nothing says"),
    ],
)
def test_each_fault_of_spf_has_its_sentence(texts, tone, words):
    found = one("SPF", texts=texts)
    assert (found.tone, words in found.said, bool(found.line)) == (tone, True, tone != "green")


def test_each_fault_of_dkim_has_its_sentence():
    for texts, tone, words in [
        ([], "red", "no key"),
        (["v=DKIM1; p="], "red", "taken back"),
        (["v=DKIM1; p=MIIBIjAN"], "red", "was probably cut"),
        (["v=DKIM1; p=%%%"], "red", "was probably cut"),
        ([f"v=DKIM1; t=y; p={key(2048)}"], "amber", "trial"),
        ([f"p={key(1024)}"], "green", "There is a key"),
        ([f"k=ed25519; p={base64.b64encode(b'x' * 32).decode()}"], "green", "There is a key"),
        (["p=a", "p=b"], "red", "two keys"),
    ]:
        found = one("DKIM", texts=texts)
        assert (found.tone, words in found.said) == (tone, True), (texts, found.said)


def test_without_the_name_of_the_key_it_is_said_where_to_find_it(settings):
    settings.DKIM_SELECTOR = ""
    found = proofs.findings(dict.fromkeys(proofs.names(), []))[1]
    assert found.tone == "amber"
    assert "DKIM_SELECTOR" in found.said


@pytest.mark.parametrize(
    ("texts", "tone", "words"),
    [
        (["v=DMARC1; p=none"], "green", "only watches"),
        (["v=DMARC1;p=reject"], "green", "protects"),
        (["v=DMARC1"], "red", "doesn’t say"),
        (["v=DMARC1; p=maybe"], "red", "doesn’t say"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "red", "two of these"),
        (["something else"], "red", "Nothing says"),
    ],
)
def test_each_fault_of_dmarc_has_its_sentence(texts, tone, words):
    found = one("DMARC", texts=texts)
    assert (found.tone, words in found.said) == (tone, True)


def test_a_file_is_read_as_dig_and_zones_write_it():
    found = proofs.written(
        f'; a comment\n{DOMAIN}. 300 IN TXT "v=spf1 mx " "~all"\n'
        f'_DMARC.{DOMAIN}\tTXT\t"v=DMARC1\\; p=none"\n{DOMAIN}. MX 10 mail\nother. TXT "x"\n'
    )
    assert found[DOMAIN] == ["v=spf1 mx ~all"]
    assert found[f"_dmarc.{DOMAIN}"] == ["v=DMARC1; p=none"]
    assert found[f"mail._domainkey.{DOMAIN}"] == []


def test_a_record_made_to_be_long_to_read_is_read_at_once():
    began = time.monotonic()
    for texts in (["v=spf1 " + "a" * 60_000], ["v=spf1 " + "a:" * 30_000], ["p=" + "=;" * 30_000]):
        for what in ("SPF", "DKIM", "DMARC"):
            one(what, texts=texts)
    proofs.written(f'{DOMAIN} TXT "' + "\\" * 60_000)
    assert time.monotonic() - began < 2
