"""What a log may hold of an address. The addresses in letters are keys: whoever reads one may act with it."""

import errno
import logging
import re
import traceback
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.urls import Resolver404, resolve

MASK = "*"
LONGEST = 300
# PostgreSQL's classes: the connection, no more room or connections, a server that stops or starts.
OF_THE_MACHINE = ("08", "53", "57P")
# What PostgreSQL adds to a refusal: the row that it refuses, with people's words in it, over as many lines as they have.
ROWS = re.compile(r"\nDETAIL:.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL)


def without_keys(path: str) -> str:
    """The path without keys, safe to write down: /invitation/*/, /besoins/12/.

    Numbers stay; any other word that the address holds is a name or a key, and is masked.
    Of a path that is no page only the beginning stays, since it may be a link that lost
    its end. Takes time linear in the length of the path.
    """
    if path.startswith(settings.STATIC_URL):
        return quote(path)
    try:
        match = resolve(path)
    except Resolver404:
        first, slash, rest = path.lstrip("/").partition("/")
        return quote(f"/{first}{slash}{MASK if rest else ''}", safe="/*")
    taken = [word for word in (*match.args, *match.kwargs.values()) if isinstance(word, str)]
    for word in sorted(filter(None, taken), key=len, reverse=True):  # one may stand in another
        path = path.replace(word, MASK)
    return quote(path, safe="/*")


class WithoutKeys(logging.Filter):
    """A log filter that masks the path which Django logs with a request that it refuses or that fails; other
    records aren't changed."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path_info", None)
        if path is not None and isinstance(record.args, tuple):
            record.args = tuple(
                without_keys(path) if isinstance(word, str) and word.startswith("/") else word
                for word in record.args
            )
        return True


class OneLine(logging.Filter):
    """A filter of a logger that tells what any stranger may bring about, as often as they like: a line of bounded length, a
    warning, and nothing of our code, which has no part in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        record.msg, record.args = said[:LONGEST] + ("…" if len(said) > LONGEST else ""), ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class WithoutRows(logging.Formatter):
    """A line of the log; of a fault in the database, what is said of it but not the row that was refused. What passes by
    itself is a sentence: each page meets it, and the lines of our code have no part in it."""

    def formatException(self, ei: Any) -> str:  # as logging calls it
        if passes(ei[1]):
            return "".join(traceback.format_exception_only(ei[1])).strip().partition("\n")[0]
        return ROWS.sub("", super().formatException(ei))


def passes(fault: BaseException | None) -> bool:
    """Whether the machine is to blame: a database that can't be reached, or that ends, no room on a disk."""
    if isinstance(fault, OSError):
        return fault.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(fault, DatabaseError | InterfaceError):
        return False
    state = getattr(fault.__cause__, "sqlstate", None)
    if state is None:  # the server had no part in it: no connection, or one that broke
        return isinstance(fault.__cause__, psycopg.OperationalError)
    return state.startswith(OF_THE_MACHINE)
