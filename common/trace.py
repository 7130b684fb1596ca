"""The thread that leads through the log: the number by which a request is known, from the web server to the jobs that it starts."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

HEADER = "X-Request-ID"
# As proxies make them. Whatever else somebody sends is no number: it would be written in every line of the log.
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)


def nobody() -> int | None:
    return None


@dataclass(frozen=True)
class Thread:
    """What each line of the log says of what is being done: the number of the request, the name of the job, and how
    the number of the person is found, without asking anything."""

    number: str = ""
    job: str = ""
    person: Callable[[], int | None] = nobody


NONE = Thread()
_now: ContextVar[Thread] = ContextVar("thread", default=NONE)


def now() -> Thread:
    return _now.get()


def made(said: str = "") -> str:
    """The number that a proxy has given, if it is one; otherwise a new one."""
    return said if WELL_FORMED.fullmatch(said) else secrets.token_hex(6)


def follow(thread: Thread) -> None:
    """From here on each line of the log has it, in this thread of the process; NONE: no more."""
    _now.set(thread)


@contextmanager
def followed(thread: Thread) -> Iterator[None]:
    before = _now.set(thread)
    try:
        yield
    finally:
        _now.reset(before)
