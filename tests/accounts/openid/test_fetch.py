"""Asking an address that a stranger wrote: by https, on the public internet, not for long and not for much."""

import contextlib
import gzip
import ipaddress
import json
import socket
import ssl
import time

import pytest
import requests

from accounts.openid import fetch
from accounts.openid.adapter import SocialAccountAdapter
from accounts.openid.faults import Code, Fault
from tests.accounts.openid.machine import END, OK, own_certificate, saying, serving, whole


def soon():
    return time.monotonic() + fetch.SECONDS


def fault_at(url, **asked):
    with pytest.raises(Fault) as caught:
        fetch.document(url, until=soon(), **asked)
    return caught.value.code


def fault_of(script):
    with serving(script) as port:
        return fault_at(f"http://127.0.0.1:{port}/")


@pytest.fixture
def loopback(settings):
    settings.OPENID_LOOPBACK = True


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(fetch, "SECONDS", 0.4)


def names(monkeypatch, *addresses):
    """Whatever is asked of the DNS, this is what it says; `asked` gathers how often."""
    asked = []

    def look(host, port, **_kind):
        asked.append(host)
        of = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (of[ipaddress.ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return asked


# --- where it goes ------------------------------------------------------------------------
NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "192.0.0.8",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001:0:1::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "5f00::1",
    "4000::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_no_public_machine_is_refused(address):
    assert not fetch.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00::1"])
def test_a_public_machine_may_be_asked(address):
    assert fetch.is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]
)
def test_this_machine_isnt_asked_however_it_is_written(host):
    met = []
    with serving(lambda line, asked: met.append(asked)) as port:
        assert fault_at(f"https://{host}:{port}/") == Code.PRIVATE
    assert met == []


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    names(monkeypatch, "93.184.216.34", "10.0.0.1")
    assert fault_at("https://id.example.org/") == Code.PRIVATE


def test_the_name_is_asked_once_and_the_address_looked_at_is_the_one_that_is_met(
    monkeypatch, settings
):
    asked = names(monkeypatch, "93.184.216.34")
    met = []
    monkeypatch.setattr(
        socket.socket, "connect", lambda _line, where: met.append(where) or _refuse()
    )
    assert fault_at("https://id.example.org/") == Code.UNREACHABLE
    assert (asked, met) == (["id.example.org"], [("93.184.216.34", 443)])


def _refuse():
    raise ConnectionRefusedError


def test_this_machine_by_a_public_address_of_its_own_isnt_asked(monkeypatch):
    monkeypatch.setattr(fetch, "is_public", lambda _address: True)
    met = []
    with serving(lambda line, asked: met.append(asked)) as port:
        assert fault_at(f"https://127.0.0.1:{port}/") == Code.PRIVATE
    assert met == []


def test_a_name_that_nobody_has_is_said_so(monkeypatch):
    def nobody(*_args, **_kind):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert fault_at("https://nobody.example.org/") == Code.UNKNOWN_HOST


def test_a_dns_that_takes_its_time_is_not_waited_for(monkeypatch, hasty):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kind: time.sleep(2) or [])
    before = time.monotonic()
    assert fault_at("https://slow.example.org/") == Code.TOO_SLOW
    assert time.monotonic() - before < 1.5


