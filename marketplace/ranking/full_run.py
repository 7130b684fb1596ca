"""Makes every list at once, chunk by chunk, so that a run that was cut short goes on where it stopped."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property, partial

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.in_memory import Crowd, Meeting, Pairs
from marketplace.matching.kernel import Rules, Verdict, codes_of, points_of, telling_parts
from marketplace.matching.skill_graph import SkillGraph
from marketplace.matching.top_k import Lines, best_of_each, best_pairs
from marketplace.models import (
    FullChunk,
    FullRun,
    KeptMatch,
    Need,
    NeedPosting,
    Offer,
    OfferPosting,
    Proposal,
    Side,
)
from marketplace.ranking import blocked_pairs, index, search, snapshot, stored_lists
from marketplace.ranking.live import TOP
from marketplace.ranking.search import ANSWERED
from marketplace.ranking.stored_lists import HALVES, NEEDS, OFFERS, Half
from marketplace.ranking.stored_lists import Lines as KeptLines
from notifications.faults import Rows

CHUNK = 5_000  # the needs of one chunk that want the same are looked at together
CLAIM_LASTS = timedelta(minutes=10)


def begin(now: datetime, today: date, chunk: int = CHUNK) -> FullRun:
    """Join the unfinished run of the day, or begin one. An unfinished run of an earlier day is given up: its lists
    would be wrong today."""
    FullRun.objects.filter(finished_at=None).exclude(day=today).update(finished_at=now)
    try:
        return _new_run(now, today, chunk)
    except IntegrityError:  # one is at work; or was, until a moment ago
        return FullRun.objects.filter(finished_at=None).first() or _new_run(now, today, chunk)


@transaction.atomic
def _new_run(now: datetime, today: date, chunk: int) -> FullRun:
    full = FullRun.objects.create(day=today, started_at=now)
    FullChunk.objects.bulk_create(
        FullChunk(run=full, side=half.side, after=after, up_to=up_to)
        for half in (NEEDS, OFFERS)
        for after, up_to in _ranges(half, chunk)
    )
    return full


def begin_anew(now: datetime, today: date) -> None:
    """Begin the day's run again, since something on which all lists depend has changed. When the day has no run
    yet, nothing is done: the one to come will know."""
    if FullRun.objects.filter(day=today).exists():
        FullRun.objects.filter(finished_at=None).update(finished_at=now)
        begin(now, today)


def _ranges(half: Half, size: int) -> Iterator[tuple[int, int]]:
    postings = NeedPosting if half is NEEDS else OfferPosting
    numbers = list(
        postings._default_manager.filter(lead=True)
        .order_by(half.owner)
        .values_list(half.owner, flat=True)
    )
    after = 0
    for upper in numbers[size - 1 :: size] + numbers[-1:]:
        if upper > after:
            yield after, upper
            after = upper


def work(
    full: FullRun, clock: Callable[[], datetime], each: Rows | None = None
) -> Iterator[FullChunk]:
    """Make lists, chunk by chunk, until none is left to claim. Yields each chunk that is done. `clock` says what
    time it is. A chunk that failed is claimed again later: until then its lists stay as they were."""
    drop_closed()
    each = each or Rows(index.ACT)
    everything: Everything | None = None
    while chunk := _claim(full, clock()):
        half = HALVES[Side(chunk.side)]
        if everything is None or everything.half is not half:
            everything = Everything(half, full.day)
        make = partial(make_lists, everything, chunk.after, chunk.up_to)
        if each.treat(chunk, make, in_one=False) is False:
            continue
        FullChunk.objects.filter(pk=chunk.pk).update(done_at=clock())
        yield chunk
    if not full.chunks.filter(done_at=None).exists():
        FullRun.objects.filter(pk=full.pk, finished_at=None).update(finished_at=clock())


def _claim(full: FullRun, now: datetime) -> FullChunk | None:
    """A chunk of this run that nobody has, or whose worker has been silent for too long; None when there is none or
    the run was given up."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    while chunk := full.chunks.filter(free, done_at=None, run__finished_at=None).first():
        mine = FullChunk.objects.filter(pk=chunk.pk, claimed_at=chunk.claimed_at)
        if mine.update(claimed_at=now):
            return chunk
    return None


def make_lists(everything: "Everything", after: int, up_to: int) -> int:
    """Make the lists of the owners in this range. Returns how many rows were written."""
    half = everything.half
    read = search.all_needs if half is NEEDS else search.all_offers
    cards = read(f"{half.owner} > {int(after)} AND {half.owner} <= {int(up_to)}")
    lists = everything.lists(cards, TOP + stored_lists.SPARE)
    with transaction.atomic():
        stored_lists.alone(shared=True)
        return stored_lists.write(half, lists)


