"""The whole site as people get it: `manage.py serve` on a free port, its letters in a real mail server.

Where DATABASE_URL and REDIS_URL lead to PostgreSQL and Redis it runs on those, as production does,
in a database of its own; otherwise on SQLite and files.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from config import probe
from tests.services import die_with_parent, free_port
from tests.smtp import Moody, MoodyController

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240  # seconds: two cores, and a browser that starts at the same time
READY = "Ctrl-C stops everything."


class HasPost:
    """Something whose letters arrive in `post`."""

    post: Moody

    def letters_to(self, address: str) -> list:
        return [letter for letter in list(self.post.letters) if address in letter["to"]]

    def wait_for_letter(self, address: str, *, about: str = "") -> object:
        """The newest letter to that address whose subject holds these words."""

        def found():
            return [letter for letter in self.letters_to(address) if about in letter["subject"]]

        subjects = lambda: str([(letter["to"], letter["subject"]) for letter in self.post.letters])  # noqa: E731
        wait_until(found, subjects)
        return found()[-1]


@dataclass
class Site(HasPost):
    """A running site: `.url`, `.post` (tests.smtp.Moody, where the letters arrive), `.log`."""

    folder: Path
    post: Moody = field(default_factory=Moody)
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    is_used: bool = False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "serve.log").read_text(encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        ours = {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(self.folder)}
        door = {"PORT": str(self.port), "SITE_URL": self.url, "LOG_LEVEL": "WARNING"}
        shut = {"DEBUG": "true", "PUBLIC_REGISTER": "none"}
        return os.environ | ours | door | shut | self.settings

    def manage(self, *command: str, say: str = "") -> str:
        """Run one of the site's commands beside it, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            input=say,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *options: str) -> None:
        with (self.folder / "serve.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *options],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def wait_until_ready(self) -> None:
        wait_until(lambda: READY in self.log or self.process.poll() is not None, lambda: self.log)
        assert self.process.poll() is None, self.log

    def begin_anew(self, prepared: "Site") -> None:
        """Back to where `prepared` stands, without its letters. SQLite's file is written over while the processes
        run, as a backup is restored; PostgreSQL gives a new database, and the processes start again."""
        if self.settings["DATABASE_URL"] == "sqlite":
            database = "db.sqlite3"
            with (
                contextlib.closing(sqlite3.connect(prepared.folder / database)) as laid_out,
                contextlib.closing(sqlite3.connect(self.folder / database, timeout=60)) as ours,
            ):
                laid_out.backup(ours)
        elif self.is_used:
            self.stop()
            self.settings |= own_database(prepared.settings["DATABASE_URL"].rsplit("/", 1)[1])
            self.start()
            self.wait_until_ready()
        self.is_used = True
        self.post.forget()

    def answers(self) -> bool:
        return probe.ask(probe.WEB, "127.0.0.1", self.port)[0]

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)


@contextmanager
def started_site(folder: Path, prepared: Site, **settings: str) -> Iterator[Site]:
    """A site that begins where `prepared` stands, with these settings besides its own, and its post."""
    site = copy_of(prepared, folder)
    controller = MoodyController(site.post, port=free_port())
    controller.start()
    site.settings |= {"MAIL_TRANSPORT": "smtp", "EMAIL_HOST": "127.0.0.1"} | settings
    site.settings |= {"EMAIL_PORT": str(controller.port)}
    try:
        site.start()
        site.wait_until_ready()
        yield site
    finally:
        site.stop()
        controller.stop(no_assert=True)


def prepared_site(folder: Path) -> Site:
    """A site never started, its database laid out: made once, whoever of several processes asks."""
    folder.mkdir(parents=True, exist_ok=True)
    site, told = Site(folder), folder.with_suffix(".json")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            site.settings = own_database()
            site.manage("prepare")
            told.write_text(json.dumps(site.settings))
    site.settings = json.loads(told.read_text())
    return site


def copy_of(prepared: Site, folder: Path) -> Site:
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    if prepared.settings["DATABASE_URL"] == "sqlite":
        return Site(folder, settings=dict(prepared.settings))
    return Site(folder, settings=own_database(prepared.settings["DATABASE_URL"].rsplit("/", 1)[1]))


def own_database(template: str = "template1") -> dict[str, str]:
    """On PostgreSQL a new database, and on Redis a number that no other test process uses."""
    if os.environ["DATABASE_URL"] == "sqlite":
        return {"DATABASE_URL": "sqlite", "REDIS_URL": "none"}
    server, name = os.environ["DATABASE_URL"], f"site_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    queue = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}"
    with redis.Redis.from_url(queue) as connection:
        connection.flushdb()  # what the site before left ringing
    return {"DATABASE_URL": f"{server.rsplit('/', 1)[0]}/{name}", "REDIS_URL": queue}


def wait_until(question, story) -> None:
    deadline = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < deadline, story()
        time.sleep(0.1)
