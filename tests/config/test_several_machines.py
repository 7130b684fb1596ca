"""Two webs and two workers, each on a disk of its own, with PostgreSQL behind PgBouncer, Redis and a bucket between them; and how each of them
says that it is well, and stops."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from config.living import LIVE, READY
from tests import services
from tests.services import die_with_parent, free_port
from tests.site import ROOT, own_database, wait_until
from tests.smtp import Moody, MoodyController

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
TOKEN = "c" * 32
PYTHON = Path(sys.executable)


@dataclass
class Machine:
    """One process with a disk of its own, and the port at which it answers."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.environment = self.environment | {"VAR_DIR": str(self.folder / "var")}

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def start(self, program: str, *words: str, **others: str) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(PYTHON.with_name(program)), *words],
                cwd=ROOT,
                env=self.environment | others,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def serve(self) -> None:
        """As docker-compose.yml does."""
        bind = f"--bind=127.0.0.1:{self.port}"
        options = ["--workers=1", "--threads=4", "--worker-class=config.stopping.Worker"]
        options += ["--worker-tmp-dir=/dev/shm", "--no-control-socket"]
        self.start("gunicorn", "config.wsgi", bind, *options)

    def work(self) -> None:
        door = {"WORKER_DOOR": f"127.0.0.1:{self.port}"}
        name = f"--hostname={self.folder.name}@%h"
        self.start("celery", "-A", "config.celery", "worker", "--concurrency=1", name, **door)

    def ask(self, path: str, *, session: str = "", **fields: str) -> tuple[int, bytes]:
        """(status, body); (0, b"") when nobody answers."""
        headers = {"Cookie": f"session={session}; csrf={TOKEN}"}
        body, method = None, "GET"
        if fields:
            body, method = urlencode(fields | {"csrfmiddlewaretoken": TOKEN}), "POST"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(line):
            try:
                line.request(method, path, body, headers)
                answer = line.getresponse()
                return answer.status, answer.read()
            except OSError:
                return 0, b""

    def does(self, *words: str) -> dict:
        command = [PYTHON, "-m", "tests.config.one_paper", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self) -> int:
        assert self.process is not None
        try:
            return self.process.wait(60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Site:
    webs: list[Machine]
    workers: list[Machine]
    post: Moody
    bucket: Path

    @property
    def machines(self) -> list[Machine]:
        return [*self.webs, *self.workers]

    def story(self) -> str:
        return "\n".join(machine.log[-2000:] for machine in self.machines)


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    folder, post = tmp_path_factory.mktemp("several"), Moody()
    mail = MoodyController(post, port=free_port())
    mail.start()
    with services.bucket(folder) as bucket, contextlib.ExitStack() as pool:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "true",
            "PUBLIC_REGISTER": "none",
            "LOG_LEVEL": "WARNING",
            "DOORBELL": "false",  # each test says when the letters leave
            "MAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail.port),
        }
        environment |= own_database(prepared.settings["DATABASE_URL"].rsplit("/", 1)[1]) | bucket
        server = environment["DATABASE_URL"]
        environment |= pool.enter_context(services.pgbouncer(server))
        named = {
            kind: [folder / f"{kind}{number}" for number in (1, 2)] for kind in ("web", "worker")
        }
        webs = [Machine(path, environment) for path in named["web"]]
        workers = [Machine(path, environment) for path in named["worker"]]
        there = Site(webs, workers, post, folder / "s3" / services.BUCKET)
        try:
            for web in webs:
                web.serve()
            for worker in workers:
                worker.work()
            wait_until(lambda: all(one.ask(READY)[0] == 200 for one in there.machines), there.story)
            yield there
        finally:
            for machine in there.machines:
                machine.stop()
            for machine in there.machines:
                machine.end()
            mail.stop(no_assert=True)


def deliver(site: Site) -> None:
    """As the clock does."""
    code = "from config.celery import app; app.send_task('notifications.tasks.deliver')"
    environment = site.webs[0].environment
    subprocess.run([PYTHON, "-c", code], cwd=ROOT, env=environment, check=True)


