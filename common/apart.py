"""Lines kept apart from the database, that are only ever added to: what must be known once it is lost. They are on the disk, or
in the bucket where several machines share their files (common.pieces).

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

from common import keys, pieces

SIGN = 32  # letters of the signature, before a space and the words


def is_shared() -> bool:
    """Whether several machines may be adding to them."""
    return pieces.are_shared()


def folder() -> Path:
    return Path(settings.VAR_DIR) / "apart"


def add(name: str, lines: Iterable[str], *, forced: bool = True) -> None:
    """Add lines to the list of this name; once it returns they are kept, come what may (`forced`). Raises OSError."""
    told = as_signed(lines)
    if not told:
        return
    if is_shared():
        return pieces.add(name, told)
    folder().mkdir(exist_ok=True)
    with _locked(folder() / name) as file:
        if _is_torn(file):
            told = b"\n" + told
        _write_whole(file, told)
        if forced:
            os.fsync(file)


def lines(name: str) -> Iterator[str]:
    """The lines of this list that are ours; where machines share it, those too that this one wrote before they did."""
    yield from read(folder() / name)
    if is_shared():
        yield from filter(None, map(_checked, pieces.read(name)))


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
    """How many lines of the list were signed with a key before today's."""
    late = sum(map(_is_late, pieces.read(name))) if is_shared() else 0
    with (
        suppress(FileNotFoundError),
        (folder() / name).open(encoding="utf-8", errors="replace") as file,
    ):
        return late + sum(map(_is_late, file))
    return late


def sign_anew(name: str) -> int:
    """Sign with today's key the lines that one before it has signed. The file is another one, whole, in the same moment; what
    isn't ours stays in it as it is. Returns how many. Raises OSError."""
    late = signed_before(name)
    if late and is_shared():
        pieces.write_anew(name, _anew)
    if late and (folder() / name).is_file():
        _sign_file_anew(name)
    return late


def _is_late(line: str) -> bool:
    return bool(words := _checked(line)) and not _is_todays(line, words)


def _anew(line: str) -> str:
    return f"{_signed(words := _checked(line))[0]} {words}\n" if _is_late(line) else line


def _sign_file_anew(name: str) -> None:
    path = folder() / name
    draft = path.with_name(f".{name}.part")
    with _locked(path), path.open(encoding="utf-8", errors="surrogateescape") as file:
        try:
            with draft.open("w", encoding="utf-8", errors="surrogateescape") as anew:
                draft.chmod(0o600)
                anew.writelines(map(_anew, file))
                anew.flush()
                os.fsync(anew.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)


def names() -> list[str]:
    """Of the lists; a draft isn't one."""
    here = {path.name for path in folder().glob("[!.]*")} if folder().is_dir() else set()
    return sorted(here.union(pieces.names() if is_shared() else ()))


def drop(name: str) -> None:
    """Throw a whole list away. Raises OSError."""
    (folder() / name).unlink(missing_ok=True)
    if is_shared():
        pieces.drop(name)


def take_in(elsewhere: Path) -> None:
    """Add what the files of another folder have more than ours: a copy from a backup, or from another disk."""
    for path in sorted(elsewhere.glob("[!.]*")):
        shared = pieces.read(path.name) if is_shared() else ()
        known = set(map(_checked, shared) if is_shared() else read(folder() / path.name))
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


def as_signed(lines: Iterable[str]) -> bytes:
    """As they stand in a file."""
    return "".join(f"{_signed(line)[0]} {line}\n" for line in lines).encode()


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
