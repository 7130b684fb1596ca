"""What Prometheus is told: counted by all processes together, closed to others, and named nowhere in vain."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.parser import text_string_to_metric_families

from config.backup import marks
from config.metrics import gauges, meters, places
from config.metrics.middleware import CountedMiddleware
from marketplace.states import NeedStatus
from notifications.models import ClockAct, Heartbeat, RowFault
from tests.factories import make_need, make_pole, make_user
from tests.machine import ROOT

COUNTED = "config.metrics.middleware.CountedMiddleware"
TOKEN = "a-token-of-the-tests"
NAMED = re.compile(r"\btraitdunion_[a-z_]+")
METRIC = re.compile(r"\b(traitdunion_[a-z_]+)(?:\{([^}]*)\})?")


@pytest.fixture
def asked(client, settings, tmp_path):
    settings.METRICS_TOKEN, settings.METRICS_DIR, settings.VAR_DIR = TOKEN, tmp_path, tmp_path
    gauges.caches["counts"].clear()

    def ask():
        answer = client.get(reverse("metrics"), headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return values(answer.text)

    yield ask
    gauges.caches["counts"].clear()


def values(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the words of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", ""),
        ("", "Bearer "),
        ("", "Bearer x"),
        (TOKEN, ""),
        (TOKEN, TOKEN),
        (TOKEN, f"Bearer {TOKEN[:-1]}"),
        (TOKEN, "Bearer é"),
    ],
)
def test_whoever_has_not_the_token_finds_no_page(client, settings, token, said):
    settings.METRICS_TOKEN = token
    client.force_login(make_user(is_superuser=True, is_staff=True))
    assert client.get(reverse("metrics"), headers={"authorization": said}).status_code == 404


@pytest.mark.django_db
def test_it_tells_what_the_health_page_watches(asked, tmp_path):
    now = timezone.now()
    ClockAct.objects.know(["letters", "matching"])
    ClockAct.objects.passed("letters", now=now - timedelta(seconds=30))
    ClockAct.objects.failed("matching", error="x", now=now)
    Heartbeat.objects.create(name="beat", seen_at=now - timedelta(seconds=50))
    RowFault.objects.note("reminders", ("marketplace.need", "1"), error="x", now=now)
    make_need()
    marks.note(marks.TAKEN)
    said = asked()
    assert 30 <= said["traitdunion_act_age_seconds", "letters"] < 90
    assert said["traitdunion_act_late", "letters"] == 0
    assert said["traitdunion_act_late", "matching"] == 1
    assert 50 <= said["traitdunion_unseen_seconds", "beat"] < 110
    assert said["traitdunion_rows_aside", "reminders"] == 1
    assert said["traitdunion_post", "held"] == 0
    assert said["traitdunion_database_up",] == 1
    assert 0 <= said["traitdunion_backup_age_seconds", "taken"] < 60
    assert ("traitdunion_backup_age_seconds", "checked") not in said, "none has been"
    assert said["traitdunion_disk_bytes", "free"] <= said["traitdunion_disk_bytes", "all"]


@pytest.mark.django_db
def test_a_second_one_who_asks_at_once_costs_the_database_nothing(
    asked, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30):
        asked()
    with django_assert_max_num_queries(0):
        asked()


@pytest.mark.django_db
def test_without_a_database_the_rest_is_told(asked, monkeypatch):
    def away(*_given, **_more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    said = asked()
    assert said["traitdunion_database_up",] == 0
    assert ("traitdunion_disk_bytes", "free") in said
    assert not [name for name, *_labels in said if name.startswith("traitdunion_letters")]


TWO_AT_WORK = """
import os, sys, pathlib
from prometheus_client import values, Counter
from config.metrics.places import Place
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
place = Place(pathlib.Path(sys.argv[1]))
values.ValueClass = values.MultiProcessValue(place)
seen = Counter("seen", "x", ["by"], registry=None)
seen.labels("all").inc()
if os.fork() == 0:
    seen.labels("all").inc(10)
    assert place() != int(sys.argv[2]), "the child of a fork has a place of its own"
    os._exit(0)
