"""Texts in the bucket that several machines share, that are only ever added to: each addition is an object of its own.

No two additions have one name, so that machines which add at the same moment never write over each other. `merge` puts
old pieces together; whoever reads meanwhile may read a line twice, never not at all.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

MANY = 50  # pieces that are worth being put together
SETTLED = timedelta(hours=1)
TRIES = 5


def are_shared() -> bool:
    return "apart" in settings.STORAGES


def box() -> Storage:
    return storages["apart"]


def add(name: str, told: bytes) -> None:
    """Once it returns the bucket has them. Raises OSError."""
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    box().save(f"{name}/{now}-{secrets.token_hex(8)}", ContentFile(told))


def read(name: str) -> Iterator[str]:
    """Each line of a text, with its end; none where there is no text. Raises OSError."""
    for told in _read(name, _names(name)):
        yield from told.decode("utf-8", "replace").splitlines(keepends=True)


def names() -> list[str]:
    return sorted(box().listdir("")[0])


def drop(name: str) -> None:
    """Throw a whole text away. Raises OSError."""
    for piece in _names(name):
        box().delete(piece)


def merge(name: str, now: datetime) -> int:
    """Put the settled pieces of a text together where there are many. Returns how many there were. Raises OSError."""
    before = f"{name}/{(now - SETTLED).astimezone(UTC):%Y%m%dT%H%M%S}"
    old = [piece for piece in _names(name) if piece < before]
    if len(old) < MANY:
        return 0
    _take_the_place_of(old, name, b"".join(_read(name, old)))
    return len(old)


def write_anew(name: str, line_of: Callable[[str], str]) -> None:
    """Put what `line_of` makes of each line in its place; what is added meanwhile stays as it is. Raises OSError."""
    old = _names(name)
    told = b"".join(_read(name, old)).decode("utf-8", "surrogateescape")
    anew = "".join(map(line_of, told.splitlines(keepends=True)))
    _take_the_place_of(old, name, anew.encode("utf-8", "surrogateescape"))


def _take_the_place_of(old: list[str], name: str, told: bytes) -> None:
    add(name, told)
    for piece in old:  # only now: whoever reads finds their lines all the time
        box().delete(piece)


def _names(name: str) -> list[str]:
    return sorted(f"{name}/{piece}" for piece in box().listdir(name)[1])


def _read(name: str, pieces: list[str]) -> list[bytes]:
    """The bytes of these pieces; of all that there are now, when one has been put together with others meanwhile."""
    for _try in range(TRIES):
        try:
            return [_of(piece) for piece in pieces]
        except FileNotFoundError:
            pieces = _names(name)
    raise OSError(f"{name} is put together again and again while it is read")


def _of(piece: str) -> bytes:
    """With an end: somebody else's that has none would swallow the line behind it."""
    with box().open(piece, "rb") as kept:
        told = kept.read()
    return told if told.endswith(b"\n") else told + b"\n"
