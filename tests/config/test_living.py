"""What a load balancer asks: by whatever name, cheaply, and without a line of trouble in the log."""

import socket
import threading

import pytest
from django.db import OperationalError

from config import living
from tests.services import free_port

pytestmark = pytest.mark.once


@pytest.fixture
def stopping(monkeypatch):
    monkeypatch.setattr(living, "_is_stopping", threading.Event())
    living.begin_to_stop()


@pytest.fixture
def no_database(monkeypatch):
    def away():
        raise OperationalError("could not connect: password of site@db")

    monkeypatch.setattr(living.connection, "cursor", away)


@pytest.mark.parametrize("path", [living.LIVE, living.READY])
@pytest.mark.parametrize("method", ["get", "head"])
def test_it_answers_whoever_knows_only_the_number_of_the_machine(client, settings, path, method):
    settings.ALLOWED_HOSTS = ["traitdunion.example.org"]
    answer = getattr(client, method)(path, headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, living.PLAIN)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert client.get("/", headers={"host": "10.0.0.7:8000"}).status_code == 400


def test_one_question_to_the_database_and_none_for_being_live(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(living.READY)
    with django_assert_num_queries(0):
        client.get(living.LIVE)


def test_without_a_database_it_is_live_not_ready_and_says_nothing_of_why(
    client, no_database, caplog
):
    answer = client.get(living.READY)
    assert (answer.status_code, answer.content) == (503, b"no database\n")
    assert client.get(living.LIVE).status_code == 200
    assert caplog.text == ""


def test_while_it_stops_it_is_live_and_takes_nobody_new(client, stopping, caplog):
    answer = client.get(living.READY)
    assert (answer.status_code, answer.content) == (503, b"stopping\n")
    assert client.get(living.LIVE).status_code == 200
    assert caplog.text == ""


def test_nobody_posts_there(client):
    assert client.post(living.LIVE).status_code in (302, 404, 405)


def test_the_door_of_a_worker_answers_these_two_and_nothing_else():
    port = free_port()
    door = living.open_door("127.0.0.1", port)
    try:
        assert _asked(port, living.LIVE).startswith("HTTP/1.0 200")
        assert _asked(port, "/sante/").startswith("HTTP/1.0 404")
        assert _asked(port, "/../etc/passwd").startswith("HTTP/1.0 404")
    finally:
        door.shutdown()
        door.server_close()


def _asked(port: int, path: str) -> str:
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(4096), b"")).decode()
