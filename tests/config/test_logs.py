"""The log tells what happened, by which request and to whom by number, and quotes nobody."""

import json
import logging
import os
import subprocess
import sys

import psycopg
import pytest
from celery import signals
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from django.utils.module_loading import import_string

from common import trace
from config.access_log import AsChosen
from config.json_lines import JsonLines
from config.masking import WithoutKeys, WithoutRows
from notifications import doorbell, tasks
from notifications.faults import in_a_line, rows_of
from notifications.models import RowFault
from tests.factories import make_user
from tests.machine import ROOT

CANARY = "canari-rougegorge"
REFUSED = (
    'new row for relation "accounts_user" violates check constraint "x"\n'
    f"DETAIL:  Failing row contains (12, {CANARY},\n\nencore {CANARY}, 0612345678)."
)


def refused():
    """As PostgreSQL says it, with the row; and Django once more."""
    try:
        raise ValueError(REFUSED)
    except ValueError as fault:
        raise IntegrityError(REFUSED) from fault


def test_a_row_that_the_database_refuses_is_not_quoted_in_the_log():
    try:
        refused()
    except IntegrityError:
        said = WithoutRows().formatException(sys.exc_info())
    assert CANARY not in said
    assert said.count("violates check constraint") == 2, "what happened is still said, both times"
    assert "The above exception" in said


def server(code: str | None) -> psycopg.OperationalError:
    """As PostgreSQL refuses, with its code."""
    refusal = psycopg.OperationalError("refused")
    refusal.sqlstate = code
    return refusal


@pytest.mark.parametrize(
    ("code", "is_a_line"),
    [(None, True), ("53300", True), ("53100", True), ("57P01", True), ("40P01", False)],
    ids=["no connection", "too many", "full", "stops", "a deadlock is ours"],
)
def test_what_passes_by_itself_is_a_line_and_what_is_ours_is_told_in_full(code, is_a_line):
    try:
        try:
            raise server(code)
        except psycopg.OperationalError as cause:
            raise OperationalError("server closed the connection\nunexpectedly") from cause
    except OperationalError:
        said = WithoutRows().formatException(sys.exc_info())
    assert ("Traceback" not in said) is is_a_line
    assert ("\n" not in said) is is_a_line
    assert "server closed the connection" in said


def test_every_line_of_the_log_is_written_so():
    for handler in settings.LOGGING["handlers"].values():
        written = settings.LOGGING["formatters"][handler["formatter"]]["()"]
        assert issubclass(import_string(written), WithoutRows)


@pytest.mark.django_db
def test_nor_in_what_the_health_page_says_of_a_row_set_aside(caplog):
    with caplog.at_level(logging.ERROR), rows_of("journal") as each:
        each.treat(make_user(), refused)
    assert CANARY not in RowFault.objects.get().error
    assert "violates check constraint" in RowFault.objects.get().error
    assert in_a_line(ValueError("deux\nlignes")) == "lignes"


@pytest.mark.django_db
def test_what_is_typed_in_a_form_and_an_address_that_is_refused_are_in_no_line(client, caplog):
    with caplog.at_level(logging.DEBUG):
        person = make_user(email=f"{CANARY}@example.org", last_name=CANARY)
        client.post(reverse("account_login"), {"login": person.email, "password": CANARY})
        client.force_login(person)
        client.post(reverse("profile"), {"first_name": CANARY, "last_name": CANARY})
        client.get(reverse("find"), {"q": CANARY})
        client.get(f"/garder-mon-compte/{CANARY}/")
        client.get(f"/{CANARY}/")
    lines = "\n".join(logging.Formatter("%(message)s").format(one) for one in caplog.records)
    assert CANARY not in lines.replace(f"/{CANARY}/", "")


@pytest.fixture
def lines():
    """What the site writes meanwhile, as JSON."""
    written: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(JsonLines().format(record))
    handler.addFilter(WithoutKeys())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db
def test_a_line_has_the_numbers_of_the_request_and_of_the_person_and_no_word_of_theirs(
    client, lines
):
    person = make_user(email=f"{CANARY}@example.org", last_name=CANARY)
    client.force_login(person)
    answer = client.post(
        f"/{CANARY}/",
        {"said": CANARY},
        headers={"x-request-id": "proxy-0123456789"},
    )
    assert answer.headers["X-Request-ID"] == "proxy-0123456789"
    (line,) = [line for line in lines() if line["logger"] == "django.request"]
    assert (line["request"], line["person"]) == ("proxy-0123456789", person.pk)
    assert line["level"] == "WARNING"
    assert person.email not in str(line)
    assert trace.now() is trace.NONE, "the next request begins anew"


