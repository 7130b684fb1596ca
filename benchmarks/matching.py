"""How fast the matching is, and that it is exact: `python -m benchmarks.matching --offers 1000 10000`.

On the database of DATABASE_URL (SQLite when it isn't set), in a database of its own that is thrown away after.
A seeded market of our real models (benchmarks/market.py): half as many needs as offers. Beside us in the same
run: PostgreSQL's full text, SciPy's sparse product and tantivy where they are installed, what a directory does,
the same search with everything in memory as a floor, and a loop over the ORM. No time is printed before the sampled lists
are those of brute force, to the last digit.

Wall time and, since other programs may be busy on the same machine, the processor time of this process
and of its PostgreSQL backend together (when both are on this machine): question and answer wait for each other,
so it is what the clock would say if nobody else were there.
"""

import argparse
import importlib.util
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connection, transaction

from benchmarks import as_in_production

TOP, NEAR = 20, 10


@dataclass
class Times:
    name: str
    wall: list[float]
    cpu: list[float]
    recall: float | None = None

    def line(self) -> str:
        wall, cpu = sorted(self.wall), sorted(self.cpu)
        recall = "" if self.recall is None else f"{self.recall:.3f}"
        return (
            f"| {self.name} | {_at(wall, 0.5):.2f} | {statistics.mean(wall):.2f} | {_at(wall, 0.95):.2f}"
            f" | {_at(cpu, 0.5):.2f} | {statistics.mean(cpu):.2f} | {_at(cpu, 0.95):.2f} | {recall} |"
        )


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed(name: str, rows: list, ask: Callable, judge: Callable | None = None) -> Times:
    """Ask for each; `judge` says which share of the true list an answer holds."""
    wall, shares, cpu = [], [], []
    for row in rows[: max(3, len(rows) // 20)]:
        ask(row)
    for row in rows:
        before, before_cpu = time.perf_counter(), processor_time()
        answer = ask(row)
        wall.append((time.perf_counter() - before) * 1e3)
        cpu.append((processor_time() - before_cpu) * 1e3)
        if judge and (share := judge(row, answer)) is not None:
            shares.append(share)
    return Times(name, wall, cpu, statistics.mean(shares) if shares else None)


def processor_time() -> float:
    """Seconds of this process, and of the backend that works for it."""
    return time.process_time() + backend_time()


def backend_time() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(stat.read_text().split()[0]) / 1e9 if stat.exists() else 0.0  # another machine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--offers", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--poles", type=int, default=1, help="1 is the hardest: all in one")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="also 100,000 and a million offers")
    parser.add_argument("--worker", action="store_true", help="edits heard by a real worker too")
    parser.add_argument("--all-needs", action="store_true", help="also make and store every list")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="build each market once, and find it there again",
    )
    options = parser.parse_args()
    sizes = [*options.offers, *([100_000, 1_000_000] if options.full else [])]
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        os.environ["VAR_DIR"] = str(folder)
        os.environ["DOORBELL"] = "false"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        as_in_production()
        django.setup()
        medians = [(size, run(size, folder, options)) for size in sizes]
    for (small, one), (large, other) in zip(medians, medians[1:], strict=False):
        print(f"from {small:,} to {large:,} offers: {other / one:.1f} x the median processor time")


def run(size: int, folder: Path, options: argparse.Namespace) -> float:
    with a_market(size, folder, options) as built:
        print(
            f"\n### {size:,} offers, {size // 2:,} needs, {options.poles} pôle(s), {connection.vendor}\n"
        )
        print(built)
        return measure(size, options)


@contextmanager
def a_market(size: int, folder: Path, options: argparse.Namespace) -> Iterator[str]:
    from marketplace.models import Need

    settings, known_as = connection.settings_dict, connection.settings_dict["NAME"]
    name = f"market_{size}_{options.poles}_{options.seed}"
    if connection.vendor == "sqlite":  # on the disk, as in real life
        name = str(folder / f"{name}.sqlite3")
    settings["TEST"]["NAME"] = name
    keep = options.keep is not None
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep)
    try:
        found = Need.objects.count() == size // 2
        yield "Found as an earlier run left it." if found else build(size, options)
    finally:
        connection.creation.destroy_test_db(known_as, verbosity=0, keepdb=keep)


