"""Every list at once, chunk by chunk, so that a run that was cut short is taken up where it stopped."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from marketplace.matching.columns import Needs, Offers
from marketplace.matching.everything import (
    dependants,
    needs_for_everyone,
    offers_for_everyone,
    required_groups,
    signature,
)
from marketplace.matching.kernel import Rules, Verdict, telling_parts
from marketplace.models import (
    FullRun,
    KeptMatch,
    Need,
    NeedPosting,
    Offer,
    OfferPosting,
    Proposal,
    Side,
)
from marketplace.ranking import book, kept, search
from marketplace.ranking.kept import NEEDS, OFFERS, Half, Lines
from marketplace.ranking.online import ANSWERED, TOP

CHUNK = 500
STILL_ALIVE = timedelta(minutes=10)


class AlreadyRunning(Exception):
    """Another full run is at work."""


@dataclass(frozen=True)
class Progress:
    side: Side
    done: int
    total: int


def begin(now: datetime, today: date) -> FullRun:
    """Take up the unfinished run of the day, or begin one. Raises AlreadyRunning."""
    unfinished = FullRun.objects.filter(finished_at=None).first()
    if unfinished is None:
        try:
            with transaction.atomic():
                return FullRun.objects.create(day=today, started_at=now, beat_at=now)
        except IntegrityError as error:
            raise AlreadyRunning from error
    claimed = FullRun.objects.filter(
        pk=unfinished.pk,
        finished_at=None,
        beat_at=unfinished.beat_at,
        beat_at__lt=now - STILL_ALIVE,
    ).update(beat_at=now)
    if not claimed:
        raise AlreadyRunning
    if unfinished.day != today:  # yesterday's lists would be wrong: from the start
        FullRun.objects.filter(pk=unfinished.pk).update(day=today, side=Side.NEED, done_up_to=0)
    unfinished.refresh_from_db()
    return unfinished


def run(full: FullRun, clock) -> Iterator[Progress]:
    """Make every list; says how far it is after each chunk. `clock` gives the time now."""
    _drop_closed()
    for half in (NEEDS, OFFERS):
        if half is NEEDS and full.side == Side.OFFER:
            continue
        postings = NeedPosting if half is NEEDS else OfferPosting
        total = postings._default_manager.filter(lead=True).count()
        done = 0
        for numbers in lists_of(
            half, full.day, after=full.done_up_to if half.side == full.side else 0
        ):
            done += len(numbers)
            full.side, full.done_up_to, full.beat_at = half.side, max(numbers), clock()
            full.save(update_fields=["side", "done_up_to", "beat_at"])
            yield Progress(half.side, done, total)
    FullRun.objects.filter(pk=full.pk).update(finished_at=clock())


def lists_of(
    half: Half, day: date, *, after: int = 0, up_to: int | None = None
) -> Iterator[list[int]]:
    """Make and write the lists of one side, chunk by chunk; the numbers whose lists were written."""
    everything = Everything(half, day)
    owner = "need_id" if half is NEEDS else "offer_id"
    read = search.all_needs if half is NEEDS else search.all_offers
    upper = f" AND {owner} <= {int(up_to)}" if up_to is not None else ""
    cards = read(f"{owner} > {int(after)}{upper}")
    for first in range(0, len(cards), CHUNK):
        chunk = cards.take(slice(first, first + CHUNK))
        lists = everything.lists(chunk)
        with transaction.atomic():
            kept.alone(shared=True)
            kept.write(half, lists)
        yield list(lists)


class Everything:
    """One side whole in memory, and the other side's lists made from it."""

    def __init__(self, half: Half, day: date):
        self.half, self.today = half, day.toordinal()
        self.book = book.read()
        self.answered = _answered(half)
        self.rules: dict[int, Rules] = {}
        if half is NEEDS:
            self.offers = offers_for_everyone(search.all_offers())
        else:
            self.needs = needs_for_everyone(search.all_needs(), self.book.holders)

    def lists(self, cards: Needs | Offers) -> dict[int, Lines]:
        return {
            int(cards.rows["id"][row]): self.best(cards.take(slice(row, row + 1)))
            for row in range(len(cards))
        }

    def best(self, card: Needs | Offers) -> Lines:
        verdict = self.verdict(card)
        rows = verdict.matches(TOP)
        side, others = ("need", verdict.offers) if self.half is NEEDS else ("offer", verdict.needs)
        codes = telling_parts(verdict, rows, side)
        scores = verdict.score[rows].tolist()
        return dict(
            zip(others.rows["id"][rows].tolist(), zip(scores, codes, strict=True), strict=True)
        )

    def verdict(self, card: Needs | Offers) -> Verdict:
        rules = self._rules(int(card.rows["pole"][0]))
        answered = self.answered.get(int(card.rows["id"][0]), ())
        kinship, holders = self.book.kinship, self.book.holders
        if isinstance(card, Needs):
            groups = required_groups(card, kinship, holders)
            masks = [signature(group) for group in groups[1:]]
            found = self.offers.reaching(card, groups[0] if groups else (), masks, self.today)
            return Verdict(card, found.but(answered), rules)
        skills = dependants(card, kinship)
        return Verdict(self.needs.reaching(card, skills, (), self.today).but(answered), card, rules)

    def _rules(self, pole: int) -> Rules:
        if pole not in self.rules:
            self.rules[pole] = Rules(self.book.kinship, self.today, self.book.weights_of(pole))
        return self.rules[pole]


def _answered(half: Half) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    told = Proposal.objects.filter(status__in=ANSWERED).values_list(half.owner, half.other)
    for owner, other in told.order_by():
        found.setdefault(owner, []).append(other)
    return found


def _drop_closed() -> None:
    """Lists of what is no longer open, and lines about it."""
    KeptMatch.objects.exclude(need__in=Need.objects.published().values("pk")).delete()
    KeptMatch.objects.exclude(offer__in=Offer.objects.published().values("pk")).delete()
