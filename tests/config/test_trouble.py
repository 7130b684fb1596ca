"""The database is away, or its disk is full: a calm page that asks it for nothing, and then all is well again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from config import trouble
from tests import services
from tests.factories import make_need, make_user
from tests.real_system import Program

LAY_OUT = "from tests.real_system import lay_out_database; lay_out_database()"
CALM = "Le site revient dans un instant"


@pytest.mark.parametrize(
    ("error", "template"),
    [
        (OperationalError("server closed the connection unexpectedly"), trouble.AWAY),
        (OperationalError("database is locked"), trouble.AWAY),
        (OSError(28, "No space left on device"), trouble.NO_ROOM),
        (OSError(2, "No such file"), ""),
        (LookupError("a bug of ours"), ""),
    ],
)
def test_each_trouble_has_its_page(error, template):
    assert trouble.template_for(error) == template


def fill_up() -> None:
    with transaction.atomic():
        for _ in range(200):
            make_need(context="x " * 100_000)


@pytest.mark.sqlite
def test_sqlite_s_full_disk_is_told_from_one_that_is_away():
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OperationalError, match="full") as full:
            fill_up()
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert trouble.template_for(full.value) == trouble.NO_ROOM
    make_need()


def test_a_fault_of_ours_is_still_a_fault(client, monkeypatch):
    monkeypatch.setattr("marketplace.views.market.catalogue.LookedFor.of", lambda text: 1 / 0)
    client.raise_request_exception = False
    answer = client.get(reverse("needs"))
    assert answer.status_code == 500
    assert "Une erreur de notre côté" in answer.text
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text, "to find it in the log"


def test_every_page_is_calm_while_the_database_is_away(client, monkeypatch):
    """A session's cookie is enough for the first question, long before a view."""
    client.force_login(make_user())
    client.raise_request_exception = False

    def away(*_given, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    for name in ("needs", "home", "account_login"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert CALM in answer.text
    answer = client.get(reverse("health"), headers={"accept": "text/plain"})
    assert answer.status_code == 503


def asked(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", path, headers={"Cookie": "session=" + "a" * 32})
        with closing(line.getresponse()) as answer:
            return answer.status, answer.read().decode()


def until(port: int, path: str, status: int) -> str:
    """Programs begin and end in their own time."""
    deadline = time.monotonic() + 90
    while True:
        try:
            found, words = asked(port, path)
        except OSError:
            found, words = 0, ""
        if found == status:
            return words
        assert time.monotonic() < deadline, (path, found, words[-1000:])
        time.sleep(0.2)


@pytest.mark.e2e
@pytest.mark.postgres
def test_a_real_postgresql_stops_and_starts_again():
    with tempfile.TemporaryDirectory(prefix="trait-d-union-away-") as place:
        stop_and_start(Path(place))


def stop_and_start(folder: Path) -> None:
    folder.chmod(0o755)  # PostgreSQL's own user must be able to walk through
    programs, data = services.postgres_folder(), folder / "pg"
    port, door = services.free_port(), services.free_port()
    user = "postgres" if os.geteuid() == 0 else None
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user, user)
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--no-sync"], user=user, cwd=data, check=True, capture_output=True)
    command = [programs / "postgres", "-D", data, "-p", port, "-k", data, "-c", "fsync=off"]
    database = Program("postgres", command, folder, user=user)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": "for-the-tests-only",
        "PAPERS_KEY": "for-the-papers-of-the-tests",
        "ALLOWED_HOSTS": "127.0.0.1",
        "VAR_DIR": str(folder / "var"),
        "STATIC_ROOT": str(folder / "static"),
        "SITE_URL": f"http://127.0.0.1:{door}",
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{port}/postgres",
        "REDIS_URL": "none",
    }
    database.start()
    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        services.wait_for(ready, database.log)
        lay_out = [sys.executable, "-c", LAY_OUT]
        subprocess.run(lay_out, env=environment, check=True, capture_output=True)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, env=environment, check=True, capture_output=True)
        bind = ["-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{door}", "-w", "1"]
        with (folder / "web.log").open("wb") as log:
            web = subprocess.Popen([sys.executable, *bind], env=environment, stdout=log, stderr=log)
        try:
            until(door, "/besoins/", 200)
            database.stop(signal.SIGINT)
            for path in ("/besoins/", "/", "/compte/login/"):
                status, words = asked(door, path)
                assert (status, CALM in words) == (503, True), path
            assert asked(door, "/sante/web/")[0] == 503
            database.start()
            services.wait_for(ready, database.log)
            assert asked(door, "/besoins/")[0] == 200, "at the first question after it is back"
            assert asked(door, "/sante/web/")[0] == 200
        finally:
            web.terminate()
            web.wait(30)
    finally:
        database.stop(signal.SIGINT)
