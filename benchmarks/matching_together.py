"""Are the lists exact in a market where several carry needs, and where needs want a pair? Both against each card judged with
each, no index: `python -m benchmarks.matching_together [--offers 10000] [--sample 100] [--keep FOLDER]`.

One need in five is carried by one to three more structures, each with its place; one in ten of those that require two skills
wants a pair; half of the people come on working time (benchmarks/together.py). SQLite unless DATABASE_URL is set.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from benchmarks import as_in_production

EVERY, MOST, BATCH = 5, 3, 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=100, help="of each of the four kinds")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="the folder in which the market stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        os.environ["VAR_DIR"] = str(options.keep or passing)
        os.environ["DOORBELL"] = "false"
        os.environ.setdefault("DATABASE_URL", "sqlite")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        as_in_production()
        django.setup()
        measure(options.keep or Path(passing), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    from benchmarks.matching import Truth, a_market

    made = argparse.Namespace(poles=1, seed=options.seed, keep=options.keep)
    with a_market(options.offers, folder, made) as built:
        print(built)
        lay_out(options)
        truth = Truth()
        wrong = sum(
            told(name, rows, agrees)
            for name, rows, agrees in judged(truth, options.sample, options.seed)
        )
    if wrong:
        raise SystemExit("Not exact.")


def told(name: str, rows: list[Any], agrees: Any) -> int:
    exact = sum(map(agrees, rows))
    print(f"{name}: {exact} of {len(rows)} exact", flush=True)
    return len(rows) - exact


def judged(truth: Any, sample: int, seed: int) -> Iterator[tuple[str, list[Any], Any]]:
    from marketplace.models import Need, Offer

    chance = random.Random(seed)
    needs = Need.objects.published()
    carried = needs.filter(carriers__isnull=False, in_pair=False).distinct()
    yield "needs that several carry", some(carried, chance, sample), truth.agrees
    paired = some(needs.filter(in_pair=True), chance, sample)
    yield "needs that want a pair, who could be one of the two", paired, truth.agrees
    pairs = Pairs(truth)
    yield "the pairs of these", paired, pairs.agree
    print(f"(pairs were found for {pairs.found} of them)")
    offers = some(Offer.objects.filter(status="PUBLISHED"), chance, sample)
    yield "offers", offers, truth.agrees
    listed = {one.need_id for offer in offers for one in _needs_for(offer)}
    print(
        f"{carried.filter(pk__in=listed).count()} of the {len(listed)} needs in the offers’ lists are carried by several,"
        f" {needs.filter(pk__in=listed, in_pair=True).count()} want a pair"
    )


def _needs_for(offer: Any) -> list[Any]:
    from benchmarks.matching import TOP
    from marketplace import ranking

    return ranking.numbers_for(offer, top=TOP)[0]


def some(rows: Any, chance: random.Random, count: int) -> list[Any]:
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    found = rows.model.objects.in_bulk(chance.sample(numbers, min(count, len(numbers))))
    return list(found.values())


class Pairs:
    """Each two who fit, one on each time, tried."""

    def __init__(self, truth: Any) -> None:
        self.truth, self.found = truth, 0

    def agree(self, need: Any) -> bool:
        from marketplace import ranking
        from marketplace.ranking.pairs import TOP

        pairs = ranking.pairs_for(ranking.around(need))
        said = [(one.total, one.work.offer_id, one.own.offer_id) for one in pairs]
        self.found += bool(said)
        return said == self.by_trying_all(need)[:TOP]

    def by_trying_all(self, need: Any) -> list[tuple[int, int, int]]:
        import numpy as np

        from marketplace.matching.definition import ENOUGH, OWN_TIME

        verdict, offers = self.truth.verdict(need)
        fit = verdict.fit
        at_home = offers.rows["work"][fit] == OWN_TIME
        work, own = fit[~at_home], fit[at_home]
        weights = verdict.skills.wanted.weights[:, 0].astype(np.int64)
        covers = need.wanted.filter(required=True).exists()
        number, score, held = offers.rows["id"], verdict.score, verdict.skills.credits
        found = []
        for row in work:
            joint = np.maximum(held[:, [row]], held[:, own])
            together = (joint.astype(np.int64) * weights[:, None]).sum(axis=0) // weights.sum()
            for place in np.flatnonzero((joint >= ENOUGH).all(axis=0) | (not covers)):
                total = int(together[place]) + int(score[row]) + int(score[own[place]])
                found.append((total, int(number[row]), int(number[own[place]])))
        return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


# --- the market -----------------------------------------------------------------------------
def lay_out(options: argparse.Namespace) -> None:
    from django.db import connection

    from benchmarks import together
    from marketplace.models import Carrier
    from marketplace.ranking import index

    if Carrier.objects.exists():
        return
    together.lend(options.offers // 2)
    together.want_pairs()
    carry(random.Random(options.seed))
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def carry(chance: random.Random) -> None:
    from django.utils import timezone

    from accounts.models import Organisation
    from marketplace.models import Carrier, Need
    from marketplace.states import CarrierStatus

    houses = list(
        Organisation.objects.filter(kind="ESS").order_by("pk").values_list("pk", flat=True)
    )
    needs = list(Need.objects.order_by("pk").values_list("pk", "organisation", "created_by"))
    now = timezone.now()
    Carrier.objects.bulk_create(
        (
            Carrier(
                need_id=need, organisation_id=house, invited_by_id=author, agreed_at=now,
                status=CarrierStatus.AGREED,
            )
            for need, lead, author in needs[::EVERY]
            for house in chance.sample(houses, chance.randint(1, MOST))
            if house != lead
        ),
        batch_size=BATCH,
    )  # fmt: skip


if __name__ == "__main__":
    main()
