"""Who works on a site says that they are there, by a lock on a file of its folder that ends with their process."""

import fcntl
import os
from pathlib import Path

from django.conf import settings

LOCK = "living.lock"  # in VAR_DIR, shared by all who are there


def be_there() -> None:
    """For a web, a worker, a clock or whoever takes in answers, as it starts: until it ends, nobody restores a backup here
    (config/backup/alone.py). Waits while somebody does."""
    try:
        file = opened_lock()
    except OSError:
        return  # the disk is full, or another account's: no reason for a site to stay away
    fcntl.flock(file, fcntl.LOCK_SH)  # the file stays open: the lock ends with the process


def opened_lock() -> int:
    """Only to be read, by whoever: one account may have made it, and another run the site."""
    return os.open(Path(settings.VAR_DIR, LOCK), os.O_RDONLY | os.O_CREAT, 0o644)
