"""The keys of the site: today's, those before them, and those put away, which only a backup of their time still needs.

A key that was put away lies on a list apart, encrypted with the key that came after it: whoever restores an old backup needs
today's .env alone. No process of the site reads with such a key; `found` is for what restores.
"""

import base64
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from common import pieces

LIST = "keys"  # a file of common.apart
PAPERS, LINKS = "PAPERS_KEY", "SECRET_KEY"

_found: dict[str, list[str]] = {}


def of_papers() -> list[str]:
    """The key that seals, hides and marks, then those that may have done so before it."""
    known = [settings.PAPERS_KEY, *settings.PAPERS_KEY_FALLBACKS, *of_links()]
    return list(dict.fromkeys([*known, *_found.get(PAPERS, []), *_found.get(LINKS, [])]))


def of_links() -> list[str]:
    """The key that signs sessions and links, then those before it."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def once_of_links() -> list[str]:
    """The same, with those that were put away: by which the keys of a backup are known again."""
    return [*of_links(), *_found.get(LINKS, [])]


def cipher(key: str, purpose: str) -> Fernet:
    """Keys are derived for each purpose, so that learning one says nothing of another."""
    return Fernet(base64.urlsafe_b64encode(derived(key, purpose)))


def derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), purpose.encode(), "sha256")


def old() -> list[tuple[str, str]]:
    """(name, key) of those that .env still lists beside today's."""
    named = [(PAPERS, key) for key in settings.PAPERS_KEY_FALLBACKS]
    named += [(LINKS, key) for key in settings.SECRET_KEY_FALLBACKS]
    return [(name, key) for name, key in named if key != settings.PAPERS_KEY]


def put_away(name: str, key: str) -> str:
    """A line for the list apart, which only the key of today opens."""
    told = json.dumps([name, key]).encode()
    return cipher(settings.PAPERS_KEY, "old keys").encrypt(told).decode()


def on_lists(folders: Iterable[Path]) -> dict[str, list[str]]:
    """The keys that lie on the lists of these folders, by name: one that today's key opens may open others."""
    waiting, todo = _lines(folders), of_papers()
    opened: dict[str, list[str]] = {PAPERS: [], LINKS: []}
    while todo:
        lock = cipher(todo.pop(), "old keys")
        for line in list(waiting):
            try:
                name, key = json.loads(lock.decrypt(line.encode()))
            except InvalidToken:
                continue
            del waiting[line]
            todo.append(key)
            if key not in opened[name]:
                opened[name].append(key)
    return opened


def _lines(folders: Iterable[Path]) -> dict[str, None]:
    """The encrypted words of the lists, whoever signed their lines: Fernet tells by itself what isn't ours."""
    lines: dict[str, None] = {}
    for path in (folder / LIST for folder in folders):
        if path.is_file():
            told = path.read_text(encoding="utf-8", errors="replace").splitlines()
            lines |= dict.fromkeys(line.rpartition(" ")[2] for line in told if line.isascii())
    if pieces.are_shared():
        told = [line.strip() for line in pieces.read(LIST)]
        lines |= dict.fromkeys(line.rpartition(" ")[2] for line in told if line.isascii())
    return lines


@contextmanager
def found(*folders: Path | None) -> Iterator[bool]:
    """A context manager in which the keys put away in these folders are read too. Yields whether there are any."""
    before = dict(_found)
    _found.update(on_lists(filter(None, folders)))
    try:
        yield any(_found.values())
    finally:
        _found.clear()
        _found.update(before)