def test_a_paper_signed_on_one_machine_is_read_on_the_other(site):
    one, other = site.webs
    told = other.does("paper")
    for web, party in ((one, "STRUCTURE"), (other, "EMPLOYER")):
        session = told["sessions"][party]
        assert web.ask(told["made"], session=session)[1].startswith(b"%PDF"), site.story()
        said = {"party": party, "read": told["read"], "capacity": "présidente", "agreed": "on"}
        assert web.ask(told["sign"], session=session, **said)[0] == 302, site.story()
    signed = [web.ask(told["signed"], session=told["sessions"]["STRUCTURE"]) for web in site.webs]
    assert signed[0] == signed[1]
    assert (signed[0][0], signed[0][1][:4]) == (200, b"%PDF")
    assert list((site.bucket / "apart" / "papers").iterdir()), "the list apart is there too"
    for machine in site.machines:
        var = machine.folder / "var"
        assert not {"vault", "media", "apart"} & {path.name for path in var.iterdir()}


def test_through_pgbouncer_each_question_has_its_answer(site):
    """More clients than connections, and none of them has one for itself."""
    told = site.webs[0].does("through_pgbouncer")
    assert told == {"read": [240] * 6, "fetched": [240] * 6, "alike": [1] * 6, "jit": "off"}


def test_prepare_and_migrate_speak_with_the_server_itself(site):
    environment = site.webs[0].environment
    for command in ("migrate", "prepare"):
        said = [PYTHON, "manage.py", command]
        done = subprocess.run(
            said, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_each_of_them_is_live_and_ready_whatever_name_it_is_called_by(site):
    for machine in site.machines:
        assert machine.ask(LIVE) == (200, b"ok\n")
        assert machine.ask(READY) == (200, b"ok\n")
    assert site.workers[0].ask("/sante/")[0] == 404


def test_a_worker_that_is_stopped_ends_its_letter_and_the_other_sends_the_rest_once(site):
    site.post.forget()
    site.post.slow = 1.0
    assert site.webs[0].does("letters", "6")["waiting"] >= 6
    deliver(site)
    wait_until(lambda: site.post.letters, site.story)
    busy = next(one for one in site.workers if has_a_lease(one))
    busy.stop()
    wait_until(lambda: busy.ask(READY)[0] in (503, 0), site.story)  # no more jobs for this one
    assert busy.end() == 0, busy.log
    site.post.slow = 0
    wait_until(lambda: deliver(site) or len(site.post.copies) >= 6, site.story)
    assert max(site.post.copies.values()) == 1
    busy.work()
    wait_until(lambda: busy.ask(READY)[0] == 200, site.story)


def has_a_lease(worker: Machine) -> bool:
    carried = worker.folder / "var" / "carried"
    return carried.is_dir() and any(carried.iterdir())


def test_a_web_that_is_stopped_ends_what_it_was_asked_and_takes_nothing_new(site):
    one, other = site.webs
    body = urlencode(
        {"login": "nobody@example.org", "password": "x" * 2000, "csrfmiddlewaretoken": TOKEN}
    )
    line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    with contextlib.closing(line):
        line.putrequest("POST", "/compte/login/")
        for name, value in {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
            "Cookie": f"csrf={TOKEN}",
        }.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(body[:1000].encode())
        time_for_it_to_be_read(one)
        one.stop()
        wait_until(lambda: one.ask(READY)[0] == 0, site.story)
        assert other.ask(READY)[0] == 200
        line.send(body[1000:].encode())
        answer = line.getresponse()
        page = answer.read().decode()
    assert answer.status == 200, one.log
    assert "nobody@example.org" in page, "the form, with what was typed"
    assert one.end() == 0
    one.serve()
    wait_until(lambda: one.ask(READY)[0] == 200, site.story)


def time_for_it_to_be_read(web: Machine) -> None:
    """Another question that is answered: the first is in somebody's hands by then."""
    assert web.ask(LIVE)[0] == 200


def test_without_its_database_a_web_is_live_and_not_ready_and_no_trouble_in_the_log(site, tmp_path):
    nowhere = f"postgres://site:x@127.0.0.1:{free_port()}/site"
    web = Machine(tmp_path / "web", site.webs[0].environment | {"DATABASE_URL": nowhere})
    web.serve()
    try:
        wait_until(lambda: web.ask(LIVE)[0] == 200, lambda: web.log)
        began = time.monotonic()
        assert web.ask(READY) == (503, b"no database\n")
        assert time.monotonic() - began < 10
        assert "Traceback" not in web.log
        assert "ERROR" not in web.log
    finally:
        web.stop()
        web.end()
