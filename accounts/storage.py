"""Stores files on a disk that may be full: nothing half written stays, and whoever sent the file reads why."""

import errno
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.translation import gettext as _

from accounts.actions.refusals import Refusal

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(Refusal):
    """The disk is full; str() is a sentence for the reader."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no room left on our disk for a file: nothing was kept. "
                "The people who run the site see it; try again in a few hours."
            )
        )


class CarefulStorage(FileSystemStorage):
    """Stores files. Raises NoRoom when the disk is full."""

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
