"""Encrypts what an hour costs, and chains documents, both with a key.

PAPERS_KEY is the key that writes (SECRET_KEY unless it is set). SECRET_KEY and
SECRET_KEY_FALLBACKS are also tried when reading, so that what was written before a
change of key can still be read and checked. `docs/documents.md` says how to keep the
keys.
"""

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """It was encrypted with a key that the site doesn't have any more."""


def _keys(purpose: str) -> list[bytes]:
    """The key to write with, then those that may have been used before. They are derived for each purpose, so that
    learning one says nothing of another."""
    known = [settings.PAPERS_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.digest(key.encode(), purpose.encode(), "sha256") for key in dict.fromkeys(known)]


def _cipher() -> MultiFernet:
    keys = _keys("cost of an hour")
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def hide(amount: Decimal) -> str:
    return _cipher().encrypt(str(amount).encode()).decode()


def reveal(hidden: str) -> Decimal:
    try:
        return Decimal(_cipher().decrypt(hidden.encode()).decode())
    except InvalidToken:
        raise Unreadable from None


def hide_bytes(content: bytes) -> bytes:
    """A file that holds costs, while it waits to be read."""
    return _cipher().encrypt(content)


def reveal_bytes(hidden: bytes) -> bytes:
    try:
        return _cipher().decrypt(hidden)
    except InvalidToken:
        raise Unreadable from None


def fingerprint(content: bytes) -> str:
    """By which the same file is known again; without the key nobody finds the few figures that it may hold."""
    return hmac.new(_keys("cost of an hour")[0], content, hashlib.sha256).hexdigest()


def seal(previous: str, position: int, act: str, document: int, said: dict[str, Any]) -> str:
    """The seal of a link, an HMAC that covers the previous seal: changing one link breaks all that follow. Without
    the key, somebody who can write in the database can't forge the next one."""
    return _seals(previous, position, act, document, said)[0]


def is_seal(
    given: str, previous: str, position: int, act: str, document: int, said: dict[str, Any]
) -> bool:
    """Whether `given` is the seal of the rest, with any of our keys."""
    known = _seals(previous, position, act, document, said)
    return any(hmac.compare_digest(given.encode(), one.encode()) for one in known)


def _seals(previous: str, position: int, act: str, document: int, said: dict) -> list[str]:
    told = json.dumps([previous, position, act, document, said], sort_keys=True, ensure_ascii=False)
    keys = _keys("chain of documents")
    return [hmac.new(key, told.encode(), hashlib.sha256).hexdigest() for key in keys]
