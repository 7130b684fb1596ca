"""Sentry, where there is one, is told where a fault is and by which request, and nobody's words: a real server reads what is sent."""

import gzip
import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sentry_sdk
from django.db import OperationalError
from django.urls import reverse

from config import faults_told
from tests.factories import make_user

CANARY = "canari-rougegorge"
MAIL = f"{CANARY}@example.org"


class Taken(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.taken.append(body.decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_said):
        """Says nothing."""


@pytest.fixture
def told(settings, monkeypatch):
    """All that has left for Sentry, as it was sent."""
    monkeypatch.setattr("sentry_sdk.transport.brotli", None)  # gzip, as on a machine without it
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taken)
    server.taken = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SENTRY_DSN = f"http://key@127.0.0.1:{server.server_port}/1"
    faults_told._told_at.clear()
    faults_told.start()

    def sent() -> list[str]:
        sentry_sdk.flush(10)
        return server.taken

    yield sent
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)
    server.shutdown()
    server.server_close()


def event(envelope: str) -> dict:
    return json.loads(envelope.splitlines()[2])


@pytest.mark.django_db
def test_a_fault_of_a_page_is_told_by_its_place_and_its_number_alone(client, told, monkeypatch):
    def fails(text):
        local = f"{CANARY} and more"
        try:
            raise LookupError(local)
        except LookupError as fault:
            raise ValueError(f"can't read {text}, {MAIL}") from fault

    monkeypatch.setattr("marketplace.views.market.catalogue.LookedFor.of", fails)
    client.force_login(make_user(email=MAIL, first_name=CANARY, last_name=CANARY))
    client.cookies["mine"] = CANARY
    client.raise_request_exception = False
    headers = {"user-agent": CANARY, "referer": f"http://testserver/{CANARY}"}
    answer = client.get(reverse("needs"), {"q": CANARY}, headers=headers)
    assert answer.status_code == 500
    (envelope,) = told()
    assert CANARY not in envelope
    assert "example.org" not in envelope
    assert "sessionid" not in envelope
    found = event(envelope)
    assert found["tags"] == {"request": answer.headers["X-Request-ID"], "page": "needs"}
    assert [one["type"] for one in found["exception"]["values"]] == ["LookupError", "ValueError"]
    last = found["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert last["function"] == "fails"
    assert last.keys() <= set(faults_told.OF_A_FRAME)
    assert found.keys() <= {*faults_told.AS_THEY_ARE, "tags", "logentry", "exception"}


def test_a_line_of_the_log_is_told_with_its_gaps_open(told):
    log = logging.getLogger("somebody.elses")
    log.error("No answer for %s", CANARY)
    log.error(f"No answer for {CANARY}")
    log.warning("A warning of %s", CANARY)
    assert CANARY not in "".join(told())
    lines = [event(one)["logentry"]["message"] for one in told()]
    assert lines[0] == "No answer for %s"
    assert lines[1].startswith("test_faults_told.test_a_line_of_the_log")
    assert len(lines) == 2


def test_a_database_that_is_away_is_told_once_a_minute_and_not_with_each_page(told):
    for _page in range(5):
        try:
            raise OperationalError("connection refused")
        except OperationalError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", "/")
    assert len(told()) == 1


def test_without_its_address_nothing_of_it_is_begun(settings):
    assert not settings.SENTRY_DSN
    assert not sentry_sdk.is_initialized()
