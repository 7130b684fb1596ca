"""Why a backup can't be taken or restored; str() is a sentence for whoever runs the site."""

import errno
import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from accounts.storage import FilesAway

type Say = Callable[[str], object]


class NotPossible(Exception):
    """Nothing was done, or what was begun has been taken back."""


@contextmanager
def where_there_is_room(where: str) -> Iterator[None]:
    """A context manager around what writes files: a full disk is a sentence, a bucket that is away, and a file that this
    account can't open."""
    try:
        yield
    except FilesAway as error:
        raise NotPossible("The bucket of the files doesn’t answer: see S3_ in .env.") from error
    except PermissionError as error:
        raise NotPossible(_not_ours(error, where)) from error
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise NotPossible(f"There is no room left on the disk of {where}.") from error


def require_own_account(*folders: Path) -> None:
    """What root leaves in the folders of the site's account, that account can't write again, and each backup after it would
    fail. Raises NotPossible where this is root and one of them is somebody else's."""
    if os.geteuid() != 0:
        return
    for folder in folders:
        if folder.exists() and (owner := folder.stat().st_uid):
            name = _name(owner)
            raise NotPossible(
                f"This is root, and {folder} belongs to {name}, who couldn’t write what root leaves there: "
                f"begin again as that account (runuser -u {name} -- …)."
            )


def _name(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)  # of a container, say: it has a number alone here


def _not_ours(error: OSError, where: str) -> str:
    return f"{error.filename or where} can’t be read or written by this account: {error.strerror}."
