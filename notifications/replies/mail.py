"""What an incoming mail says, whatever its charset or nesting, and without trusting it.

It is read only once its head has been believed (head.py). Levels, parts and letters
are counted while they are read, and a mail that has too many is refused, so that
nothing here meets a text without an end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import errors, message_from_bytes
from email.message import Message
from email.policy import Policy

from notifications.replies import headers, markup, trimming
from notifications.replies.head import Unreadable

DEEPEST = 30
MOST_PARTS = 200
MOST_LINES = 600_000  # thirty megabytes of files have four hundred thousand
LONGEST_TEXT = 100_000  # characters, of the letters that were answered too: fifty pages
LONGEST_PAGE = 400_000  # characters, marks included
# What mail programs add by themselves: nobody sends these on purpose.
TRIMMINGS = {
    "application/pgp-signature",
    "application/pgp-keys",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/x-amp-html",
}


# What the package raises on mails that no program makes.
BROKEN = (errors.MessageError, RecursionError, ValueError, LookupError, TypeError)


class TooLong(Exception):
    """There is more text than we read, so it can't be told where the writer's own words end."""


@dataclass(frozen=True)
class Attached:
    name: str
    content: bytes


@dataclass(frozen=True)
class Body:
    """The writer's own words, and the attached files."""

    text: str
    files: tuple[Attached, ...]


def read(content: bytes) -> Body:
    """What the mail says: its writer's own words, and its files. Raises Unreadable or TooLong."""
    mail = parsed(content)
    try:
        parts = list(_leaves(mail))
        return Body(text=trimming.own_words(_words(parts)), files=tuple(_files(parts)))
    except BROKEN as error:
        raise Unreadable(type(error).__name__) from error


# --- parts ---------------------------------------------------------------------------------
class Bounded(Message):
    """A message that counts its levels as the parser nests them, so that parsing stops at DEEPEST."""

    depth = 0

    def attach(self, payload: "Bounded") -> None:  # type: ignore[override]  # all are made below
        payload.depth = self.depth + 1
        if payload.depth > DEEPEST:
            raise ValueError("too many levels")
        super().attach(payload)


def parsed(content: bytes) -> Message:
    """The message that these bytes hold. Raises Unreadable."""
    made = 0

    def make(policy: Policy) -> Bounded:
        nonlocal made
        made += 1
        if made > MOST_PARTS:
            raise ValueError("too many parts")
        return Bounded(policy=policy)

    if content.count(b"\n") + content.count(b"\r") > 2 * MOST_LINES:
        raise Unreadable("too many lines")
    try:
        return message_from_bytes(content, policy=headers.Rules(message_factory=make))
    except BROKEN as error:
        raise Unreadable(str(error) or type(error).__name__) from error


@dataclass(frozen=True)
class Part:
    message: Message
    related: bool  # stands beside a page that shows it: the picture of a signature

    @property
    def kind(self) -> str:
        return self.message.get_content_type()

    @property
    def name(self) -> str:
        return headers.words_of(self.message.get_filename())

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

    def text(self, most: int) -> str:
        """The text in the charset named, or the likeliest other one, without NUL; never raises but TooLong."""
        raw, charset = self.bytes(), self.message.get_content_charset() or "utf-8"
        if len(raw) > 4 * most or len(words := headers.decoded(raw, charset)) > most:
            raise TooLong
        return headers.INVISIBLE.sub("", words)


def _leaves(mail: Message, *, related: bool = False) -> Iterator[Part]:
    """The parts with content. A mail inside the mail is one part, for it isn't its writer's words."""
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        related = related or mail.get_content_subtype() == "related"
        for child in mail.get_payload():
            if isinstance(child, Message):
                yield from _leaves(child, related=related)
    elif mail.get_content_type() != "message/delivery-status":
        yield Part(mail, related)


def _words(parts: list[Part]) -> str:
    """All pieces of plain text (Apple cuts it around a picture); without any, the HTML page as text. Raises
    TooLong."""
    written = [part for part in parts if not part.is_file]
    plain = [_unfolded(part) for part in written if part.kind == "text/plain"]
    if any(words.strip() for words in plain):
        return "\n".join(_within(plain, LONGEST_TEXT))
    pages = [part.text(LONGEST_PAGE) for part in written if part.kind == "text/html"]
    aloud = [markup.read_aloud(page) for page in _within(pages, LONGEST_PAGE)]
    return "\n".join(_within(aloud, LONGEST_TEXT))


def _files(parts: list[Part]) -> list[Attached]:
    return [Attached(part.name or "fichier", part.bytes()) for part in parts if part.is_file]


def _within(texts: list[str], most: int) -> list[str]:
    """The same texts. Raises TooLong when together they are longer than `most`."""
    if sum(map(len, texts)) > most:
        raise TooLong
    return texts


def _unfolded(part: Part) -> str:
    """The text with its lines joined again as format=flowed (RFC 3676) says: a line that ends with a space goes on."""
    text = part.text(LONGEST_TEXT).replace("\r\n", "\n").replace("\r", "\n")
    if str(part.message.get_param("format") or "").lower() != "flowed":
        return text
    joined = str(part.message.get_param("delsp") or "").lower() == "yes"
    written: list[str] = []  # pieces: adding to one long line costs its length each time
    goes_on = False
    for line in text.split("\n"):
        stuffed = line.removeprefix(" ")
        quoted = stuffed.startswith(">")
        follows = goes_on and not quoted and stuffed != "-- "
        if written and not follows:
            written.append("\n")
        elif follows and joined:
            written[-1] = written[-1].removesuffix(" ")
        written.append(stuffed)
        goes_on = stuffed.endswith(" ") and stuffed != "-- " and not quoted
    return "".join(written)