@pytest.mark.parametrize(
    "url",
    [
        *("http://id.example.org/", "ftp://id.example.org/", "//id.example.org/", "id.example.org"),
        *(
            "https://",
            "https:///x",
            "https://me:secret@id.example.org/",
            "https://id.example.org:port/",
        ),
        *(
            "https://[::1",
            "https://id.example.org/a b",
            "https://id.example.org/\r\nX: y",
            "https://é.example.org/",
        ),
        *(
            "https://id.example.org/#there",
            "https://id.example.org\\@10.0.0.1/",
            "https://" + "a" * 3_000,
            "",
        ),
        *(None, 12, ["https://id.example.org/"], "https://id.example.org/\x00"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(Fault) as caught:
        fetch.checked(url)
    assert caught.value.code == Code.ADDRESS


def test_http_is_refused_whoever_asks():
    """Allauth too asks through this session."""
    with SocialAccountAdapter().get_requests_session() as asking, pytest.raises(Fault) as caught:
        asking.get("http://93.184.216.34/")
    assert caught.value.code == Code.ADDRESS


def test_loopback_opens_loopback_alone_to_http(loopback, monkeypatch):
    with serving(saying(whole(b'{"a": 1}'))) as port:
        assert fetch.document(f"http://127.0.0.1:{port}/", until=soon()) == {"a": 1}
    for address in ("93.184.216.34", "10.0.0.1", "169.254.169.254"):
        names(monkeypatch, address)
        assert fault_at("http://id.example.org/") == Code.PRIVATE
    assert fault_at("https://id.example.org/") == Code.PRIVATE


def test_no_proxy_and_no_password_of_the_environment_is_used(loopback, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    met = []

    def script(line, asked):
        met.append(asked)
        line.sendall(whole(b"{}"))

    with serving(script) as port:
        assert fetch.document(f"http://127.0.0.1:{port}/", until=soon()) == {}
    assert b"Authorization" not in met[0]


# --- what comes back ----------------------------------------------------------------------
@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirection_isnt_followed_nor_read(loopback, status):
    met = []

    def script(line, asked):
        met.append(asked)
        there = f"HTTP/1.1 {status} There\r\nLocation: http://127.0.0.1:1/\r\n\r\n".encode()
        line.sendall(there)
        with contextlib.suppress(OSError):
            for _piece in range(40):
                line.sendall(b"x" * 65_536)

    assert fault_of(script) == Code.REDIRECTED
    assert len(met) == 1


def test_two_megabytes_are_too_many(loopback):
    assert fault_of(saying(whole(b'"' + b"x" * 2_000_000 + b'"'))) == Code.TOO_BIG


def test_so_are_two_megabytes_whose_length_is_hidden(loopback):
    assert fault_of(saying(OK + END, *[b"x" * 500_000] * 4)) == Code.TOO_BIG


def test_a_bomb_is_measured_as_it_is_unpacked(loopback):
    packed = gzip.compress(b"0" * 60_000_000, 1)
    packed = gzip.compress(packed)
    headers = b"Content-Encoding: gzip, gzip\r\n"
    assert fault_of(saying(whole(packed, headers))) == Code.TOO_BIG


def test_what_is_packed_though_we_didnt_ask_is_read(loopback):
    packed = gzip.compress(b'{"a": 1}')
    with serving(saying(whole(packed, b"Content-Encoding: gzip\r\n"))) as port:
        assert fetch.document(f"http://127.0.0.1:{port}/", until=soon()) == {"a": 1}


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Content-Length: 4000\r\n\r\n{}",  # more was promised
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        whole(b"not packed", b"Content-Encoding: gzip\r\n"),
        b"",
        b"\x15\x03\x01\x00\x02\x02\x50",
        OK + b"X: y\r\n" * 200 + END,
        OK + b"X: " + b"y" * 70_000 + END,
    ],
)
def test_what_breaks_off_or_isnt_http_is_said_so(loopback, said):
    assert fault_of(saying(said)) == Code.UNREACHABLE


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_byte_now_and_then_isnt_waited_for(loopback, hasty, start):
    before = time.monotonic()
    assert fault_of(saying(start, *[b"x"] * 40, after=0.1)) == Code.TOO_SLOW
    assert time.monotonic() - before < 2


def test_nothing_at_all_isnt_waited_for(loopback, hasty):
    assert fault_of(lambda _line, _asked: time.sleep(1)) == Code.TOO_SLOW


def test_what_all_have_together_ends_too(loopback):
    with pytest.raises(Fault) as caught:
        fetch.document("http://127.0.0.1:1/", until=time.monotonic() - 1)
    assert caught.value.code == Code.TOO_SLOW


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"<!doctype html><p>Hello",
            b"[]",
            b'"a"',
            b"null",
            b"12",
            b"{",
            b"\xff\xfe{",
            b'{"a": NaN}',
        ),
        *(b"[" * 100_000, b'{"a": ' * 100_000, b'{"a": ' + b"9" * 5_000 + b"}"),
    ],
)
def test_what_is_no_object_of_json_is_said_so(loopback, body):
    assert fault_of(saying(whole(body))) == Code.UNREADABLE


def test_an_error_is_an_error_whatever_it_holds(loopback):
    assert fault_of(saying(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}")) == Code.STATUS


def test_what_the_content_is_called_doesnt_matter(loopback):
    with serving(
        saying(whole(json.dumps({"a": "é"}).encode(), b"Content-Type: text/html\r\n"))
    ) as port:
        assert fetch.document(f"http://127.0.0.1:{port}/", until=soon()) == {"a": "é"}


# --- by whom ------------------------------------------------------------------------------
def test_a_certificate_that_nobody_vouches_for_isnt_taken(loopback, tmp_path):
    seal = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    seal.load_cert_chain(own_certificate(tmp_path))
    met = []
    with serving(lambda line, asked: met.append(asked), seal=seal) as port:
        assert fault_at(f"https://localhost:{port}/") == Code.CERTIFICATE
    assert met == []


@pytest.fixture
def sealed(loopback, tmp_path, monkeypatch):
    """What a server needs that is called localhost, of an authority that we know."""
    seal, path = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), own_certificate(tmp_path)
    seal.load_cert_chain(path)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(path))
    return seal


def test_by_https_a_provider_is_read_under_its_own_name_alone(sealed):
    with serving(saying(whole(b'{"a": 1}')), seal=sealed) as port:
        assert fetch.document(f"https://localhost:{port}/", until=soon()) == {"a": 1}
        assert fault_at(f"https://127.0.0.1:{port}/") == Code.CERTIFICATE


def test_by_https_too_a_byte_now_and_then_isnt_waited_for(sealed, hasty):
    before = time.monotonic()
    with serving(saying(OK, *[b"X: y\r\n"] * 40, after=0.1), seal=sealed) as port:
        assert fault_at(f"https://localhost:{port}/") == Code.TOO_SLOW
        assert time.monotonic() - before < 2


def test_a_handshake_that_drags_on_isnt_waited_for(loopback, hasty):
    with serving(saying(*[b"\x16"] * 15, after=0.1)) as port:
        assert fault_at(f"https://localhost:{port}/") == Code.TOO_SLOW
