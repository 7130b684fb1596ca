"""`manage.py serve`, for real: what dies comes back, what is told to stop leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.site import ROOT, Site, copy_of, wait_until

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.once,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads the list of processes in /proc"),
]


@pytest.fixture(scope="module")
def ready(tmp_path_factory, prepared):
    """A folder whose database is ready, so that each start is a second one."""
    return copy_of(prepared, tmp_path_factory.mktemp("serve"))


@pytest.fixture
def running(ready):
    ready.start()
    ready.wait_until_ready()
    yield ready
    ready.stop()


def processes_of(site: Site) -> dict[int, str]:
    """Every process that carries this site's folder in its environment, whoever its parent is."""
    mark, found = f"VAR_DIR={site.folder}\0".encode(), {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(place.name)] = command
        except OSError:
            continue
    return {pid: command for pid, command in found.items() if command}


def leader(site: Site, word: str) -> int:
    return min(pid for pid, command in processes_of(site).items() if word in command)


def who_does_the_jobs(site: Site) -> int:
    """The worker, or the newest of its children if it has any."""
    return max(pid for pid, command in processes_of(site).items() if " worker --log" in command)


def revive(site: Site, word: str) -> None:
    died = leader(site, word)
    os.kill(died, signal.SIGKILL)
    wait_until(
        lambda: any(word in command for pid, command in processes_of(site).items() if pid != died),
        lambda: str(processes_of(site)),
    )


def ask_for_a_letter(site: Site, address: str) -> None:
    fields = urlencode({"email": address, "csrfmiddlewaretoken": "c" * 32}).encode()
    form = Request(f"{site.url}/compte/password/reset/", fields, {"Cookie": f"csrf={'c' * 32}"})
    assert urlopen(form).status == 200
    arrived = lambda: any(address in file.read_text() for file in mailbox(site))  # noqa: E731
    wait_until(arrived, lambda: f"{site.log}\n{processes_of(site)}")


def mailbox(site: Site) -> list[Path]:
    return list((site.folder / "mailbox/new").glob("*"))


def test_what_dies_comes_back_and_ctrl_c_leaves_nothing_behind(running):
    assert f"Another copy is already running on {running.folder}" in refusal(running)
    ask_for_a_letter(running, "before@example.org")  # and then the worker waits
    os.kill(who_does_the_jobs(running), signal.SIGKILL)
    ask_for_a_letter(running, "after@example.org")
    for word in ("gunicorn", " beat"):
        revive(running, word)
    wait_until(running.answers, lambda: running.log)
    assert running.log.count("starting it again") == 3
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert processes_of(running) == {}


def test_when_serve_itself_is_killed_its_children_go_too(running):
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    wait_until(lambda: processes_of(running) == {}, lambda: str(processes_of(running)))


HANGS = """
import time
from celery.app.trace import trace_task
from config.celery import app

@app.task
def hangs():
    time.sleep(3)

app.conf.task_time_limit = 1
trace_task(hangs, "id", (), {}, request={}, app=app)
"""


def test_a_job_that_hangs_ends_its_worker(tmp_path):
    """And what ends is started again, as seen above."""
    settings = {"DEBUG": "true", "REDIS_URL": "none", "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", HANGS]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=False)
    assert done.returncode == -signal.SIGALRM


def refusal(site: Site, **settings: str) -> str:
    other = Site(site.folder, port=site.port, settings=site.settings | settings)
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=other.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_taken_port_says_which_to_take(ready):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        assert f"PORT={port + 1} make start" in refusal(ready, PORT=str(port))


def test_a_missing_setting_is_one_sentence(ready):
    words = refusal(ready, DEBUG="false", SECRET_KEY="")
    assert words == "Set SECRET_KEY: .env.example shows how.\n"
