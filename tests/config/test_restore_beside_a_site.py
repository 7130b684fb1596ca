"""A backup is restored beside nobody: a site that runs, here or on another machine, is a refusal, and nothing is touched."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from common import presence
from config import probe
from config.backup import alone, taking
from tests.services import die_with_parent, free_port
from tests.site import ROOT, Site, copy_of, wait_until

pytestmark = pytest.mark.e2e


@pytest.fixture
def site(prepared, tmp_path):
    return copy_of(prepared, tmp_path / "var")


@pytest.fixture
def backup(site, tmp_path):
    site.manage("backup", str(tmp_path / "backups"))
    return taking.latest(tmp_path / "backups")


def restored(site: Site, *words: str) -> str:
    """What the command says, one way or the other."""
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", *words],
        cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stderr if done.returncode else done.stdout


def started(site: Site, *words: str) -> subprocess.Popen:
    with (site.folder / "started.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=site.environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent,
        )  # fmt: skip


def gunicorn(site: Site) -> subprocess.Popen:
    door = f"--bind=127.0.0.1:{site.port}"
    web = started(site, "gunicorn", "config.wsgi", door, "--worker-class=config.stopping.Worker",
                  "--threads=2", "--no-control-socket")  # fmt: skip
    log = site.folder / "started.log"
    wait_until(lambda: probe.ask(probe.WEB, "127.0.0.1", site.port)[0], log.read_text)
    return web


def celery(site: Site, program: str) -> subprocess.Popen:
    words = ["--pidfile="] if program == "beat" else ["--concurrency=1"]
    worker = started(site, "celery", "-q", "-A", "config.celery", program, *words)
    wait_until((site.folder / presence.LOCK).exists, (site.folder / "started.log").read_text)
    return worker


@pytest.mark.once
def test_whoever_takes_in_answers_is_the_site_too(site, backup):
    """What came meanwhile was taken, answered “250 ok”, and replaced by the backup."""
    site.settings |= {"REPLY_DOMAIN": "reponse.example.org", "REPLY_AUTHSERV_ID": "mx.example.org"}
    answers = started(site, "django", "receive_mail", f"--port={free_port()}")
    log = (site.folder / "started.log").read_text
    wait_until((site.folder / presence.LOCK).exists, log)
    said = restored(site, str(backup), "--over")
    answers.terminate()
    answers.wait(60)
    assert "The site is running" in said, said


@pytest.mark.once
def test_beside_serve_nothing_is_restored_and_after_it_everything(site, backup):
    site.start()
    site.wait_until_ready()
    said = restored(site, str(backup), "--over")
    assert f"Nothing was restored. The site is running on {site.folder}" in said, said
    assert "Nothing was restored. The site is running" in restored(site, "--as-of", "2026-11-30")
    assert "Whole:" in restored(site, str(backup), "--check"), "to read it is no harm"
    site.stop()
    assert "The post is held" in restored(site, str(backup), "--over")


@pytest.mark.once
def test_a_worker_alone_is_the_site_too_and_so_is_its_clock(site, backup):
    for program in ("worker", "beat"):
        running = celery(site, program)
        try:
            said = restored(site, str(backup), "--over")
            assert "Nothing was restored. The site is running" in said, program
        finally:
            running.terminate()
            running.wait(60)
        (site.folder / presence.LOCK).unlink()  # the sign that the next one is there


@pytest.mark.postgres
def test_a_web_of_another_machine_is_seen_by_its_connection(site, backup, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = Site(elsewhere, port=free_port(), settings=dict(site.settings))
    web = gunicorn(other)
    try:
        said = restored(site, str(backup), "--over")
        assert "other connection(s) to the database are open, from 127.0.0.1" in said, said
    finally:
        web.terminate()
        web.wait(60)
    assert "The post is held" in restored(site, str(backup), "--over")


@pytest.mark.once
def test_who_starts_while_a_backup_is_restored_waits_for_its_end(settings, tmp_path):
    settings.VAR_DIR = Path(tmp_path)
    came = threading.Event()

    def begin() -> None:
        presence.be_there()
        came.set()

    starter = threading.Thread(target=begin)
    with alone.nobody_at_work():
        starter.start()
        assert not came.wait(0.5)
    assert came.wait(10)
    starter.join()
