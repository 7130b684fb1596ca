"""Every list at once, chunk by chunk, so that a run that was cut short is taken up where it stopped."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.definition import PARTS
from marketplace.matching.everything import AllNeeds, AllOffers
from marketplace.matching.kernel import Rules, Verdict, part_values, telling_parts
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
from marketplace.ranking import apart, book, kept, search
from marketplace.ranking.kept import HALVES, NEEDS, OFFERS, Half, Lines
from marketplace.ranking.online import TOP
from marketplace.ranking.search import ANSWERED

CHUNK = 2_000  # needs of one chunk share what the same skills are worth
CLAIM_LASTS = timedelta(minutes=10)


def begin(now: datetime, today: date, chunk: int = CHUNK) -> FullRun:
    """Join the unfinished run of the day, or begin one. Yesterday's is given up: its lists would be
    wrong today."""
    FullRun.objects.filter(finished_at=None).exclude(day=today).update(finished_at=now)
    try:
        with transaction.atomic():
            full = FullRun.objects.create(day=today, started_at=now)
            FullChunk.objects.bulk_create(
                FullChunk(run=full, side=half.side, after=after, up_to=up_to)
                for half in (NEEDS, OFFERS)
                for after, up_to in _ranges(half, chunk)
            )
    except IntegrityError:
        return FullRun.objects.get(finished_at=None)
    return full


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


def work(full: FullRun, clock: Callable[[], datetime]) -> Iterator[FullChunk]:
    """Make lists, chunk by chunk, until none is left to claim. `clock` says what time it is."""
    drop_closed()
    everything: Everything | None = None
    while chunk := _claim(full, clock()):
        half = HALVES[Side(chunk.side)]
        if everything is None or everything.half is not half:
            everything = Everything(half, full.day)
        make_lists(everything, chunk.after, chunk.up_to)
        FullChunk.objects.filter(pk=chunk.pk).update(done_at=clock())
        yield chunk
    if not full.chunks.filter(done_at=None).exists():
        FullRun.objects.filter(pk=full.pk, finished_at=None).update(finished_at=clock())


def _claim(full: FullRun, now: datetime) -> FullChunk | None:
    """A chunk nobody has, or whose worker has been silent for too long."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    while chunk := full.chunks.filter(free, done_at=None).first():
        mine = FullChunk.objects.filter(pk=chunk.pk, claimed_at=chunk.claimed_at)
        if mine.update(claimed_at=now):
            return chunk
    return None


def make_lists(everything: "Everything", after: int, up_to: int) -> int:
    """The lists of the owners in this range; how many rows had to be written."""
    half = everything.half
    read = search.all_needs if half is NEEDS else search.all_offers
    cards = read(f"{half.owner} > {int(after)} AND {half.owner} <= {int(up_to)}")
    lists = everything.lists(cards)
    with transaction.atomic():
        kept.alone(shared=True)
        return kept.write(half, lists)


class Everything:
    """One side whole in memory, and the other side's lists made from it."""

    def __init__(self, half: Half, day: date):
        self.half, self.today = half, day.toordinal()
        self.book = book.read()
        self.answered = _answered(half)
        self.rules: dict[int, Rules] = {}
        kinship = self.book.kinship
        if half is NEEDS:
            self.offers = AllOffers(search.all_offers(), kinship)
        else:
            self.needs = AllNeeds(search.all_needs(), kinship, self.book.holders)

    def lists(self, cards: Needs | Offers) -> dict[int, Lines]:
        """Of each card. The codes of the reasons are chosen for all lines at once."""
        side = "need" if self.half is NEEDS else "offer"
        nothing = np.zeros((len(PARTS), 0), np.int32)
        found, values, weights = {}, [nothing], [nothing]
        for card in self._in_good_order(cards):
            verdict = self.verdict(card)
            rows = verdict.matches(TOP)
            others = verdict.offers if self.half is NEEDS else verdict.needs
            lines = zip(others["id"][rows].tolist(), verdict.score[rows].tolist(), strict=True)
            found[int(card["id"][0])] = list(lines)
            values.append(part_values(verdict, rows, side))
            weights.append(np.repeat(verdict.rules.column(side), len(rows), axis=1))
        codes = iter(telling_parts(np.hstack(values), np.hstack(weights)))
        return {
            owner: {other: (score, next(codes)) for other, score in lines}
            for owner, lines in found.items()
        }

    def _in_good_order(self, cards):
        """One by one; needs with the same rarest skill together, so that what they share is at hand."""
        each = [cards.take(slice(row, row + 1)) for row in range(len(cards))]
        return sorted(each, key=self.offers.rarest) if self.half is NEEDS else each

    def verdict(self, card: Needs | Offers) -> Verdict:
        rules = self._rules(int(card["pole"][0]))
        answered = self.answered.get(int(card["id"][0]), ())
        if isinstance(card, Offers):
            return Verdict(self.needs.reaching(card, self.today).but(answered), card, rules)
        found, credits = self.offers.reaching(card, self.today)
        if answered:
            chosen = np.flatnonzero(~np.isin(found["id"], list(answered)))
            found, credits = found.take(chosen), credits[:, chosen]
        return Verdict(card, found, rules, credits)

    def _rules(self, pole: int) -> Rules:
        if pole not in self.rules:
            self.rules[pole] = Rules(self.book.kinship, self.today, self.book.weights_of(pole))
        return self.rules[pole]


def _answered(half: Half) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    told = Proposal.objects.filter(status__in=ANSWERED).values_list(half.owner, half.other)
    for owner, other in [*told.order_by(), *apart.all_pairs(half.owner, half.other)]:
        found.setdefault(owner, []).append(other)
    return found


def drop_closed() -> None:
    """Lists of what is no longer open, and lines about it."""
    KeptMatch.objects.exclude(need__in=Need.objects.published().values("pk")).delete()
    KeptMatch.objects.exclude(offer__in=Offer.objects.published().values("pk")).delete()
