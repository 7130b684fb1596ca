"""Two webs and two workers, each on a disk of its own, with PostgreSQL behind PgBouncer, Redis and a bucket between them; and how each of them
says that it is well, and stops."""

import contextlib
import http.client
import subprocess
import time
from urllib.parse import urlencode

import pytest

from config.living import LIVE, READY
from tests import services
from tests.config.several import PYTHON, TOKEN, Machine, Site, several_machines
from tests.services import free_port
from tests.site import ROOT, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    with several_machines(
        prepared, folder, DOORBELL="false"
    ) as site:  # each test says when the letters leave
        yield site


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
    assert site.keeps_no_file()


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
    site.post.slow = 3.0
    assert site.webs[0].does("letters", "6")["waiting"] >= 6
    deliver(site)
    wait_until(lambda: site.post.letters, site.story)
    busy = next(one for one in site.workers if has_a_lease(one))
    busy.stop()
    wait_until(lambda: busy.ask(READY) == (503, b"stopping\n"), site.story)  # no more jobs for it
    assert busy.ask(LIVE)[0] == 200, "it has a letter in hand: nobody starts it again meanwhile"
    assert busy.end() == 0, busy.log
    site.post.slow = 0
    wait_until(lambda: deliver(site) or len(site.post.copies) >= 6, site.story)
    assert max(site.post.copies.values()) == 1
    busy.work()
    wait_until(lambda: busy.ask(READY)[0] == 200, site.story)


def has_a_lease(worker: Machine) -> bool:
    carried = worker.folder / "var" / "carried"
    return carried.is_dir() and any(carried.iterdir())


def test_the_door_of_a_worker_is_shut_until_it_takes_jobs_and_says_when_its_database_is_gone(
    site, tmp_path
):
    port, server = free_port(), site.webs[0].environment["DATABASE_DIRECT_URL"]
    with contextlib.ExitStack() as broker, contextlib.ExitStack() as pool:
        places = pool.enter_context(services.pgbouncer(server))
        places |= {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        worker = Machine(tmp_path / "worker", site.workers[0].environment | places)
        worker.work()
        try:
            wait_until(lambda: "Cannot connect to redis" in worker.log, lambda: worker.log)
            assert [worker.ask(path) for path in (LIVE, READY)] == [(0, b"")] * 2, "it starts still"
            broker.enter_context(services.redis(tmp_path, at=port))
            wait_until(lambda: worker.ask(READY) == (200, b"ok\n"), lambda: worker.log)
            pool.close()
            assert worker.ask(READY) == (503, b"no database\n")
            assert worker.ask(LIVE) == (200, b"ok\n")
            assert "Traceback" not in worker.log
        finally:
            worker.stop()
            worker.end()


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
