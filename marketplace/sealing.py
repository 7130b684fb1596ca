"""One key, several purposes: what an hour costs is hidden by it, documents are chained with it.

PAPERS_KEY (SECRET_KEY by default) must outlive the papers: with another one, costs can't be read
nor seals checked. `docs/documents.md` says how to keep it.
"""

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """Written with another key."""


def _key(purpose: str) -> bytes:
    """A key of its own for each purpose: learning one teaches nothing of the other."""
    return hmac.digest(settings.PAPERS_KEY.encode(), purpose.encode(), "sha256")


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("cost of an hour")))


def hide(amount: Decimal) -> str:
    return _cipher().encrypt(str(amount).encode()).decode()


def reveal(hidden: str) -> Decimal:
    try:
        return Decimal(_cipher().decrypt(hidden.encode()).decode())
    except InvalidToken:
        raise Unreadable from None


def seal(previous: str, position: int, act: str, document: int, said: dict[str, Any]) -> str:
    """Holds all that came before: changing one link breaks every one after it. Without the key,
    somebody who can write in the database can't forge the next."""
    told = json.dumps([previous, position, act, document, said], sort_keys=True, ensure_ascii=False)
    return hmac.new(_key("chain of documents"), told.encode(), hashlib.sha256).hexdigest()
