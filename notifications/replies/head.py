"""Who wrote an incoming mail, and whether that is proven: only its head is read.

So a mail from somebody who may not answer here costs no more than that, whatever it
holds.
"""

import hashlib
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from notifications.replies import automatic, headers, verdicts

LONGEST = 64 * 1024  # bytes: ten times the longest that mail servers make


class Unreadable(Exception):
    """What came isn't a mail, or is built to exhaust its reader."""


@dataclass(frozen=True)
class Head:
    """What the head says. `sender` is "" when nobody in particular wrote; `why_automatic` is "" when a person did."""

    sender: str
    message_id: str
    is_proven: bool
    why_automatic: str

    def key_for(self, address: str) -> str:
        """A key for this mail at this address: the same when it is delivered twice."""
        return hashlib.sha256(f"{self.message_id}\n{address.lower()}".encode()).hexdigest()[:32]


def read(content: bytes, *, envelope_sender: str) -> Head:
    mail = BytesHeaderParser(policy=headers.Rules()).parsebytes(content[:LONGEST])
    if len(content) > LONGEST and not mail.get_payload():
        raise Unreadable("its head has no end")
    sender = _sender(mail)
    return Head(
        sender=sender,
        message_id=_message_id(mail, content),
        is_proven=bool(sender) and verdicts.sender_is_proven(mail, sender.rpartition("@")[2]),
        why_automatic=automatic.why_automatic(
            mail, envelope_sender=envelope_sender, subject=headers.words_of(mail.get("Subject"))
        ),
    )


def _sender(mail: Message) -> str:
    """The address in From; "" when there are several, or none."""
    lines = [str(line) for line in mail.get_all("From") or []]
    if len(lines) != 1 or headers.is_cut(lines[0]):
        return ""
    try:
        found = [address for _name, address in getaddresses(lines) if address]
    except RecursionError:  # a thousand brackets, one in the other
        return ""
    well = len(found) == 1 and found[0].count("@") == 1
    return found[0].strip().lower() if well and found[0].isascii() else ""


def _message_id(mail: Message, content: bytes) -> str:
    said = str(mail.get("Message-ID") or "").strip()
    return said or hashlib.sha256(content).hexdigest()
