"""Encrypts what an hour costs, and chains documents, both with a key.

PAPERS_KEY is the key that writes. Those before it, and SECRET_KEY with those before it, are also tried when reading,
so that what was written before a change of key can still be read and checked (`common.keys`); `manage.py turn_keys`
brings all of it under today's. `docs/documents.md` says how to keep the keys.
"""

import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from common import keys

COSTS = "cost of an hour"


class Unreadable(Exception):
    """It was encrypted with a key that the site doesn't have any more."""


def _keys(purpose: str) -> list[bytes]:
    """The key to write with, then those that may have been used before. They are derived for each purpose, so that
    learning one says nothing of another."""
    return [keys.derived(key, purpose) for key in keys.of_papers()]


def _cipher() -> MultiFernet:
    return MultiFernet(_ciphers())


def _ciphers() -> list[Fernet]:
    return [keys.cipher(key, COSTS) for key in keys.of_papers()]


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


def is_todays(hidden: bytes) -> bool:
    """Whether it is hidden with the key of today."""
    try:
        _ciphers()[0].decrypt(hidden)
    except InvalidToken:
        return False
    return True


def hide_anew(hidden: bytes) -> bytes:
    """The same, hidden with the key of today. Raises Unreadable."""
    try:
        return _cipher().rotate(hidden)
    except InvalidToken:
        raise Unreadable from None


def fingerprint(content: bytes) -> str:
    """By which the same file is known again; without the key nobody finds the few figures that it may hold."""
    return fingerprints(content)[0]


def fingerprints(content: bytes) -> list[str]:
    """The one of today, then those that it had under the keys before."""
    return [hmac.new(key, content, hashlib.sha256).hexdigest() for key in _keys(COSTS)]


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
