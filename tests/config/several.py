"""Several machines: processes, each with a disk of its own, with PostgreSQL behind PgBouncer, Redis and a bucket between them."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from config.living import READY
from tests import services
from tests.services import die_with_parent, free_port
from tests.site import ROOT, HasPost, own_database, wait_until
from tests.smtp import Moody, MoodyController

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
class Site(HasPost):
    """`.url`: where the balancer listens, once there is one."""

    webs: list[Machine]
    workers: list[Machine]
    post: Moody
    bucket: Path
    url: str

    @property
    def machines(self) -> list[Machine]:
        return [*self.webs, *self.workers]

    @property
    def log(self) -> str:
        return "\n".join(machine.log for machine in self.machines)

    def story(self) -> str:
        return "\n".join(machine.log[-2000:] for machine in self.machines)

    def manage(self, *command: str, say: str = "") -> str:
        """One of the site's commands, on the first machine."""
        done = subprocess.run(
            [PYTHON, "manage.py", *command],
            cwd=ROOT,
            env=self.webs[0].environment,
            input=say,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def keeps_no_file(self) -> bool:
        """No disk has one of the folders in which a machine alone keeps what people have sent or signed."""
        kept = {"vault", "media", "apart"}
        disks = (machine.folder / "var" for machine in self.machines)
        return not any(kept & {path.name for path in disk.iterdir()} for disk in disks)


@contextlib.contextmanager
def several_machines(prepared, folder: Path, **settings: str) -> Iterator[Site]:
    """Two webs and two workers, begun where `prepared` stands, and their post."""
    post, door = Moody(), free_port()
    mail = MoodyController(post, port=free_port())
    mail.start()
    with services.bucket(folder) as bucket, contextlib.ExitStack() as pool:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "true",
            "PUBLIC_REGISTER": "none",
            "LOG_LEVEL": "WARNING",
            "MAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail.port),
            "SITE_URL": f"http://localhost:{door}",
        }
        environment |= own_database(prepared.settings["DATABASE_URL"].rsplit("/", 1)[1]) | bucket
        server = environment["DATABASE_URL"]
        environment |= pool.enter_context(services.pgbouncer(server)) | settings
        named = {
            kind: [folder / f"{kind}{number}" for number in (1, 2)] for kind in ("web", "worker")
        }
        webs = [Machine(path, environment) for path in named["web"]]
        workers = [Machine(path, environment) for path in named["worker"]]
        there = Site(webs, workers, post, folder / "s3" / services.BUCKET, environment["SITE_URL"])
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


@contextlib.contextmanager
def balanced(site: Site, folder: Path) -> Iterator[Path]:
    """nginx in front of the webs, as the page has it; yields its log: a line for each request, with the port that answered it."""
    answered, said, log = folder / "answered", folder / "nginx.conf", folder / "nginx.log"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    told = f"log_format machine '$upstream_addr';\n{as_on_the_page(site, answered)}"
    said.write_text(
        f"daemon off; pid {folder}/pid; events {{}} http {{ {temporary} {told} }}",
        encoding="utf-8",
    )
    command = [services.find("nginx"), "-p", folder, "-e", folder / "errors", "-c", said]
    with services.child(command, log, stop=signal.SIGTERM):
        knock = [PYTHON, "-c", services.KNOCK, site.url.rsplit(":", 1)[1]]
        services.wait_for(knock, log)
        yield answered


def as_on_the_page(site: Site, answered: Path) -> str:
    """Its `upstream` and its `location`, with these webs for its machines, the README's lines where it names them, and a log
    of who has answered."""
    upstream, location = nginx_of("docs/several_machines.md").split("location / {")
    for number, web in zip((11, 12), site.webs, strict=True):
        assert upstream.count(f"10.0.0.{number}:8000") == 1
        upstream = upstream.replace(f"10.0.0.{number}:8000", f"127.0.0.1:{web.port}")
    line, *others = nginx_of("README.md").split("location / {\n")[1].rstrip("}\n").splitlines()
    assert "proxy_pass" in line
    location, found = re.subn(r"# … and .+", "\n".join(others), location)
    assert found == 1
    location = location.replace("access_log off;", f"access_log {answered} machine;")
    location = location.replace("/var/log/nginx/error.log", f"{answered}.errors")
    door = site.url.rsplit(":", 1)[1]
    return f"{upstream} server {{ listen 127.0.0.1:{door}; location / {{ {location} }}"


def nginx_of(page: str) -> str:
    text = (ROOT / page).read_text(encoding="utf-8")
    return text.split("```nginx\n")[1].split("```")[0]
