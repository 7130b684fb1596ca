"""A word added in the admin is read at once by the processes that were already reading."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(processes):
    def in_a_process(*words: str) -> None:
        command = [sys.executable, "-m", "tests.marketplace.words.back_room", *words]
        subprocess.run(command, env=processes, check=True)

    return in_a_process


@pytest.fixture
def readers(processes, run):
    """Two processes that read line after line, started before the word is known."""
    run()
    command = [sys.executable, "-u", "manage.py", "suggest_skills"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = [subprocess.Popen(command, env=processes, text=True, **pipes) for _ in range(2)]
    yield started
    for reader in started:
        reader.communicate(timeout=30)


def read(reader: subprocess.Popen, text: str) -> list[str]:
    reader.stdin.write(f"{text}\n")
    reader.stdin.flush()
    return [found["code"] for found in json.loads(reader.stdout.readline())["suggestions"]]


def test_a_synonym_of_the_admin_is_read_at_once_by_every_process(readers, run):
    assert [read(reader, "un zorglubeur") for reader in readers] == [[], []]
    run("zorglubeur")
    assert [read(reader, "un zorglubeur") for reader in readers] == [["graphisme"]] * 2
