"""Answers load balancers: /sante/live while a process answers at all, /sante/ready while it may be given people, or jobs.

In plain text, by status. Who asks knows the number of a machine and not the name of the site, every few seconds: so it comes
before all else, costs one question to the database at most, and is no trouble in the log. A worker has no pages: where
WORKER_DOOR says at which address, it answers these two by itself.
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse

LIVE, READY = "/sante/live", "/sante/ready"
SLOW = 10  # seconds for one question to a worker's door
PLAIN = "text/plain; charset=utf-8"

_is_stopping = threading.Event()


def said_of(path: str) -> tuple[int, str]:
    """The status and the words for one of the two."""
    if path == LIVE:
        return 200, "ok\n"
    if _is_stopping.is_set():
        return 503, "stopping\n"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return 503, "no database\n"
    return 200, "ok\n"


def begin_to_stop() -> None:
    _is_stopping.set()


class LivingMiddleware:
    """The first of all: neither the host name nor a session is asked about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in (LIVE, READY) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        status, words = said_of(request.path)
        answer = HttpResponse(words, status=status, content_type=PLAIN)
        answer.headers["Cache-Control"], answer.headers["Content-Length"] = (
            "no-store",
            str(len(words)),
        )
        answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would call a 503 an error
        return answer


class _Door(BaseHTTPRequestHandler):
    timeout = SLOW

    def do_GET(self) -> None:
        if self.path not in (LIVE, READY):
            self.send_error(404)
            return
        try:
            status, words = said_of(self.path)
        finally:
            connection.close()  # this thread ends with its question
        told = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", PLAIN)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads a log for this."""


def open_door(host: str, port: int) -> ThreadingHTTPServer:
    """Answer the two questions at this address, beside what the process does. Raises OSError when it is taken."""
    server = ThreadingHTTPServer((host, port), _Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="living", daemon=True).start()
    return server
