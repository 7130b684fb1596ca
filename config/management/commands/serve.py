"""manage.py serve: the whole site behind one command: pages, worker and clock, looked after until Ctrl-C."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import env, health, probe
from config.management.commands.prepare import opened
from config.supervisor import Child, Supervisor
from marketplace import demo

SLOW = 30.0  # seconds after which a site that doesn't answer deserves a word
PAUSE = 0.5  # seconds between two looks
# A newcomer tries the site as root at times, in a container: Celery's warning is for production.
HUSH = ["-W", "ignore:You're running the worker"] if settings.DEBUG else []


class Command(BaseCommand):
    help = "Prepares the database, then runs the pages, the worker and the clock until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="with the demo pôle (DEBUG only)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["demo"] and not settings.DEBUG:
            raise CommandError("The demo's password is public: it only goes where DEBUG=true.")
        host, port = env.text("LISTEN_ON", "127.0.0.1"), env.number("PORT", 8000)
        with alone(f"{host}:{port}"):
            refuse_taken_port(host, port)
            call_command("prepare", demo=options["demo"], stdout=self.stdout)
            supervisor = Supervisor(children(host, port), self.say)
            supervisor.run(on_tick=Welcome(self, reachable(host), port, demo=options["demo"]).look)
        self.say("stopped.")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


class Welcome:
    """Prints the address once everything really answers, or what is slow to answer."""

    def __init__(self, command: Command, host: str, port: int, *, demo: bool) -> None:
        self.say, self.host, self.port, self.demo = command.say, host, port, demo
        self.began = self.asked = time.monotonic()
        self.done = False

    def look(self) -> None:
        now = time.monotonic()
        if self.done or now - self.asked < PAUSE:
            return
        self.asked = now
        answers, _words = probe.ask(probe.WEB, self.host, self.port, name=own_name())
        lines = health.look() if answers else []
        if answers and health.are_well(lines):
            self.done = True
            self.say(self._words())
        elif now - self.began > SLOW:
            self.done = True
            late = f"{settings.SITE_URL} doesn’t answer yet; the lines above may say why."
            wrong = [line for line in lines if not health.are_well([line])]
            seen = f"{settings.SITE_URL} answers. Somebody should look at this:"
            self.say(f"{seen}\n{health.in_words(wrong)}" if answers else late)

    def _words(self) -> str:
        lines = ["", f"  Trait d’union: {settings.SITE_URL}", ""]
        if self.demo:
            lines += accounts()
        return "\n".join([*lines, "  Ctrl-C stops everything.", ""])


def own_name() -> str:
    """A host name to which the site certainly answers."""
    return str(urlsplit(settings.SITE_URL).hostname)


def accounts() -> list[str]:
    """The lines that list the demo accounts, one for each role."""
    wide = max(len(role) for role, _address in demo.ACCOUNTS)
    lines = [f"    {role:<{wide}}  {address}" for role, address in demo.ACCOUNTS]
    letters = [f"  Their letters are not sent: {settings.SITE_URL}/courrier/demo/ shows them.", ""]
    return [
        f"  Demo accounts, password {demo.PASSWORD}",
        *lines,
        "",
        *(letters if settings.MAIL_TRANSPORT == "file" else []),
    ]


def children(host: str, port: int) -> list[Child]:
    python, celery = sys.executable, [*HUSH, "-m", "celery", "-q", "-A", "config.celery"]
    web = ["-m", "gunicorn", "config.wsgi", "--bind", f"{bracketed(host)}:{port}"]
    web += [
        "--workers",
        str(env.number("WEB_WORKERS", 2)),
        "--threads",
        "4",
        "--worker-class",
        "config.stopping.Worker",
        "--preload",
        "--no-control-socket",
        "--logger-class",
        "config.access_log.WithoutKeys",
    ]
    web += [
        "--log-level",
        "warning",
        *([] if settings.DEBUG else ["--access-logfile", "-"]),
        "--graceful-timeout",
        "10",
        "--pythonpath",
        str(settings.BASE_DIR),
    ]
    if Path("/dev/shm").is_dir():  # a heartbeat on a slow disk would look like a dead worker
        web += ["--worker-tmp-dir", "/dev/shm"]
    worker = [*celery, "worker", "--loglevel", "warning", "--concurrency", "1"]
    worker += ["--without-gossip", "--without-mingle"]
    names = [f"worker{number}@%h" for number in range(1, env.number("JOB_WORKERS", 1) + 1)]
    beat = [*celery, "beat", "--loglevel", "warning", "--pidfile", ""]
    return [
        Child("web", [python, *web]),
        *(Child("worker", [python, *worker, "-n", name]) for name in names),
        Child("beat", [python, *beat]),
    ]


@contextmanager
def alone(address: str) -> Iterator[None]:
    """A context manager that allows one copy for each folder: two would share a SQLite file, a queue and a clock.
    Raises CommandError."""
    path = Path(settings.VAR_DIR, "serve.lock")
    with opened(path) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(
                f"Another copy is already running on {settings.VAR_DIR} ({lock.read().strip()}). "
                "Stop it with Ctrl-C in its window, or give this one a folder of its own: VAR_DIR=/another/folder."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {address}")
        lock.flush()
        yield


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} can't be opened on {host} ({os.strerror(error.errno or 0)}). "
                f"Choose another: PORT={port + 1} make start"
            ) from None


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> str:
    """The address by which a server that listens on all addresses is reached from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
