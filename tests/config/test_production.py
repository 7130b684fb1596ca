"""What docker-compose.yml and the Dockerfile say, done without Docker on PostgreSQL and Redis.

The commands are read from the files themselves: the two can't drift apart.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.services import free_port
from tests.site import ROOT, own_database, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
BUILDING = re.findall(
    r"python (manage\.py .+?)(?: \\)?$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
)
COPIED = re.findall(r"^COPY (\w[\w.]*) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
NAME = "traitdunion.example.org"


class Machine:
    """The image's files in a folder, and the settings that compose gives."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.running = folder, free_port(), []
        for name in (name for name in COPIED if name != "config/requirements"):
            source = ROOT / name
            if source.is_dir():
                skip = shutil.ignore_patterns("__pycache__", "*.mo")
                shutil.copytree(source, folder / name, ignore=skip)
            else:
                shutil.copy(source, folder / name)
        ours = {"VAR_DIR": str(folder / "var"), "STATIC_ROOT": str(folder / "built")}
        site = {"DEBUG": "false", "SECRET_KEY": "s" * 60, "SITE_URL": f"https://{NAME}"}
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.settings = clean | ours | site | own_database()
        self.settings |= {
            "TRUSTED_PROXY_COUNT": "1",
            "EMAIL_HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    def command(self, service: str) -> list[str]:
        """As compose runs it, at a port of our own."""
        words = [str(word) for word in COMPOSE[service]["command"]]
        words = [word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in words]
        return [str(Path(sys.executable).parent / words[0]), *words[1:]]

    def run(self, command: list[str]) -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=self.folder, env=self.settings, capture_output=True, text=True, check=False
        )

    def start(self, service: str) -> None:
        with (self.folder / f"{service}.log").open("wb") as log:
            process = subprocess.Popen(
                self.command(service),
                cwd=self.folder,
                env=self.settings,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append((service, process))

    def stop(self) -> None:
        for _service, process in self.running:
            process.terminate()
        for _service, process in self.running:
            process.wait(60)
            with_its_own(process)

    def get(self, path: str, **headers: str):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        for name, value in ({"Host": NAME, "X-Forwarded-Proto": "https"} | headers).items():
            request.add_header(name, value)
        return urllib.request.urlopen(request, timeout=20)

    def log(self) -> str:
        return "\n".join(path.read_text() for path in self.folder.glob("*.log"))


def with_its_own(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    machine = Machine(tmp_path_factory.mktemp("machine"))
    for line in BUILDING:
        done = machine.run([sys.executable, *line.split()])
        assert done.returncode == 0, done.stdout + done.stderr
    for done in [machine.run(machine.command("prepare"))]:
        assert done.returncode == 0, done.stdout + done.stderr
    for service in ("web", "worker", "beat"):
        machine.start(service)
    try:
        yield machine
    finally:
        machine.stop()


def healthy(machine: Machine, service: str) -> bool:
    words = COMPOSE[service]["healthcheck"]["test"][1:]
    return machine.run([sys.executable, *words[1:]]).returncode == 0


def test_the_image_is_built_with_its_static_files_and_translations(machine):
    assert BUILDING == ["manage.py compile_translations", "manage.py collectstatic --no-input"]
    assert (machine.folder / "built" / "staticfiles.json").exists()
    assert (machine.folder / "locale/fr/LC_MESSAGES/django.mo").exists()


def test_every_service_comes_to_be_well(machine):
    for service in ("web", "worker", "beat"):
        wait_until(lambda name=service: healthy(machine, name), machine.log)


def test_pages_and_hashed_static_files_are_served_with_their_headers(machine):
    wait_until(lambda: healthy(machine, "web"), machine.log)
    page = machine.get("/")
    assert page.headers["Strict-Transport-Security"]
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.read().decode())
    assert styles
    for path in styles:
        sheet = machine.get(path, **{"Accept-Encoding": "gzip"})
        assert "immutable" in sheet.headers["Cache-Control"]
        assert sheet.headers["Content-Encoding"] == "gzip"


def test_without_https_one_is_sent_there(machine):
    wait_until(lambda: healthy(machine, "web"), machine.log)

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *about):
            return None

    request = urllib.request.Request(f"http://127.0.0.1:{machine.port}/", headers={"Host": NAME})
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(request, timeout=20)
    assert answer.value.headers["Location"] == f"https://{NAME}/"
    answer.value.close()


def test_the_demo_never_comes_here(machine):
    done = machine.run([sys.executable, "manage.py", "load_demo"])
    assert done.returncode != 0
    assert "DEBUG" in done.stderr


def test_two_copies_prepare_at_once_without_harm(machine):
    command = machine.command("prepare")
    both = [
        subprocess.Popen(command, cwd=machine.folder, env=machine.settings, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [process.communicate()[1] for process in both] == [b"", b""]
    assert [process.returncode for process in both] == [0, 0]
