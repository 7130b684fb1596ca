"""The README followed to the letter, without Docker: what its second block says, and nothing more."""

import pytest

from tests import first_day
from tests.machine import (
    NAME,
    ROOT,
    THE_SIX,
    Machine,
    blocks,
    dotenv,
    names_to_set,
    with_post_and_proxy,
)
from tests.services import free_port
from tests.site import READY, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.once]
ALONE = blocks()[1]
COMMANDS = [line.split()[1:] for line in ALONE if line.startswith(".venv/bin/python ")]


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    folder, mail_port = tmp_path_factory.mktemp("alone"), free_port()
    names = names_to_set(ALONE)
    assert names == [name for name in THE_SIX if name != "POSTGRES_PASSWORD"]
    machine = Machine(folder, {})
    ports = {"EMAIL_PORT": str(mail_port), "PORT": str(machine.port)}
    (folder / ".env").write_text(dotenv(names, **ports), encoding="utf-8")
    prepare, create_pole, serve = COMMANDS
    with with_post_and_proxy(machine, mail_port):
        machine.prepared = machine.does("python", *prepare)
        assert "--operator" in machine.does("python", *create_pole)
        machine.start("serve", "python", *serve)
        wait_until(lambda: READY in machine.log(), machine.log)
        yield machine


@pytest.fixture(scope="module")
def window(machine, browser_type, browser_type_launch_args):
    with first_day.window(machine, browser_type, browser_type_launch_args) as browser:
        yield browser


def test_the_readme_names_what_the_makefile_has():
    assert "make venv-base" in ALONE
    assert "\nvenv-base:" in (ROOT / "Makefile").read_text()


def test_prepare_alone_collects_the_static_files(machine):
    assert "collectstatic" in machine.prepared
    assert (machine.folder / "var/static/staticfiles.json").exists()
    again = machine.does("python", *COMMANDS[0])
    assert "collectstatic" not in again, "nothing has changed"


def test_an_upgrade_brings_its_own_static_files(machine):
    changed = machine.folder / "static" / "a-new-file.txt"
    changed.write_text("new")
    assert "collectstatic" in machine.does("python", *COMMANDS[0])
    assert (machine.folder / "var/static/a-new-file.txt").exists()


def test_django_has_nothing_to_say_of_these_settings(machine):
    said = machine.does("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert said.startswith("System check identified no issues")


def test_a_need_is_posted_and_its_letter_arrives(machine, window):
    first_day.a_need_is_posted_and_its_letter_arrives(machine, window)


def test_sante_answers_through_the_proxy_and_beside_it(machine):
    for direct in (True, False):
        assert machine.ask("/sante/", direct=direct).status == 200
    assert machine.ask("/besoins/", direct=True).headers["Location"] == f"https://{NAME}/besoins/"


def test_no_key_stands_in_the_log(machine):
    first_day.try_every_door_with_a_key(machine)
    assert "Not Found: /invitation/" in machine.log(), "Django has written down what it refused"
    assert first_day.KEY not in machine.log()
