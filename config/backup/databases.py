"""The database written to one file and read back, each by its own tools; all of it or nothing."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Count, Max

from config.backup.refusals import NotPossible

FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
OURS = ("accounts", "marketplace", "notifications")
LEAP = 10_000
# A release of before knows this way to keep letters back, and none other.
PAUSE = """
INSERT INTO notifications_mailpipe (id, paused_until, reason, failures)
VALUES (1, '2099-01-01 00:00:00+00:00', 'A backup is being restored', 0)
ON CONFLICT (id) DO UPDATE SET paused_until = excluded.paused_until, reason = excluded.reason;
"""
# Extensions stay: they aren't ours to make.
EMPTY = """
SET lock_timeout = '60s';
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', found.tablename);
  END LOOP;
  FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', found.name);
  END LOOP;
END $$;
SET lock_timeout = 0;
"""


def dump(folder: Path) -> dict[str, str]:
    """Write the database, as it is at one moment, into the folder. Returns the versions of what wrote it. Raises
    NotPossible."""
    file = folder / FILES[connection.vendor]
    if connection.vendor == "sqlite":
        with _said_by_sqlite(), contextlib.closing(sqlite3.connect(file)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        return {"sqlite": sqlite3.sqlite_version}
    command = ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"]
    _run(["pg_dump", *command, *_where()])
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {"pg_dump": _run(["pg_dump", "--version"]).strip(), "server": server}


def load(folder: Path) -> None:
    """Put what a backup holds in the place of all that is in the database, with letters paused. Raises NotPossible: the
    database is then as it was."""
    file = folder / FILES[connection.vendor]
    if connection.vendor == "sqlite":
        with _said_by_sqlite():
            _load_sqlite(file)
    else:
        connection.close()
        _load_postgres(file)


@contextlib.contextmanager
def _said_by_sqlite() -> Iterator[None]:
    """A context manager: what SQLite says (a full disk, a file that isn't a database) is a sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise NotPossible(f"SQLite says: {error}.") from error


def _load_sqlite(file: Path) -> None:
    with tempfile.TemporaryDirectory(
        dir=file.parent if os.access(file.parent, os.W_OK) else None
    ) as aside:
        draft = shutil.copy(file, aside)
        with contextlib.closing(sqlite3.connect(draft)) as source:
            source.execute("PRAGMA journal_mode=DELETE")
            with source:
                source.execute(PAUSE)
            connection.ensure_connection()
            source.backup(connection.connection)


def _load_postgres(file: Path) -> None:
    """psql reads, in one transaction, what empties the database, what pg_restore writes, and what pauses the letters."""
    reader = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *_where(), "-f", "-"]
    plain = ["pg_restore", "--no-owner", "--no-privileges", "--no-comments", "-f", "-", str(file)]
    with (
        tempfile.TemporaryFile() as said,
        _started(reader, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as psql,
        _started(plain, stdout=subprocess.PIPE, stderr=said) as source,
    ):
        assert psql.stdin is not None
        assert source.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # psql has said why
            # Ours, and not psql's own `-1`: if we are killed it reads an end, and must not commit half a database.
            psql.stdin.write(f"BEGIN;\n{EMPTY}".encode())
            shutil.copyfileobj(source.stdout, psql.stdin, 1 << 20)
            if source.wait():
                psql.kill()  # and with it the transaction
            psql.stdin.write(f"SET search_path = public;\n{PAUSE}\nCOMMIT;\n".encode())
        with contextlib.suppress(BrokenPipeError):
            psql.stdin.close()
        source.stdout.close()
        if psql.wait() or source.wait():
            raise NotPossible(f"The database couldn’t be written: {_last_line(said)}")


def is_empty() -> bool:
    """Whether nobody is in it: places and skills are laid out in a new one too."""
    people = "accounts_user"
    if people not in connection.introspection.table_names():
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {people} LIMIT 1")
        return cursor.fetchone() is None


def leap() -> None:
    """Go on counting far behind the last number of each table: what was numbered after the backup is named in letters,
    links and lists, and its number must not become another row's. As far as it has rows, LEAP at the least: numbers
    that doubled each time would leave, after some twenty restores, what fits in four bytes."""
    for model in apps.get_models():
        key = model._meta.pk
        if model._meta.app_label in OURS and isinstance(key, AutoField):
            known = model._base_manager.aggregate(last=Max("pk"), rows=Count("pk"))
            _count_from(
                model._meta.db_table, str(key.column), known["last"] or 0, max(known["rows"], LEAP)
            )


def _count_from(table: str, column: str, last: int, leap: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            given = cursor.fetchone()
            last = max(last, given[0] if given else 0)
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            counted = [table, last + leap]
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", counted)
            return
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        (sequence,) = cursor.fetchone()
        if sequence:
            cursor.execute(f"SELECT last_value FROM {sequence}")
            last = max(last, cursor.fetchone()[0])
            cursor.execute("SELECT setval(%s, %s)", [sequence, last + leap])


def _where() -> list[str]:
    """The database, as PostgreSQL's programs are told; its password goes by the environment."""
    known = connection.settings_dict
    named = {"host": known["HOST"], "port": known["PORT"], "username": known["USER"]}
    options = [f"--{name}={value}" for name, value in named.items() if value]
    return [*options, "--no-password", f"--dbname={known['NAME']}"]


def _environment() -> dict[str, str]:
    known = connection.settings_dict
    tls = {
        f"PG{name.upper()}": known["OPTIONS"].get(name, "") for name in ("sslmode", "sslrootcert")
    }
    said = {name: value for name, value in tls.items() if value}
    return os.environ | said | {"PGPASSWORD": known["PASSWORD"], "LC_MESSAGES": "C"}


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, env=_environment(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise _missing(command[0]) from None
    if done.returncode:
        said = (done.stderr.strip() or "it doesn’t say why").splitlines()[-1]
        raise NotPossible(f"{command[0]} failed: {said}")
    return done.stdout


def _started(command: list[str], **streams: int | IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(command, env=_environment(), **streams)  # type: ignore[call-overload]
    except FileNotFoundError:
        raise _missing(command[0]) from None


def _missing(program: str) -> NotPossible:
    return NotPossible(
        f"{program} is not installed: it comes with Debian’s package postgresql-client, in the version of the server or later."
    )


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read()[-4000:].decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it doesn’t say why"
