"""What the server that received a mail says of its sender (RFC 8601, DMARC).

Anybody can write such a header. Only those of the server named in the settings count, and if
two of them disagree the worse one does: a forged one below the true one changes nothing. The
server itself must throw away what pretends to come from it, as all do. One that can't be read to its
end proves nothing.
"""

import re
from email.message import Message

from django.conf import settings

from notifications.replies import headers

SIGN = re.compile(r"\\.|[()]|[^()\\]+", re.DOTALL)  # one that is escaped, a bracket, words
RESULT = re.compile(r"^\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)
ABOUT = re.compile(r"header\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def sender_is_proven(mail: Message, domain: str) -> bool:
    """Did the receiving server check that this domain sent it?"""
    server = settings.REPLY_AUTHSERV_ID.lower()
    if not server:
        return False
    verdicts = [
        verdict
        for value in mail.get_all("Authentication-Results") or []
        if (verdict := _verdict(str(value), server, domain)) is not None
    ]
    return bool(verdicts) and all(verdicts)


def _verdict(value: str, server: str, domain: str) -> bool | None:
    """None when the header is another server's, or says nothing of DMARC."""
    words, is_whole = _without_comments(value)
    who, *results = words.split(";")
    if who.strip().split(" ")[0].lower() != server:
        return None
    if headers.is_cut(value) or not is_whole:
        return False
    said = [result for result in results if RESULT.match(result)]
    if not said:
        return None
    return all(_passes(result, domain.lower()) for result in said)


def _passes(result: str, domain: str) -> bool:
    match, about = RESULT.match(result), ABOUT.search(result)
    passed = match is not None and match[1].lower() == "pass"
    checked = about[1].rpartition("@")[2].lower() if about else domain
    return passed and checked == domain


def _without_comments(value: str) -> tuple[str, bool]:
    """Comments may hold others. Read once; False when one is never shut."""
    kept: list[str] = []
    depth = 0
    for sign in SIGN.findall(value):
        if sign == "(":
            depth += 1
            kept.append(" ")
        elif sign == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(sign)
    return " ".join("".join(kept).split()), depth == 0
