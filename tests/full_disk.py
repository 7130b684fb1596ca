"""A disk that takes no more: the kernel itself refuses, after the first kilobytes of each file."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def full_disk(most: int = 4096) -> Iterator[None]:
    """No file of this process grows beyond `most` bytes while the block lasts. Like a full disk it fails in the
    middle of a write, and leaves what had been written before."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
