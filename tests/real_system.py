"""The real system, in processes of its own, for tests.chaos to break: servers, workers, clock, post."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import DEVNULL, Popen, run

from tests import services
from tests.smtp import Moody, MoodyController


class Program:
    """One process (and its group) that we start, hit and start again."""

    def __init__(self, name: str, command: list, folder: Path, *, user: str | None = None) -> None:
        self.name, self.command, self.user = name, [str(word) for word in command], user
        self.log = folder / f"{name}.log"
        self.process: Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = Popen(
                self.command,
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                start_new_session=True,
                preexec_fn=services.die_with_parent if sys.platform == "linux" else None,
            )

    def send(self, number: signal.Signals, *, group: bool = False) -> None:
        assert self.process is not None
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.send(number)
        with contextlib.suppress(Exception):
            self.process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            self.send(signal.SIGKILL, group=True)
        self.process.wait()

    def kill(self) -> None:
        """kill -9 of the whole tree."""
        self.send(signal.SIGKILL, group=True)
        assert self.process is not None
        self.process.wait()

    def kill_a_child(self) -> None:
        assert self.process is not None
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        for _ in range(100):  # it may still be making one
            if alive := children.read_text().split():
                os.kill(int(alive[0]), signal.SIGKILL)
                return
            time.sleep(0.2)
        raise TimeoutError(self.log.read_text()[-3000:])


@dataclass
class System:
    folder: Path
    embedded: bool
    mail: Moody = field(default_factory=Moody)
    programs: dict[str, Program] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Program:
        return self.programs[name]

    def add(self, name: str, command: list, **options) -> Program:
        program = self.programs[name] = Program(name, command, self.folder, **options)
        program.start()
        return program

    def raise_the_fallen(self) -> None:
        """As compose and config/supervisor.py do: a worker whose broker went away at the wrong moment may end."""
        for name in self.programs.keys() & {"web", "worker1", "worker2", "beat"}:
            process = self[name].process
            if process is not None and process.poll() is not None:
                self[name].start()

    def last_words(self) -> str:
        """The ends of the logs, for whoever wonders why."""
        return "\n".join(
            f"--- {name}\n{program.log.read_text()[-1500:]}"
            for name, program in self.programs.items()
        )

    def open_mail(self, port: int) -> None:
        self.controller = MoodyController(self.mail, port=port)
        self.controller.start()


# --- setting it up -------------------------------------------------------------------------
@contextlib.contextmanager
def running(embedded: bool) -> Iterator[System]:
    folder = Path(tempfile.mkdtemp(prefix="trait-d-union-chaos-"))
    folder.chmod(0o755)
    system = System(folder, embedded)
    mail_port, web_port = services.free_port(), services.free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "true",
        "LOG_LEVEL": "WARNING",
        "VAR_DIR": str(folder),
        "SITE_URL": f"http://127.0.0.1:{web_port}",
        "MAIL_TRANSPORT": "smtp",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "DATABASE_URL": "sqlite" if embedded else start_postgres(system),
        "REDIS_URL": "none" if embedded else start_redis(system),
    }
    try:
        system.open_mail(mail_port)
        lay_out_database()
        start_ours(system, web_port)
        yield system
    finally:
        for name, program in reversed(system.programs.items()):
            program.stop(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        system.controller.stop()
        shutil.rmtree(folder, ignore_errors=True)


def lay_out_database() -> None:
    """In this process, whose settings are the system's from here on. The tables come straight from
    the models: in a second, where the migrations take twenty."""
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", verbosity=0, run_syncdb=True)
    call_command("createcachetable")


def start_postgres(system: System) -> str:
    bin_folder, port, data = services.postgres_folder(), services.free_port(), system.folder / "pg"
    data.mkdir(mode=0o700)
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(data, user, user)
    initdb = [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    run([*initdb, "--locale=C.UTF-8"], user=user, cwd=data, check=True, stdout=DEVNULL)
    address = ["-p", port, "-k", data, "-c", "listen_addresses=127.0.0.1"]
    system.add("postgres", [bin_folder / "postgres", "-D", data, *address], user=user)
    ready = [bin_folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    services.wait_for(ready, system["postgres"].log)
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def start_redis(system: System) -> str:
    port = services.free_port()
    command = [services.find("redis-server"), "--port", port, "--bind", "127.0.0.1"]
    system.add("redis", [*command, "--dir", system.folder, "--save", "", "--appendonly", "yes"])
    services.wait_for([services.find("redis-cli"), "-p", str(port), "ping"], system["redis"].log)
    return f"redis://127.0.0.1:{port}/0"


def start_ours(system: System, port: int) -> None:
    python, celery = sys.executable, [sys.executable, "-m", "celery", "-q", "-A", "config.celery"]
    quiet = ["--loglevel", "warning"]
    web = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--preload"]
    system.add("web", [python, "-m", "gunicorn", "config.wsgi", *web, "--no-control-socket"])
    for name in ("worker1", "worker2"):
        system.add(name, [*celery, "worker", *quiet, "--concurrency", "1", "-n", f"{name}@here"])
    system.add("beat", [*celery, "beat", *quiet, "--pidfile", ""])
    for _ in range(300):
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/compte/login/")
            connection.getresponse()
            return
        time.sleep(0.2)
    raise TimeoutError(system["web"].log.read_text()[-3000:])
