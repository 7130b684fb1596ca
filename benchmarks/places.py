"""How fast, and how well, communes are found: `python -m benchmarks.places`.

On the database of DATABASE_URL (SQLite when it isn't set), in a database of its own that is
thrown away after. What people type is made from real names, by population, with a fixed seed:
beginnings, no accents, "St", postal codes, one slip. Beside us, in the same run, the two lines
that one would write first: `name__istartswith` and `name__icontains`, the largest first.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import django
from django.db import connection

from benchmarks import as_in_production

HOME = (50.63, 3.06)  # Lille


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=400, help="of each sort")
    parser.add_argument("--seed", type=int, default=59)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        as_in_production()
        django.setup()
        with a_database_of_france() as seconds:
            print(f"\nCommunes, on {_engine()}: 35,014 loaded in {seconds:.1f} s\n")
            measure_search(options.queries, options.seed)
            measure_radius()


@contextmanager
def a_database_of_france() -> Iterator[float]:
    """A database of its own, with every commune; yields the seconds that loading took."""
    from accounts import place_files
    from accounts.actions import places as loading

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        start = time.perf_counter()
        loading.load_departments(place_files.our_departments())
        loading.load_communes(place_files.our_communes())
        seconds = time.perf_counter() - start
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # autovacuum does it in real life, a minute later
        yield seconds
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _engine() -> str:
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version}"


# --- Search --------------------------------------------------------------------------------


def measure_search(count: int, seed: int) -> None:
    from accounts import places
    from accounts.models import Commune

    largest = Commune.objects.select_related("department").order_by("-population", "insee")
    finders: dict[str, Callable[[str], list]] = {
        "ours": lambda text: places.search(text),
        "istartswith": lambda text: list(largest.filter(name__istartswith=text)[:10]),
        "icontains": lambda text: list(largest.filter(name__icontains=text)[:10]),
    }
    print(f"{'typed':<18}" + "".join(f"{name:>32}" for name in finders))
    print(f"{'':<18}" + f"{'p50 ms':>12}{'p95 ms':>10}{'found':>10}" * len(finders))
    sorts = typings(count, seed)
    sorts["all of these"] = [typing for typed in sorts.values() for typing in typed]
    for sort, typed in sorts.items():
        cells = "".join(_measured(find, typed) for find in finders.values())
        print(f"{sort:<18}{cells}")
    print("\nfound: the commune meant is among the ten offered.\n")


def _measured(find: Callable[[str], list], typed: list[tuple[str, str]]) -> str:
    for text, _insee in typed[:20]:
        find(text)  # the first ones fill the caches
    times, found = [], 0
    for text, insee in typed:
        start = time.perf_counter()
        answer = find(text)
        times.append((time.perf_counter() - start) * 1000)
        found += any(commune.pk == insee for commune in answer)
    times.sort()
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    return f"{p50:>12.2f}{p95:>10.2f}{found / len(typed):>10.1%}"


def typings(count: int, seed: int) -> dict[str, list[tuple[str, str]]]:
    """What is typed, and the INSEE code of the commune that was meant."""
    from accounts.models import Commune
    from accounts.toponyms import plain

    chance = random.Random(seed)
    communes = list(Commune.objects.order_by("insee"))
    weights = [commune.population + 50 for commune in communes]
    meant = chance.choices(communes, weights, k=count)
    return {
        "each letter": [
            (commune.name[:end], commune.pk)
            for commune in meant
            for end in (chance.randint(1, len(commune.name)),)
        ],
        "whole name": [(commune.name, commune.pk) for commune in meant],
        "in haste": [(plain(commune.name).replace("saint", "st"), commune.pk) for commune in meant],
        "postal code": [
            (chance.choice(commune.postal_code_list), commune.pk)
            for commune in meant
            if commune.postal_codes
        ],
        "one slip": [(_slip(plain(commune.name), chance), commune.pk) for commune in meant],
        "nonsense": [
            ("".join(chance.choices("abcdefghijklmnopqrstuvwxyz ", k=12)), commune.pk)
            for commune in meant
        ],
    }


def _slip(name: str, chance: random.Random) -> str:
    """Two letters that changed places, one that is missing, or one too many."""
    at = chance.randrange(max(1, len(name) - 1))
    return chance.choice(
        [
            name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at : at + 1] + name[at:],
        ]
    )


# --- Around a point ------------------------------------------------------------------------


def measure_radius() -> None:
    from accounts import places
    from accounts.models import Commune

    def in_memory(km: float) -> list:
        rows = Commune.objects.values_list("insee", "latitude", "longitude")
        return [insee for insee, *spot in rows if places.distance_km(HOME, spot) <= km]

    print(f"{'around Lille':<18}{'communes':>10}{'ours ms':>12}{'all in Python ms':>20}")
    for km in (5, 30, 100):
        near = places.within(*HOME, km).order_by().values_list("insee", flat=True)
        found = set(near)
        if found != set(in_memory(km)):
            raise SystemExit(f"The two do not agree at {km} km.")
        ours, theirs = _middle(near.all), _middle(in_memory, km)
        print(f"{km:>15} km{len(found):>10}{ours:>12.1f}{theirs:>20.1f}")


def _middle(act: Callable, *arguments: object) -> float:
    """Milliseconds, the median of nine."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        list(act(*arguments))
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)[4]


if __name__ == "__main__":
    main()
