"""A PostgreSQL of its own, by TLS: whose certificate is believed, what takes too long, and what `prepare` tells the role."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests import https_proxy, services
from tests.site import ROOT, own_database

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
NAME = "localhost"
IS_IT_TLS = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    print("told", cursor.fetchone()[0])
"""
type Ask = Callable[..., subprocess.CompletedProcess]


@contextmanager
def by_tls(name: str) -> Iterator[tuple[str, Path]]:
    """A server that shows a certificate of this name, which it has signed itself: its address, and the certificate."""
    with TemporaryDirectory(prefix="trait-d-union-tls-") as place:
        folder = Path(place)
        folder.chmod(0o755)  # PostgreSQL's own user must be able to walk through
        both = https_proxy.certificate(name, folder)
        shown = folder / "shown.pem"
        shown.write_text("-----BEGIN CERT" + both.read_text().split("-----BEGIN CERT")[1])
        both.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(both, "postgres")
        files = (f"ssl_cert_file={both}", f"ssl_key_file={both}")
        with services.postgres(folder, "ssl=on", *files) as said:
            yield said["DATABASE_URL"].replace("127.0.0.1", NAME), shown


@pytest.fixture(scope="module")
def tls():
    with by_tls(NAME) as server:
        yield server


@pytest.fixture
def asks(tmp_path) -> Ask:
    """The site's own settings ask a database by which way they speak with it."""

    def ask(url: str, **settings: str) -> subprocess.CompletedProcess:
        ours = {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "true", "DATABASE_URL": url}
        return subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", IS_IT_TLS],
            cwd=ROOT,
            env=os.environ | ours | {"VAR_DIR": str(tmp_path), "REDIS_URL": "none"} | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    return ask


def test_a_server_whose_certificate_and_name_are_known_is_spoken_to(tls, asks):
    url, certificate = tls
    done = asks(url, DATABASE_SSLMODE="verify-full", DATABASE_SSLROOTCERT=str(certificate))
    assert done.stdout.split() == ["told", "True"], done.stderr


def test_a_server_that_shows_somebody_elses_certificate_is_not(tls, asks, tmp_path):
    url, _certificate = tls
    other = https_proxy.certificate(NAME, tmp_path)
    done = asks(url, DATABASE_SSLMODE="verify-full", DATABASE_SSLROOTCERT=str(other))
    assert done.returncode
    assert "certificate verify failed" in done.stderr
    assert "told" not in done.stdout


def test_a_server_of_another_name_is_not_either(asks):
    with by_tls("database.example.org") as (url, certificate):
        root = {"DATABASE_SSLROOTCERT": str(certificate)}
        refused = asks(url, DATABASE_SSLMODE="verify-full", **root)
        assert "does not match host name" in refused.stderr
        assert "told" not in refused.stdout
        assert "told True" in asks(url, DATABASE_SSLMODE="verify-ca", **root).stdout


def test_a_server_without_tls_is_not_where_it_is_asked_for(asks):
    url = own_database()["DATABASE_URL"]
    refused = asks(url, DATABASE_SSLMODE="require")
    assert "server does not support SSL" in refused.stderr
    assert "told False" in asks(url).stdout


def test_prepare_tells_the_role_what_pgbouncer_hands_on_to_no_connection(prepared, tmp_path):
    """A role of its own: that of the other tests goes on as it is."""
    database = own_database(prepared.settings["DATABASE_URL"].rsplit("/", 1)[1])
    server, role = database["DATABASE_URL"], f"limits_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN SUPERUSER")
    ours = server.replace("postgres@", f"{role}@")
    try:
        said = {"DATABASE_STATEMENT_SECONDS": "30", "DATABASE_LOCK_SECONDS": "10"}
        said |= database | {"DATABASE_URL": ours, "DATABASE_DIRECT_URL": ours}
        said |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "true"}
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env=os.environ | said | {"VAR_DIR": str(tmp_path)},
            capture_output=True,
            check=True,
        )
        with psycopg.connect(ours) as anew:
            names = ("statement_timeout", "lock_timeout", "jit")
            shown = [anew.execute(f"SHOW {name}").fetchone()[0] for name in names]
        assert shown == ["30s", "10s", "off"]
    finally:
        with psycopg.connect(server, autocommit=True) as owner:
            owner.execute(f"DROP ROLE {role}")
