"""Why a backup can't be taken or restored; str() is a sentence for whoever runs the site."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from accounts.storage import FilesAway

type Say = Callable[[str], object]


class NotPossible(Exception):
    """Nothing was done, or what was begun has been taken back."""


@contextmanager
def where_there_is_room(where: str) -> Iterator[None]:
    """A context manager around what writes files: a full disk is a sentence, and a bucket that is away."""
    try:
        yield
    except FilesAway as error:
        raise NotPossible("The bucket of the files doesn’t answer: see S3_ in .env.") from error
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise
        raise NotPossible(f"There is no room left on the disk of {where}.") from error
