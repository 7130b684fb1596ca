"""Delivery reports (RFC 3464): a letter that a server accepted and could not deliver after all.

They come to the address that sends our letters, by a pipe of the mail server (`manage.py
read_bounce`) or by its webhook. Only a report about a letter that we did send, to that address, marks it:
anybody can write to us, and nobody may silence somebody else's letters.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import Message

from notifications.models import Notification, Status, SuppressedAddress

OURS = re.compile(r"<[0-9a-f]{40}@[^>\s]+>")


@dataclass(frozen=True)
class Failure:
    address: str
    status: str
    reason: str

    @property
    def is_final(self) -> bool:
        """5.2.2 is a full mailbox, 5.7.x a policy and 5.4.x a network: the address isn't dead."""
        return self.status.startswith("5.") and not self.status.startswith(
            ("5.2.2", "5.7.", "5.4.")
        )


def read(content: bytes, *, now: datetime) -> list[str]:
    """Mark the addresses that the report declares dead. Returns those."""
    report = message_from_bytes(content, policy=policy.compat32)
    message_ids = set(OURS.findall(content.decode("utf-8", "replace")))
    sent = Notification.objects.filter(status=Status.SENT, message_id__in=message_ids)
    letters = list(sent.select_related("recipient"))
    marked = []
    for failure in failures(report):
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


def failures(report: Message) -> list[Failure]:
    """Each recipient's part of a message/delivery-status; nothing in any other message."""
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
