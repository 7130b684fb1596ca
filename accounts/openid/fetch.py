"""Asks an address that a stranger wrote down: by https, on the public internet only, not for long and not for much."""

import contextlib
import ipaddress
import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from accounts.openid.faults import Code, Fault

SECONDS = 5  # for one answer, from the first question to the DNS to the last byte
MOST = 1_000_000  # bytes, once unpacked
PIECE = 65_536
LONGEST = 2_000  # characters of an address
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
# Global by their number: 6to4 and its relays lead to a machine of the old kind of address, the others to none.
NOT_GLOBAL = [ipaddress.ip_network(net) for net in ("192.88.99.0/24", "2002::/16", "3fff::/20")]
HEADERS = {"User-Agent": "Trait-d-union", "Accept": "application/json"}
type Found = list[tuple[int, tuple[Any, ...]]]


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    later: str = ""  # when it wants to be asked again, as it says it

    def document(self) -> dict[str, Any]:
        """The JSON object that it is. Raises Fault."""
        try:
            said = json.loads(self.body.decode(), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Fault(Code.UNREADABLE) from None
        if not isinstance(said, dict):
            raise Fault(Code.UNREADABLE)
        return said


def ask(
    url: str,
    *,
    until: float,
    data: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Answer:
    """What is answered there, whatever its status; a form is posted when there are data. Raises Fault."""
    until = min(until, monotonic() + SECONDS)
    with session(until=until) as asking:
        try:
            said = asking.request(
                "GET" if data is None else "POST", url, data=data, headers=headers, auth=auth
            )
        except requests.exceptions.SSLError as fault:
            raise Fault(_or_too_slow(Code.CERTIFICATE, until)) from fault
        except (requests.RequestException, HTTPError, OSError, ValueError) as fault:
            raise Fault(_or_too_slow(Code.UNREACHABLE, until)) from fault
        return Answer(said.status_code, said.content, said.headers.get("Retry-After", ""))


def document(url: str, *, until: float, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that is found there. Raises Fault."""
    answer = ask(url, until=until, headers=headers)
    if answer.status != requests.codes.ok:
        raise Fault(Code.STATUS)
    return answer.document()


def checked(url: object) -> str:
    """The address, when it is a whole https:// one, of a plain host. Raises Fault."""
    if not isinstance(url, str) or len(url) > LONGEST or not url.isascii():
        raise Fault(Code.ADDRESS)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Fault(Code.ADDRESS) from None
    schemes = {"https", "http"} if settings.OPENID_LOOPBACK else {"https"}
    written = url.isprintable() and not set(url) & set(" \\\"'<>#")
    if not (written and parts.scheme in schemes and host and "@" not in parts.netloc):
        raise Fault(Code.ADDRESS)
    return url


def session(*, until: float | None = None) -> requests.Session:
    """A session of `requests` that keeps these rules, whoever uses it. It raises Fault where one is broken."""
    asking = requests.Session()
    asking.trust_env = False  # no proxy and no password of the machine's environment
    asking.headers.update(HEADERS)
    guard = Guard(until)
    asking.mount("https://", guard)
    asking.mount("http://", guard)
    return asking


def is_public(address: str) -> bool:
    """Whether this is a machine on the public internet. Addresses that wrap another one are not."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:  # an address of one wire only: fe80::1%eth0
        return False
    if read.version == 6 and read not in GLOBAL_V6:
        return False
    return read.is_global and not read.is_multicast and not any(read in net for net in NOT_GLOBAL)


class Guard(HTTPAdapter):
    """Reads the whole answer itself: `requests` would read that of a redirection to its end, however long."""

    def __init__(self, until: float | None) -> None:
        self.until = until
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SealedPool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.watch = self.watch
        return pool

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        checked(request.url)
        until = monotonic() + SECONDS
        self.watch = Watch(until if self.until is None else min(until, self.until))
        request.headers["Accept-Encoding"] = "identity"
        kwargs |= {"stream": True, "timeout": self.watch.left(), "proxies": {}}
        try:
            with contextlib.closing(super().send(request, **kwargs)) as answer:
                if 300 <= answer.status_code < 400:
                    raise Fault(Code.REDIRECTED)
                answer._content = _read(answer)
                self.watch.left()  # what ended because it was cut off isn't whole
        finally:
            self.watch.end()
            self.close()  # each answer has a connection of its own
        return answer


class Watch:
    """Cuts a connection off when its time is over, however slowly something still comes in."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.cuts: list[tuple[threading.Timer, socket.socket]] = []

    def left(self) -> float:
        """Seconds. Raises Fault when there are none."""
        if (left := self.until - monotonic()) <= 0:
            raise Fault(Code.TOO_SLOW)
        return left

    def over(self, connection: socket.socket) -> None:
        other_end = connection.dup()
        timer = threading.Timer(self.left() + 0.01, _cut, [other_end])
        timer.daemon = True
        self.cuts.append((timer, other_end))
        timer.start()

    def end(self) -> None:
        for timer, other_end in self.cuts:
            timer.cancel()
            timer.join()
            other_end.close()


class WatchedPool(HTTPConnectionPool):
    watch: Watch

    def _new_conn(self) -> Any:
        made = super()._new_conn()
        made.watch = self.watch  # type: ignore[attr-defined]
        return made


class PlainConnection(HTTPConnection):
    watch: Watch

    def _new_conn(self) -> socket.socket:
        return connect(self._dns_host, self.port, self.watch, plain=True)


class SealedConnection(HTTPSConnection):
    watch: Watch

    def _new_conn(self) -> socket.socket:
        return connect(self._dns_host, self.port, self.watch, plain=False)


class PlainPool(WatchedPool):
    ConnectionCls = PlainConnection


class SealedPool(WatchedPool, HTTPSConnectionPool):
    ConnectionCls = SealedConnection


def connect(host: str, port: int, watch: Watch, *, plain: bool) -> socket.socket:
    """A connection to one of the addresses that the name has just been found to have, all of them looked at. Raises
    Fault."""
    found = look_up(host.strip("[]"), port, watch)
    if not all(_may_be_asked(where[0], plain=plain) for _family, where in found):
        raise Fault(Code.PRIVATE)
    for tried, (family, where) in enumerate(found):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(watch.left() / (len(found) - tried))
            connection.connect(where)
            itself = connection.getsockname()[0] == connection.getpeername()[0]
            if itself and not settings.OPENID_LOOPBACK:
                raise Fault(Code.PRIVATE)  # this machine, by its public address
            connection.settimeout(watch.left())
            watch.over(connection)
        except OSError:
            connection.close()
        except Fault:
            connection.close()
            raise
        else:
            return connection
    raise Fault(_or_too_slow(Code.UNREACHABLE, watch.until))


def look_up(host: str, port: int, watch: Watch) -> Found:
    """The addresses of this name. The machine's resolver takes its time, which isn't ours. Raises Fault."""
    found: Found = []

    def look() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend((row[0], row[4]) for row in rows)

    asking = threading.Thread(target=look, daemon=True)
    asking.start()
    asking.join(watch.left())
    if asking.is_alive():
        raise Fault(Code.TOO_SLOW)
    if not found:
        raise Fault(Code.UNKNOWN_HOST)
    return found


def _may_be_asked(address: str, *, plain: bool) -> bool:
    if settings.OPENID_LOOPBACK and ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        return True
    return is_public(address) and not plain


def _read(answer: requests.Response) -> bytes:
    body = bytearray()
    for piece in answer.iter_content(PIECE):
        body += piece
        if len(body) > MOST:
            raise Fault(Code.TOO_BIG)
    return bytes(body)


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended by itself
        connection.shutdown(socket.SHUT_RDWR)


def _or_too_slow(code: Code, until: float) -> Code:
    return Code.TOO_SLOW if monotonic() >= until else code


def _no_number(written: str) -> Any:
    raise ValueError(f"{written} is no number of JSON.")
