"""A machine that has followed the README: the site's files in a folder, an .env, and a proxy in front.

The README, .env.example, the Dockerfile and docker-compose.yml are read; nothing they say is said
again here.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import compose, https_proxy
from tests.services import die_with_parent, free_port
from tests.site import ROOT, HasPost
from tests.smtp import Moody, MoodyController

NAME = "traitdunion.example.org"
THE_SIX = [
    "SECRET_KEY", "PAPERS_KEY", "SITE_URL", "POSTGRES_PASSWORD", "EMAIL_HOST", "DEFAULT_FROM_EMAIL",
]  # fmt: skip
PYTHON = Path(sys.executable)
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BUILDING = re.findall(r"python (manage\.py .+?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
COPIED = re.findall(r"^COPY (\w[\w.]*) ", DOCKERFILE, re.MULTILINE)
SAID = {
    "SECRET_KEY": "a-key-that-nobody-could-guess-" + "0123456789abcdefghij" * 2,
    "PAPERS_KEY": "another-that-nobody-could-guess-" + "9876543210zyxwvutsrq" * 2,
    "SITE_URL": f"https://{NAME}",
    "POSTGRES_PASSWORD": "lettersAndDigits7",
    "EMAIL_HOST": "127.0.0.1",
    "DEFAULT_FROM_EMAIL": "Trait d’union <bonjour@example.org>",
}


def blocks() -> list[list[str]]:
    """The README's shell blocks under "Run it for real", line by line."""
    section = README.split("\n## Run it for real\n")[1].split("\n## ")[0]
    return [block.strip().splitlines() for block in re.findall(r"```sh\n(.+?)```", section, re.S)]


def names_to_set(block: list[str]) -> list[str]:
    """Those that the README wants set in .env, beside `cp .env.example .env`."""
    copy = next(line for line in block if line.startswith("cp .env.example .env"))
    return re.findall(r"[A-Z_]{3,}", copy.split("#")[1])


def dotenv(names: list[str], **others: str) -> str:
    """.env.example with these names set, as somebody would with an editor."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, value in {name: SAID[name] for name in names}.items() | others.items():
        text, changed = re.subn(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert changed == 1, f".env.example has no line for {name}"
    return text


def image_environment() -> dict[str, str]:
    """What the Dockerfile's last ENV says, save where the image's programs are."""
    words = re.findall(r"^ENV (.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)[-1].split()
    return dict(word.split("=", 1) for word in words if not word.startswith("PATH="))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    content: bytes


@dataclass
class Machine(HasPost):
    """`settings` is all that the site's processes find in their environment."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    post: Moody = field(default_factory=Moody)
    running: list[subprocess.Popen] = field(default_factory=list)
    url: str = f"https://{NAME}"
    proxy_port: int = 0
    prepared: str = ""  # what `prepare` said

    def __post_init__(self) -> None:
        """The image's files, and nothing that this checkout has built."""
        for name in (name for name in COPIED if name != "config/requirements"):
            source = ROOT / name
            if source.is_dir():
                skip = shutil.ignore_patterns("__pycache__", "*.mo")
                shutil.copytree(source, self.folder / name, ignore=skip)
            else:
                shutil.copy2(source, self.folder / name)
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.settings = clean | self.settings

    def run(self, *command: str, **others: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self._here(command),
            cwd=self.folder,
            env=self.settings | others,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def does(self, *command: str) -> str:
        """Run it, and it must go well without a word of complaint."""
        done = self.run(*command)
        assert (done.returncode, done.stderr) == (0, ""), f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                self._here(command),
                cwd=self.folder,
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.running.append(process)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(60)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def log(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def ask(
        self, path: str, *, method: str = "GET", fields: str = "", direct: bool = False, **headers
    ) -> "Answer":
        """Through the proxy, whose certificate is checked; `direct`: to the web server itself."""
        line: http.client.HTTPConnection
        if direct:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        else:
            context = ssl.create_default_context(cafile=str(self.folder / "proxy.pem"))
            line = http.client.HTTPSConnection(
                "127.0.0.1", self.proxy_port, timeout=60, context=context
            )
        if fields:
            headers |= {"Content_Type": "application/x-www-form-urlencoded"}
        sent = {name.replace("_", "-"): value for name, value in ({"Host": NAME} | headers).items()}
        with contextlib.closing(line):
            line.request(method, path, fields or None, sent)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def _here(self, command: tuple[str, ...]) -> list[str]:
        """The programs of this Python; a port that is free."""
        words = [word.replace(":8000", f":{self.port}") for word in command]
        return [str(PYTHON.parent / Path(words[0]).name), *words[1:]]


@contextlib.contextmanager
def with_post_and_proxy(machine: Machine, mail_port: int) -> Iterator[Machine]:
    """The mail server and the HTTPS proxy that the operator already has."""
    controller = MoodyController(machine.post, port=mail_port)
    controller.start()
    try:
        with https_proxy.running(NAME, machine.port, machine.folder) as machine.proxy_port:
            yield machine
    finally:
        machine.stop()
        controller.stop(no_assert=True)


def compose_environment(env_file: str, **places: str) -> dict[str, str]:
    """What compose and the image give to the site's containers, in folders of our own."""
    return image_environment() | compose.environment("web", compose.read_env(env_file)) | places