assert os.wait()[1] == 0
assert place() == int(sys.argv[2])
print("counted", flush=True)
sys.stdin.read()
"""


def at_work(folder: Path, number: int) -> subprocess.Popen:
    command = [sys.executable, "-c", TWO_AT_WORK, str(folder), str(number)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "counted\n"
    return process


def counted(folder: Path) -> float:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    return registry.get_sample_value("seen_total", {"by": "all"}) or 0


@pytest.mark.once
def test_processes_that_come_and_go_count_together_in_as_many_files_as_live_at_once(tmp_path):
    one, two = at_work(tmp_path, 0), at_work(tmp_path, 1)
    assert counted(tmp_path) == 22
    for process in (one, two):
        process.communicate("")
    three = at_work(tmp_path, 0)
    assert counted(tmp_path) == 33, "what the dead have counted stays"
    assert len(list(tmp_path.glob("counter_*.db"))) == 3
    places.forget_free(tmp_path)
    assert 0 < counted(tmp_path) < 33, "of those alone that nobody holds"
    three.communicate("")
    places.forget_free(tmp_path)
    assert counted(tmp_path) == 0
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.once
def test_a_page_goes_out_although_there_is_no_room_to_count_it(monkeypatch):
    def full(*_labels):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(meters.REQUESTS, "labels", full)
    request, answer = RequestFactory().get("/"), HttpResponse("the page")
    request.resolver_match = None
    assert CountedMiddleware(lambda _request: answer)(request) is answer


@pytest.mark.django_db
def test_a_page_is_counted_by_its_name_and_never_by_its_path(client, settings):
    settings.MIDDLEWARE = [COUNTED, *settings.MIDDLEWARE]
    need = make_need(status=NeedStatus.PUBLISHED)
    before = {name: told(*name) for name in (("need", "GET", "200"), ("none", "GET", "404"))}
    assert client.get(reverse("need", args=[need.pk])).status_code == 200
    assert client.get("/somewhere/secret-key/").status_code == 404
    client.generic("SPEAK", "/")
    assert told("need", "GET", "200") == before["need", "GET", "200"] + 1
    assert told("none", "GET", "404") == before["none", "GET", "404"] + 1
    assert told("none", "other", "405") >= 1
    samples = [
        one for meter in meters.METERS for family in meter.collect() for one in family.samples
    ]
    assert not [one for one in samples if "secret" in str(one.labels) or "/" in str(one.labels)]
    assert said_of("questions_total", page="need") >= 3
    assert said_of("request_seconds_count", page="need") >= 1


def told(page: str, method: str, status: str) -> float:
    return said_of("requests_total", page=page, method=method, status=status)


def said_of(name: str, **labels: str) -> float:
    found = (one for meter in meters.METERS for family in meter.collect() for one in family.samples)
    return sum(
        one.value for one in found if one.name == f"traitdunion_{name}" and one.labels == labels
    )


ONE_JOB = """
import django
django.setup()
from config.celery import app
app.loader.import_default_modules()  # as a worker does: what the settings name
@app.task(name="a.job")
def a_job():
    return None
@app.task(name="a.fault")
def a_fault():
    raise ValueError
