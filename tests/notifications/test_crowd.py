"""Many workers, and workers that die: each letter leaves, and leaves once."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd(server, processes):
    """`crowd("race", 16)`: real processes on PostgreSQL's test database, or on a file of SQLite's."""
    environment = processes | {
        "MAIL_TRANSPORT": "smtp",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(server.controller.port),
    }

    def act(name, number):
        return run(
            [sys.executable, "-m", "tests.notifications.crowd", name, str(number)], environment
        )

    return act


def run(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.returncode


def test_sixteen_workers_send_each_letter_once(server, crowd):
    crowd("post", 80)
    assert crowd("race", 16) == 0
    assert len(server.copies) == 80
    assert set(server.copies.values()) == {1}


def test_workers_killed_in_the_middle_lose_nothing(server, crowd):
    crowd("post", 60)
    server.slow = 0.02
    kills = 6
    assert crowd("kill", kills) == 0
    assert len(server.copies) == 60
    doubled, in_doubt = server.doubled()
    assert doubled == 0, "what the server took is known, once its sender has said another word"
    assert in_doubt <= kills, "twice only when killed between the server's ok and our note"
