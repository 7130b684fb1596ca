"""Lines kept on the disk, apart from the database, that are only ever added to: what must be known once it is lost.

Each line is signed by itself, so that a line that somebody wrote, or that a power cut has torn, counts for nothing, and two
copies of a file can be put together line by line. docs/operating.md says what is kept so, and why.
"""

import fcntl
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from common import keys

SIGN = 32  # letters of the signature, before a space and the words


def folder() -> Path:
    return Path(settings.VAR_DIR) / "apart"


def add(name: str, lines: Iterable[str], *, forced: bool = True) -> None:
    """Add lines to the file of this name; once it returns they are on the disk, come what may (`forced`). Raises OSError."""
    told = "".join(f"{_signed(line)[0]} {line}\n" for line in lines).encode()
    if not told:
        return
    folder().mkdir(exist_ok=True)
    with _locked(folder() / name) as file:
        if _is_torn(file):
            told = b"\n" + told
        _write_whole(file, told)
        if forced:
            os.fsync(file)


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


def signed_before(name: str) -> int:
    """How many lines of the file were signed with a key before today's."""
    with (
        suppress(FileNotFoundError),
        (folder() / name).open(encoding="utf-8", errors="replace") as file,
    ):
        return sum(1 for line in file if (words := _checked(line)) and not _is_todays(line, words))
    return 0


def sign_anew(name: str) -> int:
    """Sign with today's key the lines that one before it has signed. The file is another one, whole, in the same moment; what
    isn't ours stays in it as it is. Returns how many. Raises OSError."""
    if not signed_before(name):
        return 0
    path, done = folder() / name, 0
    draft = path.with_name(f".{name}.part")
    with _locked(path), path.open(encoding="utf-8", errors="surrogateescape") as file:
        try:
            with draft.open("w", encoding="utf-8", errors="surrogateescape") as anew:
                draft.chmod(0o600)
                for line in file:
                    words = _checked(line)
                    late = bool(words) and not _is_todays(line, words)
                    anew.write(f"{_signed(words)[0]} {words}\n" if late else line)
                    done += late
                anew.flush()
                os.fsync(anew.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
    return done


def names() -> list[str]:
    """Of the files; a draft isn't one."""
    return sorted(path.name for path in folder().glob("[!.]*")) if folder().is_dir() else []


def take_in(elsewhere: Path) -> None:
    """Add what the files of another folder have more than ours: a copy from a backup, or from another disk."""
    for path in sorted(elsewhere.glob("*")):
        known = set(read(folder() / path.name))
        add(path.name, (line for line in dict.fromkeys(read(path)) if line not in known))


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, open at its end and ours alone, made if need be. One that was put in its place while we waited is opened
    instead."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_in_place(file, path):
                yield file
                return
        finally:
            os.close(file)


def _is_in_place(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


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
    told = given.encode(errors="replace")
    return words if any(hmac.compare_digest(told, one.encode()) for one in _signed(words)) else ""


def _is_todays(line: str, words: str) -> bool:
    return line.partition(" ")[0] == _signed(words)[0]


def _signed(words: str) -> list[str]:
    """The signature to write with, then those of the keys before it, which are still read."""
    derived = [keys.derived(key, "lines apart") for key in keys.of_papers()]
    return [
        hmac.digest(key, words.encode(errors="replace"), "sha256").hex()[:SIGN] for key in derived
    ]
