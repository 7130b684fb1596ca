"""What docs/operating.md has somebody write into files of their machine is what the programs that read them take."""

import configparser
import re
import shlex
import ssl
import subprocess
import threading
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import get_commands, load_command_class

from tests import compose
from tests.services import Missing, child, find, free_port
from tests.site import ROOT, wait_until

pytestmark = pytest.mark.once
PAGE = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
NAME = "traitdunion.example.org"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.+?)^```", PAGE, re.S | re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md", "docs/several_machines.md"])
def test_each_command_that_a_page_names_is_there(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", (ROOT / page).read_text(encoding="utf-8")))
    assert len(named) > 3
    assert named - get_commands().keys() == set()


@pytest.mark.parametrize("name", ["createadmin", "create_pole", "check_mail", "backup"])
def test_the_first_commands_are_whole_and_the_sites_own(name):
    begins = f"runuser -u site -- .venv/bin/python manage.py {name}"
    line = next(line for line in PAGE.splitlines() if line.strip().startswith(begins))
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(shlex.split(line.split(name, 1)[1]))


def test_the_packages_hold_what_the_page_has_somebody_run():
    said = re.search(r"apt install --no-install-recommends ((?:.+\\\n)*.+)", PAGE)
    programs = {"cron": "/etc/cron.d", "openssh-client": "ssh-keygen", "rsync": "rsync -a", "git": "git clone",
                "make": "make venv-base", "openssl": "openssl req", "nginx": "nginx -t"}  # fmt: skip
    assert said
    assert {name for name, run in programs.items() if run in PAGE} <= set(said[1].split())


def test_the_unit_runs_all_of_it_as_an_account_of_its_own():
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(blocks("ini")[0])
    service = unit["Service"]
    folder = service["WorkingDirectory"]
    assert service["ExecStart"] == f"{folder}/.venv/bin/python manage.py serve"
    assert service["User"] == "site"
    assert f"VAR_DIR=/var/lib/{service['StateDirectory']}" in PAGE
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_the_three_apart_are_started_as_in_containers():
    said = re.findall(
        r"^ExecStart=/srv/trait-d-union/current/\.venv/bin/(.+)$", blocks("ini")[1], re.M
    )
    for name, command in zip(("web", "worker", "beat"), said, strict=True):
        theirs = " ".join(compose.services()[name]["command"])
        assert command == theirs.replace("0.0.0.0", "127.0.0.1"), name


class Shown(BaseHTTPRequestHandler):
    """In the site's place: tells what the proxy has handed on."""

    def do_GET(self) -> None:
        told = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def behind():
    server = HTTPServer(("127.0.0.1", 0), Shown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def a_certificate_of_nobodys(folder) -> None:
    """As the page says it is made."""
    made = next(line for line in PAGE.splitlines() if "openssl req" in line)
    words = made.replace("/etc/ssl/trait-d-union", str(folder)).split()
    subprocess.run(words, check=True, capture_output=True)


def configured(folder, *, port: int, plain: int, behind: int) -> str:
    block = blocks("nginx")[0].replace("8000", str(behind))
    block = block.replace("/etc/ssl/trait-d-union", str(folder))
    block = block.replace("/var/log/nginx", str(folder))
    block = re.sub(r"^ *listen \[::\].*\n", "", block, flags=re.MULTILINE)  # perhaps none here
    block = block.replace("listen 443", f"listen 127.0.0.1:{port}")
    block = block.replace("listen 80", f"listen 127.0.0.1:{plain}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder}/pid; events {{}} http {{ {temporary}\n{block} }}"


@contextmanager
def nginx(folder, behind: int):
    """The page's own block, at work: asks it for an address, by TLS or without."""
    try:
        program = find("nginx")
    except Missing as missing:
        pytest.skip(f"{missing} is not installed")
    a_certificate_of_nobodys(folder)
    ports = {"https": free_port(), "http": free_port()}
    said, log = folder / "nginx.conf", folder / "log"
    said.write_text(
        configured(folder, port=ports["https"], plain=ports["http"], behind=behind),
        encoding="utf-8",
    )
    command = [program, "-p", folder, "-e", folder / "errors", "-c", said]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    theirs = ssl.create_default_context(cafile=folder / "fullchain.pem")
    theirs.check_hostname = False

    def ask(path: str, scheme: str = "https") -> tuple[int, str, str]:
        kinds = {"http": HTTPConnection, "https": partial(HTTPSConnection, context=theirs)}
        with closing(kinds[scheme]("localhost", ports[scheme])) as door:
            door.request("GET", path, headers={"Host": NAME})
            answer = door.getresponse()
            return answer.status, str(answer.headers), answer.read().decode()

    with child(command, log, stop=15):
        wait_until((folder / "pid").read_text, log.read_text)  # `-t` has left it empty
        yield ask


def test_nginx_takes_its_block_and_hands_on_who_asks_for_what(tmp_path, behind):
    with nginx(tmp_path, behind) as ask:
        _status, headers, told = ask("/besoins/")
    assert "nginx/" not in headers
    assert f"Host: {NAME}\n" in told
    assert "X-Forwarded-Proto: https\n" in told
    assert "X-Forwarded-For: 127.0.0.1\n" in told
    assert re.search("X-Request-ID: [0-9a-f]{32}\n", told)


def test_no_key_of_a_link_is_in_its_logs_while_the_site_restarts_either(tmp_path):
    """They were in access.log by port 80, and in error.log whenever nothing answered behind."""
    with nginx(tmp_path, behind=free_port()) as ask:
        assert ask("/invitation/SECRET-KEY/", "http")[0] == 301
        assert ask("/invitation/SECRET-KEY/")[0] == 502
    logs = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".pem"]
    assert [path.name for path in logs if "SECRET-KEY" in path.read_text(errors="replace")] == []