class Everything:
    """One side whole in memory, or of one pôle; the other side's lists are made from it, many at a time. Of one pôle it is asked
    (`ask_of`) which pairs of some needs aren't suggested any more: they are few beside all that were ever put forward there."""

    def __init__(self, half: Half, day: date, *, pole: int | None = None) -> None:
        self.half, self.today = half, day.toordinal()
        self.snapshot = snapshot.read()
        apart = blocked_pairs.all_pairs("need_id", "offer_id")
        self.answered = _joined(apart, _answered() if pole is None else ())
        self.rules: dict[int, Rules] = {}
        read = search.all_offers if half is NEEDS else search.all_needs
        others: Needs | Offers = read("1 = 1" if pole is None else f"pole_id = {int(pole)}")
        self.others = others.in_order()

    def near(self, need: Needs) -> Offers:
        """The offers whose skills come near those of the need."""
        assert isinstance(self.others, Offers)
        keys = search.keys_near(need, self.snapshot)
        found = np.zeros(len(self.others), bool)
        for first, crowd in self._crowds:
            for key in keys.intersection(crowd.under):
                found[first + crowd.under[key]] = True
        return self.others.take(np.flatnonzero(found))

    def ask_of(self, needs: Collection[int]) -> None:
        self.answered = np.union1d(self.answered, _joined(_answered().filter(need__in=needs)))

    def answered_of(self, need: int) -> list[int]:
        """The offers that aren't suggested any more for a need that was asked of."""
        first, last = np.searchsorted(self.answered, [need << 32, need + 1 << 32])
        found: list[int] = (self.answered[first:last] & OFFER_PART).tolist()
        return found

    def lists(self, cards: Needs | Offers, top: int = TOP) -> dict[int, KeptLines]:
        """For each card, its best pairs in order."""
        cards = cards.in_order()
        found: dict[int, KeptLines] = {}
        for begin in range(0, len(cards), CHUNK):
            some = cards.take(slice(begin, begin + CHUNK))
            lines = [
                self._lines(meeting, first, pole, pairs, top)
                for first, meeting in self._meetings(some)
                for pole, pairs in meeting.batches()
            ]
            every = np.hstack([np.zeros((4, 0), np.int64), *lines])
            best = lines[0] if len(lines) == 1 else best_of_each(every, top)
            found |= self._by_owner(some, best)
        return found

    def _meetings(self, cards: Needs | Offers) -> Iterator[tuple[int, Meeting]]:
        """A meeting with each crowd of offers, and the row at which the crowd begins."""
        if isinstance(cards, Needs):
            for first, crowd in self._crowds:
                yield first, Meeting(cards, crowd, self.today)
        else:
            assert isinstance(self.others, Needs)
            for first, crowd in _crowds(cards, self.snapshot.skill_graph):
                yield first, Meeting(self.others, crowd, self.today)

    @cached_property
    def _crowds(self) -> list[tuple[int, Crowd]]:
        assert isinstance(self.others, Offers)
        return list(_crowds(self.others, self.snapshot.skill_graph))

    def _lines(self, meeting: Meeting, first: int, pole: int, pairs: Pairs, top: int) -> Lines:
        """The best lines as four rows of numbers: owner and other (by their rows), score, reasons."""
        needs = meeting.needs.of_pairs(pairs.needs)
        offers = meeting.crowd.offers.of_pairs(pairs.offers)
        verdict = Verdict(needs, offers, self._rules(pole), meeting.sums(pairs))
        if len(self.answered):
            free = np.flatnonzero(~self._is_answered(needs["id"], offers["id"]))
            pairs, verdict = pairs.take(free), verdict.take(free)
        owners, others = pairs.needs, first + pairs.offers
        if self.half is OFFERS:
            owners, others = others, owners
        lines = best_pairs(verdict, owners, others, top)
        points = points_of(verdict, lines[3], self.half.whose)
        lines[3] = telling_parts(verdict, points, self.half.whose)
        return lines

    def _is_answered(self, needs: np.ndarray, offers: np.ndarray) -> np.ndarray:
        pairs = needs << 32 | offers
        places = np.searchsorted(self.answered, pairs)
        return self.answered[np.minimum(places, len(self.answered) - 1)] == pairs

    def _by_owner(self, cards: Needs | Offers, lines: Lines) -> dict[int, KeptLines]:
        found: dict[int, KeptLines] = {number: {} for number in cards["id"].tolist()}
        owners, others = cards["id"][lines[0]].tolist(), self.others["id"][lines[1]].tolist()
        codes = map(codes_of, lines[3].tolist())
        for owner, other, *line in zip(owners, others, lines[2].tolist(), codes, strict=True):
            found[owner][other] = tuple(line)
        return found

    def _rules(self, pole: int) -> Rules:
        if pole not in self.rules:
            self.rules[pole] = Rules(
                self.snapshot.skill_graph, self.today, self.snapshot.weights_of(pole)
            )
        return self.rules[pole]


def _crowds(offers: Offers, skill_graph: SkillGraph) -> Iterator[tuple[int, Crowd]]:
    size = Crowd.size(skill_graph)
    for first in range(0, len(offers), size):
        yield first, Crowd(offers.take(slice(first, first + size)), skill_graph)


OFFER_PART = (1 << 32) - 1


def _answered() -> QuerySet[Proposal, tuple[int, int]]:
    """The pairs that have been put forward already, whatever came of it."""
    told = Proposal.objects.filter(status__in=ANSWERED)
    return told.order_by().values_list("need_id", "offer_id")


def _joined(*pairs: Iterable[tuple[int, int]]) -> np.ndarray:
    """Each pair as one number, sorted."""
    numbers = [need << 32 | offer for some in pairs for need, offer in some]
    return np.unique(np.array(numbers, np.int64))


def drop_closed() -> None:
    """Delete the lists of needs and offers that are no longer open, and the lines about them."""
    KeptMatch.objects.exclude(need__in=Need.objects.published().values("pk")).delete()
    KeptMatch.objects.exclude(offer__in=Offer.objects.published().values("pk")).delete()
