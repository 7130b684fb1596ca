"""The release before works on today's schema, while it is migrated and after, and is gone back to: on PostgreSQL, where clients do
their acts and a worker its own meanwhile. On SQLite a site is stopped for it."""

import json
import mailbox
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import upgrades
from tests.services import die_with_parent
from tests.site import ROOT, Site, own_database, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
PATIENCE = 900  # seconds: two cores, and others on them
CLIENTS = 4
BEHIND = 0.25  # of the time that a migration takes: what one client may wait behind it, so whatever the machine
PLACES = "accounts/management/commands/load_places.py"
LOADS_NOTHING = """
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    def handle(self, *args, **options):
        pass
"""
ACTS = ROOT / "tests" / "other_release.py"
MAIN_ACTS = {"publish", "apply", "accept", "say", "hours"}


class Code:
    """One release's code on the database of the site."""

    def __init__(self, folder: Path, site: Site, name: str) -> None:
        self.folder = folder
        self.environment = site.environment | {
            "PYTHONPATH": str(folder), "LOG_LEVEL": "CRITICAL", "DOORBELL": "false", "PGAPPNAME": name,
        }  # fmt: skip

    def start(self, *words: str, **options) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.environment,
            text=True,
            preexec_fn=die_with_parent,
            **options,
        )

    def does(self, *words: str) -> None:
        process = self.start(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        told, _none = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, told[-6000:]

    @contextmanager
    def at_work(self, word: str, clients: int) -> Iterator["AtWork"]:
        process = self.start(
            "-P", str(ACTS), word, str(clients), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with process:
            try:
                yield AtWork(process)
            finally:
                process.kill()


class AtWork:
    """One release's clients and its worker (tests/other_release.py)."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.people: list[str] = self._answer()["people"]

    def asked(self, *words: str) -> dict:
        assert self.process.stdin is not None
        print(*words, file=self.process.stdin, flush=True)
        return self._answer()

    def tells(self) -> dict:
        """What has been done, once everybody has gone a whole round from now on: nothing of it was answered by 500."""
        found = self.asked("tell")
        assert found["broken"] == {}
        assert set(found["acts"]) == MAIN_ACTS
        return found

    def _answer(self) -> dict:
        assert self.process.stdout is not None
        patience = threading.Timer(PATIENCE, self.process.kill)
        patience.start()
        line = self.process.stdout.readline()
        patience.cancel()
        assert line, "it has ended: stderr says why, or it took too long"
        return json.loads(line)


class Waits:
    """How long the release before waits for what today's code holds: asked of PostgreSQL over and over. A page may be slow because a
    machine is crowded, and `prepare` itself crowds it; this is what a migration costs by its locks."""

    HELD = """
        SELECT waits.pid, locks.waitstart, extract(epoch FROM clock_timestamp() - locks.waitstart)::float8,
               left(holds.query, 200)
        FROM pg_locks locks
        JOIN pg_stat_activity waits ON waits.pid = locks.pid AND waits.application_name = 'before'
        JOIN pg_stat_activity holds
          ON holds.pid = ANY (pg_blocking_pids(locks.pid)) AND holds.application_name = 'today'
        WHERE NOT locks.granted AND locks.waitstart IS NOT NULL AND waits.datname = current_database()"""
    EVERY = 0.05  # seconds

    def __init__(self, database: str) -> None:
        self.database, self.over = database, threading.Event()
        self.seen: dict[tuple[int, object], tuple[float, str]] = {}
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Waits":
        self.thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        with psycopg.connect(self.database, autocommit=True) as connection:
            while not self.over.wait(self.EVERY):
                for pid, since, took, behind in connection.execute(self.HELD):
                    self.seen[pid, since] = took, behind

    @property
    def longest(self) -> float:
        """Of one client, all its waits together, so whatever page they were for."""
        each: Counter[int] = Counter()
        for (pid, _since), (took, _behind) in list(self.seen.items()):
            each[pid] += took
        return max(each.values(), default=0.0)


def letters_of(site: Site) -> Counter[str]:
    """How often each letter has left."""
    return Counter(letter["Message-ID"] for letter in mailbox.Maildir(site.folder / "mailbox"))


@pytest.fixture
def before(tmp_path):
    """The code of the release before, as its commit has it."""
    name, commit = upgrades.release_before()
    if not upgrades.is_in_this_clone(commit):
        assert not upgrades.has_history(), f"CHANGELOG.md names {commit}, which nobody has made"
        pytest.skip(f"{upgrades.ABSENT} {name} ({commit})")
    folder = tmp_path / "before"
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    # The communes, which both releases bring alike: a sixth of the time, and nobody here asks for them.
    (folder / PLACES).write_text(LOADS_NOTHING)
    return folder


@pytest.mark.long
def test_the_release_before_is_at_work_while_today_migrates_and_is_gone_back_to(before, tmp_path):
    site = Site(tmp_path / "var", settings=own_database() | {"MAIL_TRANSPORT": "file"})
    site.folder.mkdir()
    old, new, laps = Code(before, site, "before"), Code(ROOT, site, "today"), Laps()
    old.does("manage.py", "prepare")
    laps.note("the release before prepares")
    with old.at_work("avant", CLIENTS) as yesterday:
        quiet = yesterday.tells()
        left = letters_of(site).total()
        laps.note("and is at work")
        with Waits(site.settings["DATABASE_URL"]) as waits:
            new.does("manage.py", "prepare")
        laps.note("today migrates")
        pendant = yesterday.asked("world", "pendant")["people"]  # its INSERTs, on today's tables
        yesterday.asked("read", *yesterday.people, *pendant)
        beside = yesterday.tells()
        laps.note("the release before goes on")
        with new.at_work("apres", CLIENTS // 2) as today:
            today.asked("read", *pendant, *today.people)
            anew = today.tells()
            laps.note("today is at work beside it")
        yesterday.asked("read", *today.people)
        back = yesterday.tells()  # what today's code has written, read by the one before
        laps.note("and is gone back from")
    letters = letters_of(site)
    found: dict[str, object] = {"quiet": quiet, "beside": beside, "today": anew, "back": back}
    print(json.dumps(found | {"waits": list(waits.seen.values()), "seconds": laps.took}, indent=1))
    assert waits.longest < BEHIND * laps.took["today migrates"]
    assert letters.total() > left > 0
    assert letters.most_common(1)[0][1] == 1, "a letter has left twice"


class Laps:
    """What takes the time."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self.began = time.monotonic()

    def note(self, what: str) -> None:
        now = time.monotonic()
        self.took[what], self.began = round(now - self.began, 1), now
        print(f"{self.took[what]:7.1f} s: {what}", flush=True)


def test_who_waits_for_what_todays_code_holds_is_seen():
    database = own_database()["DATABASE_URL"]
    today, before = (
        psycopg.connect(database, application_name=name) for name in ("today", "before")
    )
    with today, before, Waits(database) as waits:
        today.execute("CREATE TABLE thing (id int)")
        today.commit()
        today.execute("LOCK TABLE thing")
        reader = threading.Thread(target=before.execute, args=["SELECT * FROM thing"])
        reader.start()
        wait_until(lambda: waits.longest > 0.2, lambda: str(waits.seen))
        today.commit()
        reader.join()
    assert "LOCK TABLE" in next(iter(waits.seen.values()))[1]
