"""An incoming mail, read with patience: any charset, any nesting, no trust.

With the older `compat32` parser, on purpose: the newer one raises on some headers that
real mail programs write.
"""

import hashlib
import re
from dataclasses import dataclass
from email import errors, message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from notifications.replies import automatic, markup, trimming, verdicts

DEEPEST = 30
MOST_PARTS = 200
# What mail programs add by themselves: nobody sends these on purpose.
TRIMMINGS = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/x-amp-html",
}
INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\u2028\u2029]")


class Unreadable(Exception):
    """Not a mail, or one built to choke its reader."""


@dataclass(frozen=True)
class Attached:
    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """What counts of a mail. `why_automatic`: "" when a person wrote it."""

    sender: str
    message_id: str
    is_proven: bool
    why_automatic: str
    text: str
    files: tuple[Attached, ...]

    def key_for(self, address: str) -> str:
        """The same mail brought twice to one address has the same key."""
        return hashlib.sha256(f"{self.message_id}\n{address.lower()}".encode()).hexdigest()[:32]


def read(content: bytes, *, envelope_sender: str) -> Incoming:
    try:
        mail = message_from_bytes(content, policy=policy.compat32)
        parts = list(_leaves(mail))
    except (errors.MessageError, RecursionError, ValueError, LookupError) as error:
        raise Unreadable(type(error).__name__) from error
    sender = _sender(mail)
    subject = words_of(mail.get("Subject"))
    return Incoming(
        sender=sender,
        message_id=_message_id(mail, content),
        is_proven=bool(sender) and verdicts.sender_is_proven(mail, sender.rpartition("@")[2]),
        why_automatic=automatic.why_automatic(
            mail, envelope_sender=envelope_sender, subject=subject
        ),
        text=trimming.own_words(_words(parts)),
        files=tuple(_files(parts)),
    )


def _sender(mail: Message) -> str:
    """The one address in the one From; "" when there are several, or none."""
    lines = [str(line) for line in mail.get_all("From") or []]
    found = [address for _name, address in getaddresses(lines) if address]
    well = len(lines) == 1 and len(found) == 1 and found[0].count("@") == 1
    return found[0].strip().lower() if well and found[0].isascii() else ""


def _message_id(mail: Message, content: bytes) -> str:
    said = str(mail.get("Message-ID") or "").strip()
    return said or hashlib.sha256(content).hexdigest()


# --- parts ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    message: Message
    related: bool  # stands beside a page that shows it: the picture of a signature

    @property
    def kind(self) -> str:
        return self.message.get_content_type()

    @property
    def name(self) -> str:
        return words_of(self.message.get_filename())

    @property
    def is_file(self) -> bool:
        shown = self.related and self.message.get("Content-ID") is not None
        if shown or self.kind in TRIMMINGS:
            return False
        disposition = str(self.message.get("Content-Disposition") or "").strip().lower()
        return (
            disposition.startswith("attachment")
            or bool(self.name)
            or self.kind not in {"text/plain", "text/html"}
        )

    def bytes(self) -> bytes:
        if self.kind == "message/rfc822":
            return self.message.as_bytes()
        payload = self.message.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""

    def text(self) -> str:
        """In the charset it says, or the likeliest: never an error, never a NUL."""
        raw = self.bytes()
        return INVISIBLE.sub("", _decoded(raw, self.message.get_content_charset() or "utf-8"))


def _leaves(mail: Message, *, related: bool = False, depth: int = 0):
    """The parts that hold something. A mail within the mail is a leaf: it isn't its writer's words."""
    if depth > DEEPEST:
        raise ValueError("too many levels")
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        kind = mail.get_content_subtype()
        children = [child for child in mail.get_payload() if isinstance(child, Message)]
        if len(children) > MOST_PARTS:
            raise ValueError("too many parts")
        for child in children:
            yield from _leaves(child, related=related or kind == "related", depth=depth + 1)
    elif mail.get_content_type() != "message/delivery-status":
        yield Part(mail, related)


def _words(parts: list[Part]) -> str:
    """The plain text, all its pieces (Apple cuts it round a picture); else the page, read aloud."""
    written = [part for part in parts if not part.is_file]
    plain = [_unfolded(part) for part in written if part.kind == "text/plain"]
    if any(words.strip() for words in plain):
        return "\n".join(plain)
    pages = [part.text() for part in written if part.kind == "text/html"]
    return "\n".join(markup.read_aloud(page) for page in pages)


def _files(parts: list[Part]) -> list[Attached]:
    return [Attached(part.name or "fichier", part.bytes()) for part in parts if part.is_file]


def _unfolded(part: Part) -> str:
    """format=flowed (RFC 3676): a line that ends with a space goes on."""
    text = part.text().replace("\r\n", "\n").replace("\r", "\n")
    if str(part.message.get_param("format") or "").lower() != "flowed":
        return text
    joined = str(part.message.get_param("delsp") or "").lower() == "yes"
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        stuffed = line.removeprefix(" ")
        quoted = stuffed.startswith(">")
        if goes_on and not quoted and stuffed != "-- ":
            before = lines.pop()
            lines.append((before.removesuffix(" ") if joined else before) + stuffed)
        else:
            lines.append(stuffed)
        goes_on = stuffed.endswith(" ") and stuffed != "-- " and not quoted
    return "\n".join(lines)


def words_of(header) -> str:
    """A header's words, decoded as well as can be."""
    if header is None:
        return ""
    try:
        pieces = decode_header(str(header))
    except (errors.HeaderParseError, ValueError):
        return str(header)
    words = [
        piece if isinstance(piece, str) else _decoded(piece, charset or "utf-8")
        for piece, charset in pieces
    ]
    return INVISIBLE.sub("", " ".join("".join(words).split()))


def _decoded(raw: bytes, charset: str) -> str:
    for candidate in (charset, "utf-8", "cp1252"):
        try:
            return raw.decode(candidate)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")
