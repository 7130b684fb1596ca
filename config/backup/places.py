"""Where the files of a site are, as a backup sees them: on this machine's disk, or in the bucket that several machines share.

A path is the same in both, and in a backup: vault/…, media/…, apart/….
"""

import hashlib
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from common import apart
from config.backup import manifest
from config.backup.refusals import NotPossible
from marketplace.actions.desk import data_copies

# In this order: the list of what is erased is read last.
PARTS = ("vault", "media", "apart")
# Copies of people's data are there for two days, for them alone.
LEFT = Path("vault", data_copies.FOLDER)
GROWS = "apart"  # its files are added to: never shared with the backup before
ASIDE = "aside"  # files that were there, and aren't those of the backup


class Place(ABC):
    @abstractmethod
    def paths(self) -> Iterator[str]:
        """All of them. A path may be asked about, and fetched, until the next one is."""

    @abstractmethod
    def is_same(self, path: str, other: Path) -> bool:
        """Whether the copy of before, of the same size and moment, is this file still."""

    @abstractmethod
    def fetch(self, path: str, target: Path) -> None:
        """Copy it there. Raises FileNotFoundError for one that was deleted meanwhile."""

    @abstractmethod
    def holds(self, path: str, sha256: str) -> bool | None:
        """Whether a file of this path has this sum; None when there is no file."""

    @abstractmethod
    def put_aside(self, path: str, stamp: str) -> None: ...

    @abstractmethod
    def put(self, source: Path, path: str) -> None: ...


def chosen() -> Place:
    return Bucket() if apart.is_shared() else Disk()


def named(path: str) -> str:
    if "\n" in path:  # nothing of ours is called so
        raise NotPossible(f"The name of a file has a line break in it: {path!r}")
    return path


class Disk(Place):
    def __init__(self) -> None:
        self.root = Path(settings.VAR_DIR)

    def paths(self) -> Iterator[str]:
        """One folder in memory at a time."""
        for part in PARTS:
            for folder, below, names in os.walk(self.root / part):
                here = Path(folder).relative_to(self.root)
                below[:] = [name for name in below if here / name != LEFT]
                for name in sorted(names):
                    yield named(f"{here}/{name}")

    def is_same(self, path: str, other: Path) -> bool:
        try:
            now, then = (self.root / path).stat(), other.stat()
        except FileNotFoundError:
            return False
        return (now.st_size, now.st_mtime_ns) == (then.st_size, then.st_mtime_ns)

    def fetch(self, path: str, target: Path) -> None:
        shutil.copy2(self.root / path, target)

    def holds(self, path: str, sha256: str) -> bool | None:
        file = self.root / path
        return manifest.sum_of(file) == sha256 if file.is_file() else None

    def put_aside(self, path: str, stamp: str) -> None:
        kept = self.root / ASIDE / stamp / path
        kept.parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).rename(kept)

    def put(self, source: Path, path: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.part")
        try:
            shutil.copy2(source, draft)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)


class Bucket(Place):
    """What is kept apart is many small objects there, and one file a list in a backup."""

    def __init__(self) -> None:
        self.storage: Any = storages["vault"]  # of the bucket, the same for each part
        self.at: Any = None  # the object whose path was given last

    def paths(self) -> Iterator[str]:
        for part in PARTS:
            if part == GROWS:
                yield from (f"{GROWS}/{name}" for name in apart.names())
                continue
            with self.storage.answering():
                for one in self.storage.bucket.objects.filter(Prefix=f"{part}/"):
                    if not Path(one.key).is_relative_to(LEFT):
                        self.at = one
                        yield named(one.key)

    def is_same(self, path: str, other: Path) -> bool:
        if not other.is_file():
            return False
        then = other.stat()
        return (self.at.size, _moment(self.at)) == (then.st_size, then.st_mtime_ns)

    def fetch(self, path: str, target: Path) -> None:
        if path.startswith(f"{GROWS}/"):
            name = path.removeprefix(f"{GROWS}/")
            target.write_bytes(apart.as_signed(dict.fromkeys(apart.lines(name))))
            return
        with self.storage.answering():
            self.storage.bucket.download_file(path, str(target))
        os.utime(target, ns=(_moment(self.at), _moment(self.at)))

    def holds(self, path: str, sha256: str) -> bool | None:
        with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as kept:
            try:
                with self.storage.answering():
                    self.storage.bucket.download_fileobj(path, kept)
            except FileNotFoundError:
                return None
            kept.seek(0)
            return hashlib.file_digest(kept, "sha256").hexdigest() == sha256

    def put_aside(self, path: str, stamp: str) -> None:
        bucket = self.storage.bucket
        with self.storage.answering():
            bucket.copy({"Bucket": bucket.name, "Key": path}, f"{ASIDE}/{stamp}/{path}")

    def put(self, source: Path, path: str) -> None:
        with self.storage.answering():
            self.storage.bucket.upload_file(str(source), path)


def _moment(one: Any) -> int:
    return round(one.last_modified.timestamp() * 1000) * 1_000_000
