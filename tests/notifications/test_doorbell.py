"""The bell: a broker that is down, or hangs, costs a page nothing and a letter nothing."""

import json
import os
import socket
import subprocess
import sys
import threading

import pytest

from notifications import doorbell


@pytest.fixture
def ring(tmp_path):
    """`ring(url)`: a process of its own rings 220 times at that broker."""

    def run(url):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "REDIS_URL": url,
            "VAR_DIR": str(tmp_path),
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "tests.notifications.ring"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), done.stderr

    return run


@pytest.fixture
def deaf_server():
    """Accepts every connection and never says a word, as a hung Redis does."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = []

    def accept():
        while True:
            try:
                kept.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.mark.once  # a process of its own, which asks no database
def test_a_hung_broker_holds_no_page(ring, deaf_server):
    cost, said = ring(f"redis://127.0.0.1:{deaf_server}/0")
    assert cost["slowest"] < 0.5
    assert (cost["failures"], cost["works"]) == (1, True), "after one failure it is left alone"
    assert said.count("The broker doesn't hear us") == 1


@pytest.mark.once  # a process of its own, which asks no database
def test_a_broker_that_is_down_holds_no_page(ring):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening: refused at once
        cost, said = ring(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
    assert cost["slowest"] < 0.5
    assert (cost["failures"], cost["works"]) == (1, True)
    assert said.count("The broker doesn't hear us") == 1


@pytest.mark.once  # a process of its own, which asks no database
def test_many_letters_make_few_rings(ring, tmp_path):
    cost, _said = ring("none")
    assert cost["failures"] == 0
    rings = list((tmp_path / "queue").iterdir())
    assert 0 < len(rings) < 120
    assert "notifications.tasks.deliver" in rings[0].read_text()


def test_a_letter_rings_only_once_it_is_committed(post, reader, monkeypatch, on_commit):
    rung = []
    monkeypatch.setattr(doorbell, "ring", lambda: rung.append(1))
    with on_commit():
        post(reader)
        assert not rung
    assert rung


def test_without_a_doorbell_nobody_is_called_and_no_thread_begins(settings, monkeypatch):
    """A process whose letters wait for the sweep starts no thread for them."""
    began = []
    monkeypatch.setattr(doorbell, "bell", lambda: began.append(1) or doorbell.Bell)
    settings.DOORBELL = False
    doorbell.ring()
    assert not began


def test_a_bell_that_broke_is_replaced(settings):
    broken = doorbell.bell()
    broken.pid = -1
    assert not broken.works
    assert doorbell.bell().works
