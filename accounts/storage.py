"""Stores files on this machine's disk. Nothing half written stays, whoever sent a file reads why it couldn't be kept, and bytes
that aren't those that were kept are given to nobody."""

import errno
import hashlib
import logging
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.translation import gettext as _

from accounts.actions.refusals import Refusal

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# A name may say the sum of its file, as those of pictures do: they have no row that would.
NAMED_AFTER_ITS_SUM = re.compile(r"-([0-9a-f]{64})\.\w+$")

log = logging.getLogger(__name__)


class NoRoom(Refusal):
    """The file can't be kept now, since the disk is full; str() is a sentence for the reader."""

    def __init__(self) -> None:
        super().__init__(self.sentence())

    def sentence(self) -> str:
        return _(
            "There is no room left on our disk for a file: nothing was kept. "
            "The people who run the site see it; try again in a few hours."
        )


class FilesAway(NoRoom, OSError):
    """The bucket doesn't answer, or refuses us; str() is a sentence for the reader."""

    def sentence(self) -> str:
        return _(
            "The place where our files are doesn’t answer: nothing was kept. "
            "The people who run the site see it; try again in a few minutes."
        )


class Damaged(FileNotFoundError):
    """The bytes are no longer those that were kept. For a reader the file is as good as gone."""


def checked(kept: File, sha256: str) -> File:
    """The open file, its bytes read through once. Raises Damaged, and closes it, where their sum is another one."""
    if hashlib.file_digest(kept.file, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
        kept.close()
        log.error("A file isn't as it was kept: %s", kept.name)
        raise Damaged(kept.name)
    kept.seek(0)
    return kept


class CheckedByName(Storage):
    """Reads a file whose name says its sum only where it has that sum."""

    def _open(self, name: str, mode: str = "rb") -> File:
        kept = super()._open(name, mode)  # type: ignore[misc]  # the stubs leave it out
        said = NAMED_AFTER_ITS_SUM.search(name)
        return checked(kept, said[1]) if said and mode == "rb" else kept


class CarefulStorage(CheckedByName, FileSystemStorage):
    """Stores files on the disk. Raises NoRoom when it is full."""

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        was_there = path.exists()
        try:
            return super()._save(name, content)  # type: ignore[misc]  # the stubs leave it out
        except OSError as error:
            if error.errno not in FULL:
                raise
            if not was_there:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise NoRoom from error


class VaultStorage(CarefulStorage):
    """The vault on the disk, outside the web root: none of its files has an address."""

    @property
    def location(self) -> str:
        return str(Path(settings.VAR_DIR, "vault").absolute())

    @property
    def base_url(self) -> None:  # type: ignore[override]
        return None
