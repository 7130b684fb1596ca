"""The coordinators' desk over a hundred thousand missions: `python -m tests.services python -m benchmarks.desk`.

Opens the pages of the desk and of the figures as a coordinator of the world of big_pole.py through Django's client,
and prints p50, p95 and the number of questions of each, then which big tables the plans read whole (none is allowed).
With a DATABASE_URL of one's own the world is kept for the next run; without, `python -m benchmarks.desk` takes SQLite.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from importlib import import_module

import django

from benchmarks import big_pole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
ROUNDS = int(os.environ.get("ROUNDS", "40"))
CEILING_MS, CEILING_QUERIES, BIG = 150, 15, 20_000


def main() -> int:
    return in_a_folder_of_its_own(measure)


def in_a_folder_of_its_own(measure) -> int:
    """Set Django up with an empty folder for its files, and measure there."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "true", "VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DOORBELL": "false"}
        os.environ.setdefault("SITE_URL", "http://testserver")
        django.setup()
        import_module("config.wsgi")  # as the web server does, which sets aside what is loaded
        return measure()


def measure() -> int:
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    big_pole.ready()
    settings.DEBUG = False
    print(f"\n{connection.vendor}, {big_pole.MISSIONS} missions, {ROUNDS} rounds")
    print(f"(the night’s figures of every pôle, if they were due: {nightly():.1f} s)")
    print(f"{'page':34}{'best ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'in SQL':>9}{'queries':>9}")
    opened = [(name, *told(name, url, client)) for name, url, client in pages()]
    failures = [
        name for name, late, asked in opened if late > CEILING_MS or asked > CEILING_QUERIES
    ]
    failures += [f"whole table read: {table}" for table in whole_tables_read()]
    print("Ceilings held." if not failures else f"Above the ceilings: {', '.join(failures)}")
    return 1 if failures else 0


def nightly() -> float:
    from django.utils import timezone

    from marketplace.actions.desk import figures

    began = time.perf_counter()
    figures.refresh_due(timezone.now())
    return time.perf_counter() - began


MANY = "/bureau/listes/besoins/agir/"


def pages():
    from django.test import Client
    from django.utils import timezone

    from accounts.models import Membership

    member = Membership.objects.filter(organisation__kind="OPERATOR").select_related("user")[0]
    client = Client()
    client.force_login(member.user)
    yield "desk", "/bureau/", client
    yield "desk, mine", "/bureau/?whose=mine", client
    yield "desk, my operator's", "/bureau/?whose=operator", client
    yield "desk, missions", "/bureau/?kind=mission", client
    yield "desk, 15 days, one département", "/bureau/?age=15&department=62", client
    yield "desk, page 20", "/bureau/?page=20", client
    yield "who has what", "/bureau/charge/", client
    yield "board of needs", "/bureau/tableau/besoins/", client
    yield "board of missions", "/bureau/tableau/missions/", client
    yield "figures, a year", "/bureau/chiffres/", client
    yield "figures, two years by family", "/bureau/chiffres/?months=24&by=family", client
    yield "figures of a département", "/bureau/chiffres/?department=62&by=operator", client
    yield "the year's report", f"/bureau/chiffres/rapport/{timezone.localdate().year - 1}/", client
    yield "the tags of a pôle", "/bureau/etiquettes/", client
    yield "an act on many needs, shown", f"{MANY}?all=1&departement=62&act=prendre", client
    yield "brakes and enablers", "/bureau/freins/", client
    yield "an organisation's story", f"/bureau/histoire/organisations/{_busiest()}/", client


def _busiest() -> int:
    from django.db.models import Count

    from marketplace.models import Need

    rows = Need.objects.order_by().values("organisation").annotate(n=Count("pk")).order_by("-n")
    return rows[0]["organisation"]


def told(name: str, url: str, client) -> tuple[float, int]:
    """Open a page many times and print its line. Returns its 95th percentile in milliseconds, and its questions."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for number in range(3 + ROUNDS):
        began = time.perf_counter()
        response = client.get(url)
        if number >= 3:
            times.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, (url, response.status_code)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    late, asked = statistics.quantiles(times, n=20)[-1], len(queries)
    in_sql = sum(float(query["time"]) for query in queries) * 1000
    print(
        f"{name:34}{min(times):9.1f}{statistics.median(times):9.1f}{late:9.1f}{in_sql:9.1f}{asked:9d}",
        flush=True,
    )
    return late, asked


def whole_tables_read() -> set[str]:
    """The big tables that any question of these pages reads from end to end."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if connection.vendor != "postgresql":
        return set()
    found: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE reltuples > %s", [BIG])
        big = {name for (name,) in cursor.fetchall()}
    for name, url, client in pages():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        for asked in [query["sql"] for query in queries if query["sql"].startswith(("SELECT", "\nWITH", "WITH"))]:  # fmt: skip
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {asked}".replace("%", "%%"))
                read = _scanned(cursor.fetchone()[0]) & big
            if read:
                print(f"  {name}: whole {', '.join(sorted(read))} in {asked.strip()[:90]}…")
                found |= read
    return found


def _scanned(plan) -> set[str]:
    plan = json.loads(plan) if isinstance(plan, str) else plan
    if isinstance(plan, list):
        return set().union(*(_scanned(part) for part in plan))
    here = {plan["Relation Name"]} if plan.get("Node Type") == "Seq Scan" else set()
    return here.union(*(_scanned(plan[key]) for key in ("Plan", "Plans") if key in plan))


if __name__ == "__main__":
    sys.exit(main())
