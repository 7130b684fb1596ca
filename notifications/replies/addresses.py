"""The address to answer to: one for each conversation and each reader, sealed with our
key.

It says which conversation and whose answer it takes, and nobody can make one without
the key. By itself it opens nothing: it only counts together with the reader's own,
verified, address.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from django.conf import settings

SHAPE = re.compile(r"r-([1-9]\d{0,17})-([1-9]\d{0,17})-([a-z2-7]{26})")
REPORTS = "retours"  # where a mail server may send its delivery reports


@dataclass(frozen=True)
class Place:
    """Where an answer goes: the row numbers of the conversation and of the reader."""

    conversation: int
    reader: int


def address_of(conversation: int, reader: int) -> str:
    """The address for this conversation and reader; "" while answers by e-mail aren't switched on."""
    if not settings.REPLY_DOMAIN:
        return ""
    seal = _seal(f"{conversation}-{reader}", settings.SECRET_KEY)
    return f"r-{conversation}-{reader}-{seal}@{settings.REPLY_DOMAIN}"


def place_of(address: str) -> Place | None:
    """The place behind an address; None for one that we never gave. Mail programs may have changed its capitals."""
    local, _at, domain = address.strip().lower().rpartition("@")
    match = SHAPE.fullmatch(local)
    if match is None or not is_ours(domain):
        return None
    conversation, reader, given = match.groups()
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    if not any(hmac.compare_digest(_seal(f"{conversation}-{reader}", key), given) for key in keys):
        return None
    return Place(int(conversation), int(reader))


def is_ours(domain: str) -> bool:
    return bool(settings.REPLY_DOMAIN) and domain.lower() == settings.REPLY_DOMAIN.lower()


def _seal(words: str, key: str) -> str:
    """An HMAC of 128 bits in base 32, which survives a change of capitals."""
    digest = hmac.digest(f"letters:reply:{key}".encode(), words.encode(), hashlib.sha256)[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
