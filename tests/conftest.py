"""What every test finds laid out: a database, an empty cache, no way out to the network."""

import os
import sys
from email import message_from_bytes, policy
from types import SimpleNamespace

import hypothesis
import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from tests.services import find, free_port

LOOPBACK = ("127.", "localhost", "::1")
# The only reason to skip that CI accepts: the reading material isn't part of a clone.
ACCEPTED_ABSENCE = "../shared is absent"
CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
).split()

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
def _database(db):
    """Every test may use the database."""


@pytest.fixture(autouse=True)
def _empty_cache(_database):
    """Rate limits count in the cache; a test must not pay for the one before."""
    if os.environ["REDIS_URL"] != "none":
        cache.clear()


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    """`with on_commit():` plays what the transaction promised to do afterwards."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


class Postman:
    """Takes every letter, as a real mail server does, and keeps it for the test to read."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append(SimpleNamespace(to=list(envelope.rcpt_tos), message=letter))
        return "250 OK"


@pytest.fixture
def postman():
    """A real SMTP server on a free port: `.letters`, `.host`, `.port`."""
    postman = Postman()
    postman.host, postman.port = "127.0.0.1", free_port()
    controller = Controller(postman, hostname=postman.host, port=postman.port)
    controller.start()
    yield postman
    controller.stop(no_assert=True)


@pytest.fixture
def smtp(postman, settings):
    """The postman, with the settings that carry our letters to it."""
    settings.MAIL_TRANSPORT = "smtp"
    settings.EMAIL_HOST, settings.EMAIL_PORT = postman.host, postman.port
    return postman


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The system's Chromium: nothing is downloaded."""
    return {"executable_path": find("chromium"), "args": CHROMIUM_FLAGS}


class NothingSkipped:
    """With CI=true a skipped test is a failed run: what isn't tried isn't known."""

    def __init__(self):
        self.skipped = []

    def pytest_runtest_logreport(self, report):
        if report.skipped and ACCEPTED_ABSENCE not in str(report.longrepr):
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session):
        if self.skipped:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        for name in self.skipped:
            terminalreporter.write_line(f"CI may not skip: {name}", red=True)


def pytest_configure(config):
    if os.environ.get("CI") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(NothingSkipped())
