"""What docs/operating.md has somebody write into files of their machine is what the programs that read them take."""

import configparser
import re
import ssl
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import get_commands

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
    said = re.findall(r"^ExecStart=/srv/trait-d-union/\.venv/bin/(.+)$", blocks("ini")[1], re.M)
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
    words = re.search(r"`(openssl req .+?)`", made)[1].replace("…", str(folder)).split()
    subprocess.run(words, check=True, capture_output=True)


def configured(folder, *, port: int, plain: int, behind: int) -> str:
    block = blocks("nginx")[0].replace("8000", str(behind))
    block = block.replace(f"/etc/letsencrypt/live/{NAME}", str(folder))
    block = re.sub(r"^ *listen \[::\].*\n", "", block, flags=re.MULTILINE)  # perhaps none here
    block = block.replace("listen 443", f"listen 127.0.0.1:{port}")
    block = block.replace("listen 80", f"listen 127.0.0.1:{plain}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder}/pid; events {{}} http {{ {temporary}\n{block} }}"


def test_nginx_takes_its_block_and_hands_on_who_asks_for_what(tmp_path, behind):
    try:
        program = find("nginx")
    except Missing as missing:
        pytest.skip(f"{missing} is not installed")
    a_certificate_of_nobodys(tmp_path)
    port, plain = free_port(), free_port()
    said, log = tmp_path / "nginx.conf", tmp_path / "log"
    said.write_text(configured(tmp_path, port=port, plain=plain, behind=behind), encoding="utf-8")
    command = [program, "-p", tmp_path, "-e", tmp_path / "errors", "-c", said]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with child(command, log, stop=15):
        wait_until((tmp_path / "pid").read_text, log.read_text)  # `-t` has left it empty
        asked = urllib.request.Request(f"https://localhost:{port}/besoins/", headers={"Host": NAME})
        theirs = ssl.create_default_context(cafile=tmp_path / "fullchain.pem")
        theirs.check_hostname = False
        with urllib.request.urlopen(asked, context=theirs) as answer:
            told = answer.read().decode()
            assert "nginx/" not in str(answer.headers)
    assert f"Host: {NAME}\n" in told
    assert "X-Forwarded-Proto: https\n" in told
    assert "X-Forwarded-For: 127.0.0.1\n" in told
    assert re.search("X-Request-ID: [0-9a-f]{32}\n", told)
