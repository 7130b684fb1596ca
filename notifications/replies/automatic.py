"""Recognises mails that no person wrote: absences, lists, reports, and our own letters
coming back.

They get no answer, or two robots would write to each other for ever.
"""

import re
from email.message import Message
from email.utils import parseaddr

from django.conf import settings

OURS = re.compile(r"<[0-9a-f]{40}@([^<>\s]+)>")
MASS = {"bulk", "junk", "list", "auto_reply"}
MARKS = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Letter")
ABSENT = re.compile(
    r"^\s*(réponse automatique|automatic reply|auto\s?:|absence du bureau|out of (the )?office"
    r"|message d[’']absence)",
    re.IGNORECASE,
)


def why_automatic(mail: Message, *, envelope_sender: str, subject: str) -> str:
    """Why the mail is automatic; "" for one that a person wrote."""
    if not envelope_sender.strip("<> "):
        return "no return address"
    if mail.get_content_type() in {"multipart/report", "message/delivery-status"}:
        return "a report"
    if (said := _first_word(mail, "Auto-Submitted")) and said != "no":
        return f"Auto-Submitted: {said}"
    if (said := _first_word(mail, "Precedence")) in MASS:
        return f"Precedence: {said}"
    for mark in MARKS:
        if mail.get(mark) is not None:
            return mark
    if match := OURS.search(str(mail.get("Message-ID") or "")):
        return "our own letter" if match[1].lower() == settings.MAIL_DOMAIN.lower() else ""
    if _is_ourselves(mail):
        return "our own address"
    return "an absence" if ABSENT.match(subject) else ""


def _first_word(mail: Message, name: str) -> str:
    words = re.split(r"[\s;(]", str(mail.get(name) or "").strip().lower())
    return words[0]


def _is_ourselves(mail: Message) -> bool:
    sender = parseaddr(str(mail.get("From") or ""))[1].lower()
    domain = sender.rpartition("@")[2]
    ours = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    return sender == ours or (bool(settings.REPLY_DOMAIN) and domain == settings.REPLY_DOMAIN)
