"""A process's own place among the files in which all count together."""

import fcntl
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO

# Of each kind of meter, how much room its file takes at once. A file that grew on a full disk would end the process
# (SIGBUS), and the meters must not stop what they measure.
KINDS = {"counter": 1 << 20, "histogram": 4 << 20, "summary": 1 << 19}


class Place:
    """The number of the first free place, held by a lock for as long as the process lives.

    Process numbers would do it for one machine, but those of two containers on one volume are the same, and each worker
    that gunicorn replaces would leave its files for ever. A place is taken over with what was counted there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = self._number = 0
        self._lock: IO[str] | None = None

    def __call__(self) -> int:
        if os.getpid() != self._process:  # the first time, and in the child of a fork
            self._take()
        return self._number

    def _take(self) -> None:
        if self._lock is not None:
            self._lock.close()  # our copy of it: the parent's holds on
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number, self._lock = next(
            taken for number in count() if (taken := hold(self.folder, number))
        )
        try:
            for kind, size in KINDS.items():
                with (self.folder / f"{kind}_{self._number}.db").open("ab") as file:
                    os.posix_fallocate(file.fileno(), 0, size)
        except OSError:
            self._lock.close()  # the place is free again, and tried again at the next count
            raise
        self._process = os.getpid()


def hold(folder: Path, number: int) -> tuple[int, IO[str]] | None:
    """The lock of a place that is free, or None."""
    lock = (folder / f"{number}.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return number, lock


def forget_free(folder: Path) -> None:
    """Delete what was counted at the places that no living process holds: what is counted begins anew with the site."""
    for path in folder.glob("*.lock"):
        if path.stem.isdigit() and (held := hold(folder, int(path.stem))):
            number, lock = held
            with lock:
                for kind in KINDS:
                    with suppress(FileNotFoundError):
                        (folder / f"{kind}_{number}.db").unlink()
