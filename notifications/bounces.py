"""Reads delivery reports (RFC 3464), about letters that a server accepted and could not
deliver after all.

They come to the address that sends our letters, by a pipe of the mail server
(`manage.py read_bounce`) or by its webhook. Only a report about a letter that we did
send, to that address, marks the address: anybody can write to us, and nobody may stop
somebody else's letters.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from itertools import islice

from notifications.models import Notification, Status, SuppressedAddress
from notifications.replies import mail as incoming

OURS = re.compile(r"<[0-9a-f]{40}@[^<>\s]{1,255}>")
LONGEST = 512 * 1024  # bytes read: a report, and the letter that it brings back
MOST_LETTERS = 20  # that one report may name
MOST_FAILURES = 100


@dataclass(frozen=True)
class Failure:
    address: str
    status: str
    reason: str

    @property
    def is_final(self) -> bool:
        """Whether the address is dead. It isn't for 5.2.2 (a full mailbox), 5.7.x (a policy) and 5.4.x (a network)."""
        return self.status.startswith("5.") and not self.status.startswith(
            ("5.2.2", "5.7.", "5.4.")
        )


def read(content: bytes, *, now: datetime) -> list[str]:
    """Mark the addresses that the report says are dead. Returns them; none for what isn't a report."""
    letters = _letters_in(content[:LONGEST])
    if not letters:  # most of what strangers send: nothing of it is taken apart
        return []
    marked = []
    for failure in failures(content[:LONGEST])[:MOST_FAILURES]:
        concerned = [
            x for x in letters if failure.address in {x.destination.lower(), x.address.lower()}
        ]
        if failure.is_final and concerned:
            SuppressedAddress.objects.mark(failure.address, failure.reason, now=now)
            Notification.objects.filter(pk__in=[letter.pk for letter in concerned]).update(
                last_error=failure.reason[:300]
            )
            marked.append(failure.address)
    return marked


def _letters_in(content: bytes) -> list[Notification]:
    """Our letters that the report names, by an id that only a server to which we wrote can know."""
    found = (match.group() for match in OURS.finditer(content.decode("utf-8", "replace")))
    named = set(islice(found, MOST_LETTERS))
    sent = Notification.objects.filter(status=Status.SENT, message_id__in=named)
    return list(sent.select_related("recipient"))


def failures(content: bytes) -> list[Failure]:
    """What a message/delivery-status says of each recipient; nothing for any other message."""
    try:
        report = incoming.parsed(content)
    except incoming.Unreadable:
        return []
    if report.get_content_type() != "multipart/report":
        return []
    return [
        failure
        for part in report.walk()
        if part.get_content_type() == "message/delivery-status"
        for block in part.walk()
        if (failure := _failure(block))
    ]


def _failure(block: Message) -> Failure | None:
    recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
    action = str(block.get("Action") or "").strip().lower()
    address = recipient.rpartition(";")[2].strip().strip("<>").lower()
    if action != "failed" or "@" not in address:
        return None
    status = str(block.get("Status") or "").split()[0:1]
    said = str(block.get("Diagnostic-Code") or "").partition(";")[2].strip()
    return Failure(address, status[0] if status else "", " ".join(said.split()) or "failed")
