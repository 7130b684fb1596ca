"""Turns a letter into the bytes that are sent (RFC 5322, multipart/alternative in
UTF-8).

It is written by hand: the `email` package took 70 % of the time of sending a letter,
and all our letters have this one shape. The tests read it back with the `email`
package.
"""

import binascii
from email.header import Header
from email.utils import formatdate, parseaddr
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from common.one_line import one_line
from notifications.models import Notification
from notifications.rules import Sender


def build(
    letter: Notification, *, extra: dict[str, str], timestamp: float, sender: Sender | None = None
) -> bytes:
    boundary = f"=_{UUID(bytes=letter.message_id.encode()[1:17]).hex}"
    head = {
        "From": sender_header(settings.DEFAULT_FROM_EMAIL, sender.name if sender else ""),
        "To": wire_address(letter.destination),
        "Subject": encoded(letter.subject),
        "Date": formatdate(timestamp, localtime=True),
        "Message-ID": letter.message_id,
        "MIME-Version": "1.0",
        # Nobody's holiday reply should come back to us.
        "Auto-Submitted": "auto-generated",
        "X-Letter": letter.kind,
        **extra,
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    if answers := letter.reply_to or (sender.replies_to if sender else ""):
        head["Reply-To"] = wire_address(answers)
    lines = [f"{name}: {value}" for name, value in head.items()]
    return b"".join(
        [
            "\r\n".join(lines).encode("ascii"),
            b"\r\n\r\n",
            _part(boundary, "plain", letter.text),
            _part(boundary, "html", letter.html) if letter.html else b"",
            f"--{boundary}--\r\n".encode(),
        ]
    )


def _part(boundary: str, sort: str, words: str) -> bytes:
    head = (
        f"--{boundary}\r\n"
        f"Content-Type: text/{sort}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = words.replace("\r\n", "\n").replace("\r", "\n").encode()
    quoted = binascii.b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
    return head.encode() + quoted + b"\r\n"


def encoded(words: str) -> str:
    """The words of a header in ASCII, folded; line breaks in them can't add a header."""
    words = one_line(words)
    if words.isascii() and len(words) <= 70:
        return words
    return Header(words, "utf-8", header_name="Subject").encode(linesep="\r\n")


@lru_cache(maxsize=256)
def sender_header(sender: str, signed: str = "") -> str:
    """The site's address after its name, or "<signed> via <its name>"."""
    name, address = parseaddr(sender)
    name = f"{signed} via {name or address.partition('@')[2]}" if signed else name
    return f"{encoded_name(name)} <{address}>" if name else address


def encoded_name(name: str) -> str:
    """A name in ASCII, quoted or folded; line breaks in it can't add a header."""
    name = one_line(name)
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    if name.isascii():
        return f'"{quoted}"'
    return Header(name, "utf-8", header_name="From").encode(linesep="\r\n")


def wire_address(address: str) -> str:
    """The address with its domain in ASCII (IDNA)."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