a_job.apply(), a_fault.apply(), a_fault.apply()
from config.metrics.page import in_words
print(in_words().decode())
"""


@pytest.fixture(scope="module")
def of_a_worker(tmp_path_factory) -> str:
    """What is told where three jobs have run, two of which failed."""
    place = {"VAR_DIR": str(tmp_path_factory.mktemp("worker")), "DATABASE_URL": "sqlite"}
    said = {"METRICS_TOKEN": TOKEN, "DEBUG": "true", "REDIS_URL": "none"}
    done = subprocess.run(
        [sys.executable, "-c", ONE_JOB],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | place | said,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.once
def test_jobs_are_counted_by_their_name_and_by_how_they_end(of_a_worker):
    said = values(of_a_worker)
    assert said["traitdunion_jobs_total", "done", "a.job"] == 1
    assert said["traitdunion_jobs_total", "failed", "a.fault"] == 2
    assert said["traitdunion_job_seconds_count", "a.fault"] == 2
    assert said["traitdunion_job_seconds_sum", "a.job"] > 0


FAMILIES = {meter._name: meter._labelnames for meter in meters.METERS} | {
    gauges.PREFIX + gauge.name: gauge.labels for gauge in gauges.ALL
}
# What Prometheus adds to counters, histograms and summaries.
ENDS = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}
ENDS |= {"summary": ["_count", "_sum"]}
TOLD = {gauges.PREFIX + gauge.name: gauge.labels for gauge in gauges.ALL} | {
    meter._name + end: meter._labelnames for meter in meters.METERS for end in ENDS[meter._type]
}


def test_the_page_for_operators_names_no_metric_that_is_not_there():
    named = set(NAMED.findall((ROOT / "docs/operating.md").read_text("utf-8")))
    assert named
    assert not named - TOLD.keys() - FAMILIES.keys()


def test_the_alerts_ask_for_no_metric_and_no_label_that_is_not_there():
    asked_for = " ".join(rule["expr"] for rule in alerts())
    found = re.findall(METRIC, asked_for)
    assert len(found) > 20
    for name, matchers in found:
        assert name in TOLD
        labels = re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\"", matchers)
        assert set(labels) <= {*TOLD[name], *(["le"] if name.endswith("_bucket") else [])}, name


@pytest.mark.both
def test_each_alert_finds_a_sample_with_the_very_labels_that_it_asks_for(
    asked, of_a_worker, client
):
    now = timezone.now()
    ClockAct.objects.know(["letters"])
    Heartbeat.objects.create(name="beat", seen_at=now)
    RowFault.objects.note("reminders", ("marketplace.need", "1"), error="x", now=now)
    make_pole("Pôle des alertes", ("80",))
    for mark in (marks.TAKEN, marks.CHECKED):
        marks.note(mark)
    for status in (200, 500, 503):
        request = RequestFactory().get("/")
        request.resolver_match = None
        CountedMiddleware(lambda _request, status=status: HttpResponse(status=status))(request)
    page = client.get(reverse("metrics"), headers={"authorization": f"Bearer {TOKEN}"}).text
    counted = [family for meter in meters.METERS for family in meter.collect()]
    worker = text_string_to_metric_families(of_a_worker)
    told = [
        (one.name, one.labels)
        for family in (*text_string_to_metric_families(page), *counted, *worker)
        for one in family.samples
    ]
    for rule in alerts():
        for name, matchers in re.findall(METRIC, rule["expr"]):
            if name == "traitdunion_connections" and connection.vendor == "sqlite":
                continue
            wanted = re.findall(r'(\w+)\s*(=~|!~|!=|=)"([^"]*)"', matchers)
            found = [labels for one, labels in told if one == name and fits(labels, wanted)]
            assert found, (rule["alert"], name, matchers)
            kept = re.search(r"\bby \((\w+)\)", rule["expr"])
            assert kept is None or kept[1] in found[0], rule["alert"]


def fits(labels: dict[str, str], wanted: list[tuple[str, str, str]]) -> bool:
    """As Prometheus matches them: a pattern is that of the whole value."""
    said = {"=": str.__eq__, "!=": str.__ne__}
    said["=~"] = lambda value, pattern: bool(re.fullmatch(pattern, value))
    said["!~"] = lambda value, pattern: not re.fullmatch(pattern, value)
    return all(said[how](labels.get(name, ""), value) for name, how, value in wanted)


@pytest.mark.once
def test_prometheus_itself_takes_the_rules_where_it_is_installed():
    if program := shutil.which("promtool"):
        subprocess.run([program, "check", "rules", ROOT / "docs/alerts.yml"], check=True)


def test_each_metric_is_explained_to_operators():
    page = (ROOT / "docs/operating.md").read_text("utf-8")
    assert not [name for name in FAMILIES if not re.search(rf"`{name}(_total|_bucket)?[`{{]", page)]


def alerts() -> list[dict]:
    groups = yaml.safe_load((ROOT / "docs/alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_each_alert_says_what_is_wrong_and_the_page_what_to_do():
    page = (ROOT / "docs/operating.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `([A-Z][a-z]\w+)` \|", page, re.MULTILINE))
    assert explained == {rule["alert"] for rule in alerts()}
    for rule in alerts():
        assert rule["labels"]["severity"] in {"wake", "look"}, rule["alert"]
        assert rule["annotations"]["summary"].endswith("."), rule["alert"]
