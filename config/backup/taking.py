"""Takes a backup: a folder that has its name only once it is whole."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.backup import databases, manifest, marks, places
from config.backup.places import GROWS, Place
from config.backup.refusals import NotPossible, Say, require_own_account, where_there_is_room

NAME = "%Y-%m-%d_%H-%M-%S"


def take(into: Path, *, say: Say) -> Path:
    """Take a backup into a new folder below `into`, named after the moment (UTC). Raises NotPossible."""
    require_own_account(into, Path(settings.VAR_DIR))
    with where_there_is_room(str(into)), _alone(into):
        at = datetime.now(UTC)
        folder = _free(into, at.strftime(NAME))
        draft = into / f".{folder.name}.part"
        last = latest(into)
        draft.mkdir(mode=0o700)
        try:
            _fill(draft, at, last, say)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)  # nothing half done is taken for one
        _to_the_disk(into)
    marks.note(marks.TAKEN)
    return folder


def _free(into: Path, name: str) -> Path:
    """The folder of this name, or with a number after it where two are taken in one second."""
    others = (f"{name}_{number}" for number in count(2))
    return next(path for path in map(into.joinpath, chain([name], others)) if not path.exists())


def latest(into: Path) -> Path | None:
    """The newest backup that is whole."""
    whole = [path.parent for path in into.glob(f"2*/{manifest.MANIFEST}")]
    return max(whole, default=None)


def _fill(draft: Path, at: datetime, last: Path | None, say: Say) -> None:
    said = manifest.begin(at, databases.dump(draft))
    base = draft / databases.FILES[connection.vendor]
    base.chmod(0o600)
    say(f"database: {base.stat().st_size / 1e6:.1f} MB")
    shared = _before(last)
    place = places.chosen()
    with (draft / manifest.SUMS).open("w", encoding="utf-8") as sums:
        sums.write(f"{manifest.sum_of(base)}  {base.name}\n")
        said.files = 1
        for path in place.paths():
            sha256 = _copied(place, path, draft, last, shared)
            if sha256:
                sums.write(f"{sha256}  {path}\n")
                said.files += 1
                if said.files % manifest.EVERY == 0:
                    say(f"{said.files} files")
    said.write(draft)
    _to_the_disk(draft / manifest.MANIFEST)
    say(f"{said.files} files, release {said.release}")


def _before(last: Path | None) -> dict[str, str]:
    return {} if last is None else dict(manifest.listed(last))


def _copied(place: Place, path: str, draft: Path, last: Path | None, shared: dict[str, str]) -> str:
    """Copy a file, or share it with the backup before where it hasn't changed. Returns its sum, "" for one that is gone."""
    target = draft / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_kept = last and path in shared and not path.startswith(GROWS)
    if is_kept and last and place.is_same(path, last / path):
        os.link(last / path, target)
        return shared[path]
    try:
        place.fetch(path, target)
    except FileNotFoundError:  # deleted meanwhile: nobody needs it
        return ""
    return manifest.sum_of(target)


def _to_the_disk(path: Path) -> None:
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """A context manager: of two backups into one place at once the second says so. Raises NotPossible."""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (into / ".lock").open("w")
    except (PermissionError, NotADirectoryError, FileExistsError, IsADirectoryError) as error:
        raise NotPossible(f"{error.filename} can’t be written: {error.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotPossible(f"Another backup is being taken into {into}.") from None
        for left in into.glob(".*.part"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield
