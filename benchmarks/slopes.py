"""What a page, a night and a disk cost as work grows: `python -m tests.services python -m benchmarks.slopes`.

The world of benchmarks.country at each of `--sizes` (1000,10000,100000 unless told otherwise: so many needs that are published, offers
and missions, ten times as many messages and letters), each in a database of its own. Prints the median of PAGES before what is
busiest there, an ordinary night by its acts, and bytes on disk, by size; and the slope between the last two: 0 doesn't grow, 1 grows
as the work does, 2 as its square. `--rounds` openings a page; `--nights no` leaves the nights out, the longest part.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tests.site import ROOT, own_database

# The twelve that most people open most, and whose eyes see most of each.
PAGES = {
    "home": "coordinator", "my-needs": "administrator", "needs": "visitor", "need": "administrator",
    "need-candidates": "coordinator", "offers": "coordinator", "missions": "volunteer", "mission": "coordinator",
    "inbox": "coordinator", "thread": "volunteer", "desk": "coordinator", "lists": "coordinator",
}  # fmt: skip
ROUNDS, LARGEST = 20, 8  # openings of a page; tables that are named
LONG = 2  # seconds: acts that are told while one waits for the others
Found = dict[str, dict[str, float]]
DISK = """
    SELECT c.relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'm') ORDER BY 2 DESC
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,10000,100000", help="with commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="openings of each page")
    parser.add_argument("--nights", choices=("yes", "no"), default="yes")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)  # a size in its own process
    asked = parser.parse_args()
    if asked.one:
        asked.one.write_text(json.dumps(of_this_world(asked.rounds, nights=asked.nights == "yes")))
        return 0
    if os.environ.get("DATABASE_URL", "sqlite") == "sqlite":
        print("PostgreSQL alone is measured: python -m tests.services python -m benchmarks.slopes")
        return 0
    sizes = list(map(int, asked.sizes.split(",")))
    tell(sizes, [in_its_own_process(size, asked) for size in sizes])
    return 0


def in_its_own_process(size: int, asked: argparse.Namespace) -> Found:
    """What `of_this_world` finds at this size."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        environment = os.environ | own_database() | {
            "MISSIONS": str(size), "EMPLOYEES": str(size // 20), "VAR_DIR": folder, "DEBUG": "true",
            "DOORBELL": "false", "LOG_LEVEL": "CRITICAL", "SITE_URL": "http://testserver",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }  # fmt: skip
        options = [f"--one={told}", f"--rounds={asked.rounds}", f"--nights={asked.nights}"]
        words = [sys.executable, "-m", "benchmarks.slopes", *options]
        began = time.perf_counter()
        subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
        print(f"({size}: {time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)
        return json.loads(told.read_text())


def of_this_world(rounds: int, *, nights: bool) -> Found:
    """Milliseconds of each page, seconds of each act of the night, megabytes of each large table."""
    import django

    django.setup()
    from django.conf import settings

    from benchmarks import country

    settings.ALLOWED_HOSTS = ["testserver"]
    country.ready()
    settings.DEBUG = False
    found = {"pages, ms": dict(pages(rounds)), "disk, MB": on_disk()}
    return found | {"a night, s": night()} if nights else found


def pages(rounds: int) -> Iterator[tuple[str, float]]:
    """The slowest that the role finds of each address; its median, and what it asks of the database."""
    from benchmarks import every_address, every_page, readers

    roles = {one.role: one for one in readers.of_the_country()}
    addresses = {one.name: one for one in every_address.ours()}
    for name, role in PAGES.items():
        seen = list(every_page.look(addresses[name], roles[role]))
        slowest = max(seen, key=lambda one: one.ms)
        every_page.measure(slowest, rounds)
        yield f"{name} ({role})", slowest.p50
        yield f"{name} ({role}), questions", slowest.questions


def on_disk() -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(DISK)
        tables = dict(cursor.fetchall())
        cursor.execute("SELECT sum(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes")
        (indexes,) = cursor.fetchone()
    sizes = {"all": sum(tables.values()), "of which indexes": int(indexes)} | tables
    return {name: size / 1_000_000 for name, size in sizes.items()}


def night() -> dict[str, float]:
    """An ordinary one: what had been waiting is done in the night before."""
    import time_machine
    from django.utils import timezone

    from benchmarks.night import acts

    now, took = timezone.now(), {}
    told_before(now)
    for at in (now, now + timedelta(days=1)):
        with time_machine.travel(at, tick=True):
            for name, act in acts():
                began = time.perf_counter()
                act()
                took[name] = time.perf_counter() - began
                if took[name] > LONG:
                    print(f"    {name}: {took[name]:.0f} s", file=sys.stderr, flush=True)
    return {"all": sum(took.values())} | took


def told_before(now: datetime) -> None:
    """That nobody has asked for their need yet, all structures have been told in the years before: not all in one night."""
    from marketplace import letters
    from marketplace.models import Need, Reminder

    key = letters.NEED_ALONE.key
    numbers = Need.objects.published().order_by().values_list("pk", flat=True)
    said = (Reminder(key=key.written(need=number), at=now) for number in numbers.iterator())
    Reminder.objects.bulk_create(said, batch_size=5000, ignore_conflicts=True)


def tell(sizes: list[int], found: list[Found]) -> None:
    for chapter in found[-1]:
        largest = found[-1][chapter]
        names = list(largest)
        if chapter == "disk, MB":
            names = names[: LARGEST + 2]
        print(f"\n| {chapter} | {' | '.join(f'{size:,}' for size in sizes)} | slope |")
        print(f"|---|{'---|' * (len(sizes) + 1)}")
        for name in names:
            told = [one[chapter].get(name, 0) for one in found]
            said = " | ".join(
                f"{value:,.{0 if value >= 100 or value == int(value) else 1}f}" for value in told
            )
            print(f"| {name} | {said} | {slope(sizes[-2:], told[-2:])} |")


def slope(sizes: list[int], values: list[float]) -> str:
    """Of value over size, both as logarithms."""
    if len(sizes) < 2 or min(values) <= 0:
        return "—"
    return f"{math.log(values[1] / values[0]) / math.log(sizes[1] / sizes[0]):.2f}"


if __name__ == "__main__":
    sys.exit(main())
