"""Times the table of those who could do a need: the judging of all, then the page as a coordinator asks for it.

python -m benchmarks.side_by_side [--offers 100000] [--sample 60] [--keep DIR]
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

ADDRESSES = ("", "tri=distance", "tri=heures&voir=presque", "tri=reponse&page=3")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--keep", help="the folder in which the market stays for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        os.environ.setdefault("DATABASE_URL", "sqlite")
        os.environ["DOORBELL"] = "false"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        os.environ.setdefault("DEBUG", "true")
        django.setup()
        measure(Path(options.keep or folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    from benchmarks.matching import a_market

    made = argparse.Namespace(poles=1, seed=1, keep=options.keep)
    with a_market(options.offers, folder, made) as built:
        print(f"{options.offers:,} offers, {connection.vendor}: {built}")
        pages(options.sample)


def pages(sample: int) -> None:
    from django.test import Client

    from accounts.models import Pole
    from marketplace import ranking
    from marketplace.models import Need
    from marketplace.ranking.side_by_side import Order
    from tests.factories import make_coordinator

    settings.ALLOWED_HOSTS = ["*"]
    numbers = list(Need.objects.published().order_by("pk").values_list("pk", flat=True))
    needs = list(Need.objects.filter(pk__in=random.Random(1).sample(numbers, sample)))
    reader = Client()
    reader.force_login(make_coordinator(Pole.objects.get(pk=needs[0].pole_id)))
    timed(
        "all of them judged, 20 with their rows",
        needs,
        lambda one: ranking.side_by_side(ranking.around(one), Order()),
    )
    for asked in ADDRESSES:
        timed(f"the page, ?{asked}", needs, lambda one, asked=asked: page(reader, one, asked))


def page(reader: Any, need: Any, asked: str) -> None:
    answer = reader.get(f"/besoins/{need.pk}/candidats/?vue=tableau&{asked}")
    assert answer.status_code == 200, answer.status_code


def timed(what: str, rows: Iterable[Any], ask: Callable[[Any], object]) -> None:
    took, spent, said = [], [], []
    for row in rows:
        begun, used = time.perf_counter(), time.process_time()
        with Questions() as questions:
            ask(row)
        took.append(1000 * (time.perf_counter() - begun))
        spent.append(1000 * (time.process_time() - used))
        said.append(questions.ms)
    told = [f"{at(values, 0.5):.0f} / {at(values, 0.95):.0f}" for values in (took, spent, said)]
    print(f"{what}: {told[0]} ms p50 / p95, {told[1]} of processor, {told[2]} of the database")


class Questions:
    """How long the ORM's questions of a block took."""

    def __enter__(self) -> "Questions":
        self.ms = 0.0
        self._wrapped = connection.execute_wrapper(self._time)
        self._wrapped.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapped.__exit__(*error)

    def _time(self, execute: Callable, sql: str, values: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, values, many, context)
        finally:
            self.ms += 1000 * (time.perf_counter() - begun)


def at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


if __name__ == "__main__":
    main()
