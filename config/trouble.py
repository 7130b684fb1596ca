"""What a visitor reads when something is wrong on our side: the database is away, the
disk is full, the bucket of the files doesn't answer, or our code failed.

None of these pages asks the database for anything. An act that meets a full disk says
so itself, beside its form (accounts/storage.py); the rest comes here: an upload too
large for memory, the database's own files.
"""

import errno
import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string

from accounts.storage import FULL, FilesAway, NoRoom
from common import trace

AWAY, NO_ROOM, FILES = "503_database.html", "503_disk.html", "503_files.html"
SOON = "30"  # seconds: a proxy, a browser or a monitor may try again then
DISK_FULL = "53100"  # PostgreSQL's own code
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def page(request: HttpRequest) -> HttpResponse:
    """Django's handler of uncaught exceptions, which Django has logged already."""
    if template := template_for(sys.exception()):
        return HttpResponse(render_to_string(template), status=503, headers={"Retry-After": SOON})
    context = {"number": trace.now().number}  # by which whoever writes to us is found in the log
    return HttpResponseServerError(render_to_string("500.html", context))


def template_for(fault: BaseException | None) -> str:
    """The template for a full disk, or for a database or files that are away; "" when our code failed."""
    if isinstance(fault, FilesAway):
        return FILES
    if isinstance(fault, NoRoom) or (isinstance(fault, OSError) and fault.errno in FULL):
        return NO_ROOM
    if isinstance(fault, DatabaseError) and _has_no_room(fault.__cause__):
        return NO_ROOM
    return AWAY if isinstance(fault, (OperationalError, InterfaceError)) else ""


def _has_no_room(cause: BaseException | None) -> bool:
    return (
        getattr(cause, "sqlstate", "") == DISK_FULL
        or getattr(cause, "sqlite_errorcode", 0) in SQLITE_FULL
        or getattr(cause, "errno", 0) == errno.ENOSPC
    )