def build(size: int, options: argparse.Namespace) -> str:
    from benchmarks import market
    from marketplace.ranking import index, nightly_stats

    market.fill(size, size // 2, seed=options.seed, poles=options.poles)
    begun = time.perf_counter()
    index.rebuild()
    seconds = time.perf_counter() - begun
    with transaction.atomic():
        nightly_stats.renew_rarity()
    with connection.cursor() as cursor:  # autovacuum does it in real life, a minute later
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return f"Index built in {seconds:.1f} s ({1e6 * seconds / (1.5 * size):.0f} µs a row)."


def measure(size: int, options: argparse.Namespace) -> float:
    from marketplace.models import Need, Offer

    chance = random.Random(options.seed)
    needs = _sample(Need, chance, options.sample)
    offers = _sample(Offer, chance, options.sample)
    truth = Truth()
    exact = sum(truth.agrees(row) for row in [*needs[:100], *offers[:100]])
    print(
        f"Exact: {exact} of {len(needs[:100]) + len(offers[:100])} lists, near misses included.\n"
    )
    if exact < len(needs[:100]) + len(offers[:100]):
        raise SystemExit("Not exact: no time counts.")
    print(
        "| way, top 20 | p50 ms | mean | p95 | CPU p50 | mean | p95 | recall@20 |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    ours = timed(
        "ours: matches, near misses, words of both sides", needs, everything_said, truth.recall
    )
    print(ours.line())
    print(timed("ours: matches and words", needs, matches_said, truth.recall).line())
    print(
        timed(
            "ours: the same with the rows that a page shows", needs, with_rows, truth.recall
        ).line()
    )
    print(timed("ours: needs for an offer, near misses, words", offers, everything_said).line())
    for name, ask, rows in peers(truth, needs, size):
        print(timed(name, rows, ask, truth.recall).line())
    print()
    edits(offers[:50], with_worker=options.worker)
    if options.all_needs:
        all_lists(truth)
    return _at(sorted(ours.cpu), 0.5)


def _sample(model, chance: random.Random, count: int) -> list:
    numbers = list(model.objects.order_by("pk").values_list("pk", flat=True))
    chosen = chance.sample(numbers, min(count, len(numbers)))
    rows = model.objects.in_bulk(chosen)
    return [rows[number] for number in chosen]


def everything_said(row):
    from marketplace import ranking

    matches, misses = ranking.numbers_for(row, top=TOP, near=NEAR)
    return say(matches, misses)


def matches_said(row):
    from marketplace import ranking

    return say(ranking.numbers_for(row, top=TOP)[0], [])


def with_rows(row):
    from marketplace import ranking

    return say(ranking.offers_for(row, top=TOP), [])


def say(matches, misses):
    for match in [*matches, *misses]:
        for reasons in (
            match.reasons_for_need_side,
            match.reasons_for_offer_side,
            match.missing_for_need_side,
        ):
            for reason in reasons:
                reason.words  # noqa: B018 - the words are what we time
        for reason in match.excluded:
            reason.act  # noqa: B018
    return [match.offer_id for match in matches]


class Truth:
    """Every card in memory, each judged against each: no index, no filter."""

    def __init__(self):
        from django.utils import timezone

        from marketplace.ranking import search, snapshot

        self.book, self.today = snapshot.read(), timezone.localdate()
        self.offers, self.needs = search.all_offers(), search.all_needs()
        self.known: dict[int, list[int]] = {}

    def verdict(self, row):
        from marketplace.matching.kernel import Rules, Verdict
        from marketplace.models import Need
        from marketplace.ranking import search

        rules = Rules(
            self.book.skill_graph, self.today.toordinal(), self.book.weights_of(row.pole_id)
        )
        if isinstance(row, Need):
            return Verdict(search.cards_of_needs([row.pk]), self.offers, rules), self.offers
        return Verdict(self.needs, search.cards_of_offers([row.pk]), rules), self.needs

    def agrees(self, row) -> bool:
        from marketplace import ranking

        verdict, others = self.verdict(row)
        side = "offer_id" if others is self.offers else "need_id"

        def listed(rows):
            return [(int(others.rows["id"][i]), int(verdict.score[i])) for i in rows]

        matches, misses = ranking.numbers_for(row, top=TOP, near=NEAR)
        best = listed(verdict.matches(TOP))
        near = listed(verdict.near_misses(NEAR)) if len(best) < TOP else []
        found = [[(getattr(m, side), m.score) for m in some] for some in (matches, misses)]
        return found == [best, near]

    def recall(self, need, answer: list[int]) -> float | None:
        """The share of the true twenty that an answer holds; None when there is nobody to find."""
        if need.pk not in self.known:
            verdict, others = self.verdict(need)
            self.known[need.pk] = others.rows["id"][verdict.matches(TOP)].tolist()
        best = self.known[need.pk]
        return len(set(best) & set(answer[:TOP])) / len(best) if best else None


def peers(truth: Truth, needs: list, size: int) -> Iterator[tuple[str, Callable, list]]:
    from benchmarks import matching_peers

    yield from matching_peers.all_of_them(truth, needs, size)


def edits(offers: list, *, with_worker: bool = False) -> None:
    """An edit, in its transaction; then the lists it can change, as a worker makes them."""
    from django.utils import timezone

    from marketplace import ranking
    from marketplace.ranking import clock, full_run

    if not _kept_lists_exist():
        run = full_run.begin(timezone.now(), timezone.localdate())
        for _chunk in full_run.work(run, timezone.now):
            pass
    chance = random.Random(5)

    def edit(offer):
        offer.radius_km = chance.choice([5, 20, 60])
        offer.hours = chance.choice([7, 21, 70])
        with transaction.atomic():
            offer.save()
            ranking.changed(offer)

    def refresh(_offer):
        clock.refresh_marked(now=timezone.now())

    wall, lists, cpu = [], [], processor_time()
    for offer in offers:
        begun = time.perf_counter()
        edit(offer)
        between = time.perf_counter()
        refresh(offer)
        wall.append((between - begun) * 1e3)
        lists.append((time.perf_counter() - begun) * 1e3)
    print(
        f"An edit and its lists: {1e3 * (processor_time() - cpu) / len(offers):.1f} ms of processor time.\n"
    )
    told = {"saved, index included": wall, "until every kept list is right": lists}
    if with_worker:
        from benchmarks import matching_worker

        told["the same, made by a worker that was rung"] = matching_worker.heard(offers, edit)
    _edits_told(told)


def _edits_told(taken: dict[str, list[float]]) -> None:
    print("| an edit of an offer | p50 ms | mean | p95 |\n|---|---|---|---|")
    for name, times in taken.items():
        ordered = sorted(times)
        print(
            f"| {name} | {_at(ordered, 0.5):.1f} | {statistics.mean(times):.1f} | {_at(ordered, 0.95):.1f} |"
        )
    print()


def _kept_lists_exist() -> bool:
    from marketplace.models import KeptMatch

    return KeptMatch.objects.exists()


def all_lists(truth: Truth) -> None:
    """Every need's list, made and stored by this one process; then the same lists, not stored, beside SciPy's."""
    from django.utils import timezone

    from marketplace.models import FullRun, KeptMatch, NeedPosting
    from marketplace.ranking import full_run
    from marketplace.ranking.stored_lists import NEEDS

    KeptMatch.objects.filter(side=NEEDS.side).delete()
    FullRun.objects.all().delete()
    begun, cpu = time.perf_counter(), processor_time()
    everything = full_run.Everything(NEEDS, timezone.localdate())
    last = NeedPosting.objects.order_by("-need_id").values_list("need_id", flat=True)[0]
    size = full_run.CHUNK
    rows = sum(
        full_run.make_lists(everything, after, after + size) for after in range(0, last, size)
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"All needs, made and stored: {rows:,} lines in {time.perf_counter() - begun:.1f} s"
        f" ({processor_time() - cpu:.1f} s of processor time), {memory} MB at the most."
    )
    beside_scipy(truth, everything)


def beside_scipy(truth: Truth, everything) -> None:
    """The processor time of a list, without the database: two thousand at once on both sides, then one by one
    on both. The lists of the two have to be the same."""
    if importlib.util.find_spec("scipy") is None:
        return
    from benchmarks.matching_peers import SparseProduct, batched_product

    some = truth.needs.in_order().take(slice(0, 2_000))
    one_by_one = [some.take(slice(row, row + 1)) for row in range(300)]
    product, batched = SparseProduct(truth), batched_product(truth, everything)
    if batched(some) != everything.lists(some):
        raise SystemExit("Not the same lists: no time counts.")

    def taken(how: Callable, what: list) -> float:
        how(what[0])
        begun = time.process_time()
        for each in what:
            how(each)
        return (time.process_time() - begun) * 1e3 / sum(map(len, what))

    together, alone = taken(everything.lists, [some]), taken(everything.lists, one_by_one)
    theirs_together, theirs = taken(batched, [some]), taken(product.best, one_by_one)
    print(
        f"In memory, ms of processor a list. One by one: ours {alone:.3f}, SciPy {theirs:.3f}, {alone / theirs:.2f};"
        f" all needs at once: ours {together:.3f}, SciPy {theirs_together:.3f}, {together / theirs_together:.2f}.\n"
    )


if __name__ == "__main__":
    main()
