"""What the server that received a mail says of its sender (RFC 8601, DMARC).

Anybody can write such a header. Only those of the server named in the settings count,
and if two of them disagree the worse one does, so that a forged one below the true
one changes nothing. The server itself has to remove those that pretend to come from
it, as all servers do. A header that can't be read to its end proves nothing.
"""

import re
from email.message import Message

from django.conf import settings

from notifications.replies import headers

SIGN = re.compile(r"\\.|[()]|[^()\\]+", re.DOTALL)  # one that is escaped, a bracket, words
RESULT = re.compile(r"^\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)
ABOUT = re.compile(r"header\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def sender_is_proven(mail: Message, domain: str) -> bool:
    """Whether the receiving server has checked that this domain sent the mail."""
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
    """What one header says; None when it is another server's, or says nothing of DMARC."""
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
    """The header without its comments, which may be nested; with False when one is never closed."""
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
