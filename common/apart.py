"""Lines kept on the disk, apart from the database, that are only ever added to: what must be known once it is lost.

Each line is signed by itself, so that a line that somebody wrote, or that a power cut has torn, counts for nothing, and two
copies of a file can be put together line by line. docs/operating.md says what is kept so, and why.
"""

import fcntl
import hmac
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

SIGN = 32  # letters of the signature, before a space and the words


def folder() -> Path:
    return Path(settings.VAR_DIR) / "apart"


def add(name: str, lines: Iterable[str], *, forced: bool = True) -> None:
    """Add lines to the file of this name; once it returns they are on the disk, come what may (`forced`). Raises OSError."""
    told = "".join(f"{_signed(line)[0]} {line}\n" for line in lines).encode()
    if not told:
        return
    folder().mkdir(exist_ok=True)
    file = os.open(folder() / name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        if _is_torn(file):
            told = b"\n" + told
        _write_whole(file, told)
        if forced:
            os.fsync(file)
    finally:
        os.close(file)


def read(path: Path) -> Iterator[str]:
    """The lines of a file that are ours; none where there is no file."""
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from filter(None, map(_checked, file))


def foreign(path: Path) -> int:
    """How many lines of a file aren't ours: torn, or signed with another key."""
    if not path.is_file():
        return 0
    with path.open(encoding="utf-8", errors="replace") as file:
        return sum(1 for line in file if line.strip() and not _checked(line))


def names() -> list[str]:
    return sorted(path.name for path in folder().glob("*")) if folder().is_dir() else []


def take_in(elsewhere: Path) -> None:
    """Add what the files of another folder have more than ours: a copy from a backup, or from another disk."""
    for path in sorted(elsewhere.glob("*")):
        known = set(read(folder() / path.name))
        add(path.name, (line for line in dict.fromkeys(read(path)) if line not in known))


def _write_whole(file: int, told: bytes) -> None:
    """A disk that fills up halfway takes nothing: what stands at the end is cut off again. Raises OSError."""
    before = os.lseek(file, 0, os.SEEK_END)
    try:
        while told:
            told = told[os.write(file, told) :]
    except OSError:
        os.ftruncate(file, before)
        raise


def _is_torn(file: int) -> bool:
    end = os.lseek(file, 0, os.SEEK_END)
    return end > 0 and os.pread(file, 1, end - 1) != b"\n"


def _checked(line: str) -> str:
    """The words of a line, or "" where its signature is none of ours."""
    given, _space, words = line.rstrip("\n").partition(" ")
    told = given.encode()
    return words if any(hmac.compare_digest(told, one.encode()) for one in _signed(words)) else ""


def _signed(words: str) -> list[str]:
    """The signature to write with, then those of the keys before it, which are still read."""
    known = [settings.PAPERS_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hmac.digest(key.encode(), b"lines apart", "sha256") for key in dict.fromkeys(known)]
    return [hmac.digest(key, words.encode(), "sha256").hex()[:SIGN] for key in keys]
