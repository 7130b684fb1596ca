"""A site on a PostgreSQL of its own, which a test may stop, crowd and fill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from tests import services
from tests.real_system import Program

LAY_OUT = "from tests.real_system import lay_out_database; lay_out_database()"
MOST = 12  # connections that it takes
HALF_A_PAGE = 4096
TOKEN = "a-token-of-the-tests"


@dataclass
class Site:
    door: int
    port: int
    data: Path
    programs: Path
    database: Program
    log: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door}"

    def start(self, *, largest_file: int = 0) -> None:
        """`largest_file`: as on a disk with no more room, no file grows beyond it; PostgreSQL writes half a page and is
        refused the rest."""
        address = ["-p", self.port, "-k", self.data, "-c", "fsync=off"]
        command = [self.programs / "postgres", "-D", self.data, *address]
        command += ["-c", f"max_connections={MOST}", "-c", "superuser_reserved_connections=0"]
        limit = ["prlimit", f"--fsize={largest_file}"] if largest_file else []
        self.database.command = [str(word) for word in (*limit, *command)]
        self.database.start()
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        services.wait_for(ready, self.database.log)

    def stop(self) -> None:
        self.database.stop(signal.SIGINT)

    @contextmanager
    def answering(self) -> Iterator["Site"]:
        """With its web server at its door."""
        bind = ["-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{self.door}", "-w", "1"]
        with self.log.open("ab") as log:
            web = subprocess.Popen(
                [sys.executable, *bind], env=self.environment, stdout=log, stderr=log
            )
        try:
            self.until("/besoins/", 200)
            yield self
        finally:
            web.terminate()
            web.wait(30)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(
            f"postgres://postgres@127.0.0.1:{self.port}/postgres", autocommit=True
        )

    def asked(self, path: str, **headers: str) -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.door, timeout=20)) as line:
            line.request("GET", path, headers={"Cookie": "session=" + "a" * 32} | headers)
            with closing(line.getresponse()) as answer:
                return answer.status, answer.read().decode()

    def until(self, path: str, status: int, wanted: str = "", **headers: str) -> str:
        """Programs begin and end in their own time; what is kept for some seconds changes after them."""
        deadline = time.monotonic() + 90
        while True:
            try:
                found, words = self.asked(path, **headers)
            except OSError:
                found, words = 0, ""
            if found == status and wanted in words:
                return words
            assert time.monotonic() < deadline, (path, found, words[-1000:])
            time.sleep(0.2)


@contextmanager
def site_of_its_own() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="trait-d-union-away-") as place:
        folder = Path(place)
        folder.chmod(0o755)  # PostgreSQL's own user must be able to walk through
        with _running(folder) as site:
            yield site


@contextmanager
def _running(folder: Path) -> Iterator[Site]:
    programs, data = services.postgres_folder(), folder / "pg"
    user = "postgres" if os.geteuid() == 0 else None
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, user)
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    initdb += ["--no-sync", "--wal-segsize=1"]
    subprocess.run(initdb, user=user, cwd=data, check=True, capture_output=True)
    database = Program("postgres", [], folder, user=user)
    ports = services.free_port(), services.free_port()
    site = Site(*ports, data, programs, database, folder / "web.log")
    environment = site.environment = _environment(site, folder)
    site.start()
    try:
        lay_out = [sys.executable, "-c", LAY_OUT]
        subprocess.run(lay_out, env=environment, check=True, capture_output=True)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=environment, check=True, capture_output=True)
        with site.answering():
            yield site
    finally:
        site.stop()


def _environment(site: Site, folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": "for-the-tests-only",
        "PAPERS_KEY": "for-the-papers-of-the-tests",
        "ALLOWED_HOSTS": "127.0.0.1",
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
        "SITE_URL": site.url,
        "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{site.port}/postgres",
        "REDIS_URL": "none",
        "METRICS_TOKEN": TOKEN,
    }
