"""What a visitor reads when something is wrong on our side: the database is away, the
disk is full, the bucket of the files doesn't answer, or our code failed.

None of these pages asks the database for anything; they try again by themselves, or
offer to send again what was sent. An act that meets a full disk says
so itself, beside its form (accounts/storage.py); the rest comes here: an upload too
large for memory, the database's own files.
"""

import errno
import sqlite3
import sys
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from accounts import typed
from accounts.storage import FULL, FilesAway, NoRoom
from common import trace

AWAY, NO_ROOM, FILES = "503_database.html", "503_disk.html", "503_files.html"
SOON = "30"  # seconds: a proxy, a browser or a monitor may try again then
MOST_SHOWN = 60  # fields of which the names are looked for; more are sent again all the same
DISK_FULL = "53100"  # PostgreSQL's own code
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def page(request: HttpRequest) -> HttpResponse:
    """Django's handler of uncaught exceptions, which Django has logged already."""
    if template := template_for(sys.exception()):
        words = render_to_string(template, {"seconds": SOON} | what_was_sent(request))
        # It may hold what somebody wrote: no browser keeps it.
        headers = {"Retry-After": SOON, "Cache-Control": "no-store"}
        return HttpResponse(words, status=503, headers=headers)
    context = {"number": trace.now().number}  # by which whoever writes to us is found in the log
    return HttpResponseServerError(render_to_string("500.html", context))


def what_was_sent(request: HttpRequest) -> dict[str, Any]:
    """For the page that offers to send a form again: its fields as they came, with their own key against forgery; none
    where a password is among them. Files can't be given back."""
    if request.method != "POST":
        return {"sent": False, "fields": [], "written": [], "had_files": False}
    try:
        form, had_files = request.POST, bool(request.FILES)
    except (OSError, SuspiciousOperation, MultiPartParserError):  # no room for a file, or torn
        form, had_files = QueryDict(), False
    fields = [(name, value) for name, values in form.lists() for value in values]
    if any("password" in name for name in form):
        fields = []
    written = typed.words_of(form) if len(fields) <= MOST_SHOWN else []
    return {"sent": True, "fields": fields, "written": written, "had_files": had_files}


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
