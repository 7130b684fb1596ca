"""How long the pages take, and what they ask the database: `python -m benchmarks.pages`.

Loads the demo pôle twenty times over (SCALE=20) into a database of its own and opens each page as the person who uses it, beside a bare view that
answers "ok" through the same middleware, in the same run. Times are those of Django, without the network.
On PostgreSQL: `python -m tests.services python -m benchmarks.pages`.
"""

import os
import statistics
import tempfile
import time
from types import ModuleType

import django
from django.http import HttpResponse
from django.urls import include, path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SCALE = int(os.environ.get("SCALE", "20"))
ROUNDS = int(os.environ.get("ROUNDS", "60"))
WARMING = 3


def bare(request):
    return HttpResponse("ok")


bare.login_required = False


def doors() -> ModuleType:
    """The site's addresses, and one more for the bare view."""
    module = ModuleType("doors")
    module.urlpatterns = [path("ok/", bare), path("", include("config.urls"))]
    return module


def main() -> None:
    """In a folder of its own, on the database that DATABASE_URL names (SQLite without)."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "true",
            "VAR_DIR": folder,
            "LOG_LEVEL": "ERROR",
            "DOORBELL": "false",
        }
        os.environ.setdefault("SITE_URL", "http://testserver")
        measure()


def measure() -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    settings.ROOT_URLCONF = doors()
    settings.ALLOWED_HOSTS = ["testserver"]
    began = time.perf_counter()
    for command in ("migrate", "createcachetable", "load_places", "load_skills", "load_causes"):
        call_command(command, verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    call_command("load_demo", scale=SCALE, stdout=open(os.devnull, "w"))  # noqa: SIM115
    settings.DEBUG = False  # a site in production keeps no list of its queries
    loaded = time.perf_counter() - began
    print(f"\n{connection.vendor}, demo x {SCALE} (loaded in {loaded:.0f} s), {ROUNDS} rounds")
    print(f"{'page':22}{'p50 ms':>9}{'p95 ms':>9}{'x bare':>9}{'queries':>9}")
    floor = None
    for name, url, client in pages():
        times, queries = timed(client, url), asked(client, url)
        middle = statistics.median(times)
        floor = floor or middle
        late = statistics.quantiles(times, n=20)[-1]
        print(f"{name:22}{middle:9.1f}{late:9.1f}{middle / floor:9.1f}{queries:9d}")


def pages():
    """The bare view first: the others are told beside it."""
    from django.test import Client

    from accounts.models import User
    from marketplace.models import Need, Thread

    def signed_in(address: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(email=f"{address}@example.org"))
        return client

    nobody, aline, maelle = Client(), signed_in("aline.moreau"), signed_in("maelle.vandamme")
    person = User.objects.get(email="aline.moreau@example.org")
    need = Need.objects.published().spoken_for_by(person).first()
    thread = Thread.objects.taken_part_in_by(person).filter(messages__isnull=False).first()
    yield "bare view", "/ok/", aline
    yield "landing (visitor)", "/", nobody
    yield "home (structure)", "/", aline
    yield "home (coordinator)", "/", maelle
    yield "catalogue (visitor)", "/besoins/", nobody
    yield "catalogue, searched", "/besoins/?q=site+internet", aline
    yield "need (structure)", need.get_absolute_url(), aline
    yield "candidates", f"{need.get_absolute_url()}candidats/", aline
    yield "inbox", "/messages/", aline
    if thread:
        yield "thread", thread.get_absolute_url(), aline
    yield "desk", "/bureau/", maelle


def timed(client, url: str) -> list[float]:
    times = []
    for number in range(WARMING + ROUNDS):
        began = time.perf_counter()
        response = client.get(url)
        if number >= WARMING:
            times.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, (url, response.status_code)
    return times


def asked(client, url: str) -> int:
    """Those of Django, and those that the matching asks by hand, which Django doesn't see."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from marketplace.ranking import bulk

    by_hand, fetch = [], bulk.fetch
    bulk.fetch = lambda *asked: by_hand.append(asked) or fetch(*asked)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    bulk.fetch = fetch
    return len(queries) + len(by_hand)


if __name__ == "__main__":
    main()