@pytest.mark.parametrize("host", ["scanner.example.com", "x" * 4000, "a\nb", "<b>%s%d"])
def test_a_name_of_the_host_that_is_not_ours_is_one_short_warning(client, settings, lines, host):
    """Robots try them all day long: neither the log nor Sentry holds a traceback for each."""
    settings.ALLOWED_HOSTS = ["traitdunion.example.org"]
    assert client.get("/besoins/", HTTP_HOST=host).status_code == 400
    (line,) = lines()
    assert (line["level"], line["logger"]) == ("WARNING", "django.security.DisallowedHost")
    assert line["message"].startswith("Invalid HTTP_HOST header: ")
    assert len(line["message"]) < 350
    assert "fault" not in line


@pytest.mark.django_db
def test_a_form_too_large_is_one_warning(client, lines):
    fields = {f"n{number}": "x" for number in range(1100)}
    assert client.post(reverse("account_login"), fields).status_code == 400
    (line,) = lines()
    assert (line["level"], "fault" in line) == ("WARNING", False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", ["", "short", "x" * 65, "a line\nof mine", "é" * 12, "<b>12345678"]
)
def test_what_is_no_number_is_replaced_by_one_of_ours(client, said):
    given = client.get("/robots.txt", headers={"x-request-id": said}).headers["X-Request-ID"]
    assert given != said
    assert trace.WELL_FORMED.fullmatch(given)


def test_a_fault_is_told_in_one_line_without_the_row(lines):
    try:
        refused()
    except IntegrityError:
        logging.getLogger("ours").exception("It failed")
    (line,) = lines()
    assert (line["message"], line["level"]) == ("It failed", "ERROR")
    assert "violates check constraint" in line["fault"]
    assert CANARY not in str(line)


def test_a_request_in_gunicorn_s_log_is_told_by_its_parts(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "json")
    said = {"m": "GET", "U": "/besoins/*/", "s": "200", "M": 12, "B": 345, "a": CANARY}
    said |= {"request": "0123456789ab", "person": 7}
    record = logging.LogRecord("gunicorn.access", logging.INFO, "", 1, "%(m)s", (said,), None)
    line = json.loads(AsChosen(logging.Formatter()).format(record))
    assert line.pop("at")
    assert line == {
        "level": "INFO",
        "logger": "gunicorn.access",
        "method": "GET",
        "path": "/besoins/*/",
        "status": "200",
        "milliseconds": 12,
        "bytes": 345,
        "request": "0123456789ab",
        "person": 7,
    }
    monkeypatch.setenv("LOG_FORMAT", "text")
    assert AsChosen(logging.Formatter()).format(record) == "GET"


def test_a_job_has_the_number_of_the_request_that_rang_for_it():
    sent: list[dict] = []

    def noted(headers, **_about):
        sent.append(headers)

    signals.before_task_publish.connect(noted)
    try:
        bell = doorbell.Bell()
        with trace.followed(trace.Thread("0123456789ab")):
            bell.ring()
        assert bell.idle.wait(10)
    finally:
        signals.before_task_publish.disconnect(noted)
    assert sent[0]["traitdunion_request"] == "0123456789ab"


@pytest.mark.parametrize(
    ("said", "told"),
    [({"traitdunion_request": "0123456789ab"}, "0123456789ab"), ({}, "4" * 36)],
    ids=["asked for by a request", "the clock's"],
)
def test_each_line_of_a_job_has_that_number_until_it_ends(said, told):
    tasks.sweep.push_request(id="4" * 36, is_eager=False, **said)
    try:
        signals.task_prerun.send(sender=tasks.sweep, task=tasks.sweep)
        assert (trace.now().number, trace.now().job) == (told, "notifications.tasks.sweep")
        signals.task_postrun.send(sender=tasks.sweep, task=tasks.sweep, state="SUCCESS")
        assert trace.now() is trace.NONE
    finally:
        tasks.sweep.pop_request()


WORKER = """
import django, logging
from config.celery import app
django.setup()
app.log.setup(loglevel="WARNING")
from django.db import IntegrityError, OperationalError
from tests.config.test_logs import refused
logging.getLogger("celery.app.trace").info("not asked for")
try:
    refused()
except IntegrityError:
    logging.getLogger("celery.app.trace").error("Task failed", exc_info=True)
"""


@pytest.mark.once
def test_a_worker_writes_its_log_as_the_site_does():
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LOG_FORMAT": "json", "DJANGO_SETTINGS_MODULE": "config.settings"},
    )
    (line,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert line["message"] == "Task failed"
    assert "violates check constraint" in line["fault"]
    assert CANARY not in done.stderr + done.stdout
