"""What every test finds laid out: a database, an empty cache, no way out to the network."""

import contextlib
import gc
import os
import sqlite3
import sys
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings as house
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from tests import questions, turns
from tests.buckets import bucket, s3_server  # noqa: F401 (fixtures for all)
from tests.services import browser as browser_program
from tests.services import free_port
from tests.sharing import Sharing
from tests.site import prepared_site, started_site
from tests.smtp import Moody, MoodyController

LOOPBACK = ("127.", "localhost", "::1")
# The only reasons to skip that CI accepts: the reading material isn't part of a clone, and a shallow one has no history.
ACCEPTED_ABSENCES = ("../shared is absent", "the history of this clone doesn't go back to release")
CHROMIUM_FLAGS = [
    "--accept-lang=fr-FR",  # most people's browsers: the first visit hears them
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine isn't a bug
hypothesis.settings.load_profile("house")


def stay_inside(event: str, arguments: tuple) -> None:
    """The network is shut: a test that calls out would pass here and fail on a train."""
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    host = str(arguments[1][0])
    if not host.startswith(LOOPBACK):
        raise ConnectionRefusedError(f"The tests' network is shut: {host}")


sys.addaudithook(stay_inside)


@pytest.fixture(autouse=True)
def _database(request):
    """Every test may use the database; those on the real processes have one of their own there."""
    if request.node.get_closest_marker("e2e") is None:
        request.getfixturevalue("db")


@pytest.fixture(autouse=True)
def _empty_cache(request, _database):
    """Rate limits count in the cache; a test must not pay for the one before."""
    if os.environ["REDIS_URL"] != "none" and not request.node.get_closest_marker("e2e"):
        cache.clear()


@pytest.fixture(autouse=True)
def _in_french():
    """A page asked for in English leaves its language behind in the thread."""
    with translation.override(house.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="module")
def our_skills(django_db_setup, django_db_blocker):
    """Our whole list of skills, in a transaction that is taken back: two seconds, once a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_skills", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    """`with on_commit():` plays what the transaction promised to do afterwards."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def processes(transactional_db, tmp_path):
    """The environment for processes of their own: on PostgreSQL's test database as it stands, or
    on a copy of SQLite's, which lives in the memory of this one."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
            connection.connection.backup(copy)
        database = "sqlite"
    else:
        base = connection.settings_dict
        who = f"{quote(base['USER'])}:{quote(base['PASSWORD'])}"
        database = f"postgres://{who}@{base['HOST']}:{base['PORT']}/{quote(base['NAME'])}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": database,
        "ALLOWED_HOSTS": "testserver",
        "DOORBELL": "false",
    }


@pytest.fixture
def smtp(settings):
    """A real mail server on a free port, and the settings that carry our letters to it."""
    moody = Moody()
    controller = MoodyController(moody, port=free_port())
    controller.start()
    settings.MAIL_TRANSPORT = "smtp"
    here = {"host": "127.0.0.1", "port": controller.port, "user": "", "password": "", "tls": ""}
    settings.MAIL_SERVER = here | {"seconds": 20}
    yield moody
    controller.stop(no_assert=True)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A site laid out and never started (tests/site.py), one for all the test processes."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return prepared_site(folder / "prepared")


@pytest.fixture(scope="session")
def running(tmp_path_factory, prepared):
    """A site started once for each test process: twelve seconds of a processor. A provider may be on this machine."""
    folder = tmp_path_factory.mktemp("site")
    with started_site(folder, prepared, OPENID_LOOPBACK="true") as site:
        yield site


@pytest.fixture(scope="module")
def site(running, prepared):
    """The whole site as people get it: real processes, real letters (tests/site.py). Each module finds it as it was
    laid out: what is on a desk or in a catalogue is what that module put there."""
    running.begin_anew(prepared)
    return running


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The system's Chromium: nothing is downloaded. What is expected of a page may come late: other tests run
    beside these."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    return {"executable_path": browser_program(), "args": CHROMIUM_FLAGS}


class NothingSkipped:
    """With CI=true a skipped test is a failed run: what isn't tried isn't known."""

    def __init__(self):
        self.skipped = []

    def pytest_runtest_logreport(self, report):
        if report.skipped and not any(one in str(report.longrepr) for one in ACCEPTED_ABSENCES):
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session):
        if self.skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for name in self.skipped:
            terminalreporter.write_line(f"CI may not skip: {name}", red=True)


def pytest_collection_modifyitems(config, items):
    """A test that is about one database isn't skipped on the other: it isn't there."""
    for item in items:
        if item.get_closest_marker("e2e") and item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid}: the other turn lays that database out")
    on_postgres = os.environ["DATABASE_URL"] != "sqlite"
    left_out = turns.of_another_turn(items, on_postgres=on_postgres)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    # Whatever the order of the day is otherwise: at the end no process waits for another.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:  # pytest-django lays out the databases that marks ask for, and no other
        if not item.get_closest_marker("e2e") and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)


@pytest.hookimpl(optionalhook=True)
def pytest_collection_finish(session):
    """The house is there to stay: to look through it again and again for what nobody holds took a sixth of the
    tests' time. What a test leaves is still looked for, less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_xdist_make_scheduler(config, log):
    return Sharing(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_configure(config):
    if questions.FOLDER and os.environ["DATABASE_URL"] == "sqlite":
        config.pluginmanager.register(questions.Writer(questions.FOLDER))
    if hasattr(config, "workerinput"):
        return  # the process that shares out the tests has seen to it
    # A fresh clone holds what people write, not what Django reads: without this all is in English.
    call_command("compile_translations", verbosity=0)
    for catalogue in Path(house.LOCALE_PATHS[0]).rglob("*.mo"):  # one may have been read too soon
        translation_file_changed(None, catalogue)
    if os.environ.get("CI") == "true":
        config.pluginmanager.register(NothingSkipped())
