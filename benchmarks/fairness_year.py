"""A year of a simulated pôle, day by day, under one way of making lists.

The rules are the site's (docs/silence.md): three invitations waiting a need, three applications waiting a volunteer,
a volunteer asked twice in thirty days, letters of new matches counted in it; what nobody answers closes after ten
working days and both look for others; a yes that comes after that asks the other side anew, if both are free; a need
alone for a fortnight gets its best unasked from a coordinator.
"""

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from benchmarks.fairness_people import A_YEAR, AFTER, BEFORE, FIRST_DAY, People
from benchmarks.fairness_ways import Lists, Standing, Way
from marketplace.matching.definition import NEW_HERE, ONE, WEIGHTS
from marketplace.matching.exposure import SHORT_LIST
from marketplace.matching.kernel import Rules, Verdict

CLOSED = 14  # ten working days
A_MONTH, THREE = 30, 3
FORTNIGHT = 14
A_MISSION = 45
IN_A_LETTER = 3
LETTER_LINES = 20  # of a list: what is kept, and told of
READS = 5  # needs, when who offers comes by
TIRED = 0.5  # asked by many, one answers less
AGAIN = 0.5  # who was silent once answers half as often the second time
FREE, OPEN, OVER = 0, 1, 2
OTHER = {"need": "offer", "offer": "need"}
# What a yes after the closing does: whoever had asked is asked anew, or it is a mission at once, or nothing.
ANEW, AT_ONCE, NOTHING = "anew", "at once", "nothing"


@dataclass(frozen=True)
class Asking:
    """The rules of how often one asks; as the site has them unless told otherwise."""

    name: str = "as it is"
    month: int = 2
    letters_count: bool = True
    again_after: int = 0  # days after a closing without an answer; 0: never
    late: str = ANEW  # a yes that comes after the closing, when both are still free


@dataclass
class Outcome:
    """What is measured. Needs and offers by their rows; days are counted from FIRST_DAY."""

    counted: np.ndarray
    ndcg: list[float] = field(default_factory=list)
    mutual: list[bool] = field(default_factory=list)
    suit: list[int] = field(default_factory=list)
    """How many met every condition, each time a list was looked at."""
    shown: dict[int, int] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    missions: dict[int, int] = field(default_factory=dict)
    contact: dict[int, int] = field(default_factory=dict)
    """After how many days a need first heard from somebody."""
    served: dict[int, int] = field(default_factory=dict)
    reachable: set[int] = field(default_factory=set)
    could: set[int] = field(default_factory=set)
    why: Counter = field(default_factory=Counter)
    """Of the needs that count and weren't served: what each came to."""


class Year:
    def __init__(self, people: People, way: Way, asking: Asking = Asking()):
        self.people, self.way, self.asking = people, way, asking
        needs, offers = len(people.needs), len(people.offers)
        self.state = np.zeros(len(people.need), np.int8)
        self.seen = {side: np.zeros(len(people.need), bool) for side in OTHER}
        self.times = np.zeros(len(people.need), np.int8)
        self.asked_of = {side: np.zeros(len(people.need), np.int8) for side in OTHER}
        self.silent = np.zeros(len(people.need), bool)
        self.anew: set[int] = set()
        self.lettered = np.zeros(offers, np.int64)
        self.willing = np.zeros(len(people.need), bool)  # both, on some day when they could
        self.standing = Standing(people, way)
        self.needs, self.offers = people.needs.rows.copy(), people.offers.rows.copy()
        self.room, self.hours = people.capacity.copy(), self.offers["hours"].copy()
        self.is_served = np.zeros(needs, bool)
        self.waiting = {
            "need": [set() for _ in range(needs)],
            "offer": [set() for _ in range(offers)],
        }
        self.invited = np.zeros(needs, np.int64)
        self.applied = np.zeros(offers, np.int64)
        self.spent: list[list[int]] = [[] for _ in range(offers)]
        self.speeds: list[list[int]] = [[] for _ in range(offers)]
        self.told: list[set[int]] = [set() for _ in range(offers)]
        self.by_applying: dict[int, bool] = {}
        self.alone: set[int] = set()
        self.visits = {"need": np.zeros(needs, np.int64), "offer": np.zeros(offers, np.int64)}
        self.due = {"need": self.needs["since"].copy(), "offer": self.offers["start"] - 30}
        self.events: list[tuple[int, int, str, int]] = []
        self.outcome = Outcome(people.counted)

    def live(self) -> Outcome:
        for today in range(FIRST_DAY - BEFORE, FIRST_DAY + A_YEAR + AFTER):
            self.today = today
            self._happen()
            self._lists()
            self._coordinators()
            for need in self._coming("need", self.open):
                self._structure(need)
            for offer in self._coming("offer", self.there):
                self._volunteer(offer)
            for offer in self.lists.owners("offer"):
                self._letter(offer)
        self._reckon()
        return self.outcome

    def _reckon(self) -> None:
        """Why needs were left."""
        for need in np.flatnonzero(self.people.counted & ~self.is_served).tolist():
            pairs = np.flatnonzero((self.people.need == need) & self.willing)
            if need not in self.outcome.could:
                why = "nobody suits"
            elif not len(pairs):
                why = "no two would both say yes"
            elif self.silent[pairs].any():
                why = "asked, and silent"
            elif self.times[pairs].any():
                why = "taken by another, or too late"
            else:
                why = "never asked"
            self.outcome.why[why] += 1

    # --- Lists ------------------------------------------------------------------------------

    def _lists(self) -> None:
        """Everybody's lists of today, and what each pair would say."""
        people, today = self.people, self.today
        self.open = ~self.is_served & (self.needs["since"] <= today) & (self.needs["end"] >= today)
        self.there = (self.offers["start"] - 30 <= today) & (self.offers["end"] >= today)
        self.offers["room"], self.offers["hours"] = self.room, self.hours
        for side, cards in (("need", self.needs), ("offer", self.offers)):
            cards["asked"] = [len(some) for some in self.waiting[side]]
            cards["penalty"] = self.standing.penalties[side]
        live = self.open[people.need] & self.there[people.offer] & (self.state == FREE)
        pairs = np.flatnonzero(live)
        needs = type(people.needs)(self.needs, people.needs.packed)
        offers = type(people.offers)(self.offers, people.offers.packed)
        needs, offers = needs.take(people.need[pairs]), offers.take(people.offer[pairs])
        rules = Rules(people.skill_graph, today, WEIGHTS)
        verdict = Verdict(needs, offers, rules, people.sums.take(pairs))
        fit = verdict.fit
        pairs, verdict = pairs[fit], verdict.take(fit)
        self.likes = {side: people.chance_of_yes(verdict, pairs, side) for side in OTHER}
        self.wants = {side: people.moods.yes[side][pairs] < self.likes[side] for side in OTHER}
        self.willing[pairs[self.wants["need"] & self.wants["offer"]]] = True
        self.lists = Lists(self.way, people, pairs, verdict)
        self.place = {pair: row for row, pair in enumerate(pairs.tolist())}
        self.standing.night(self.lists, self.open, self.there)
        self._measure()

    def _measure(self) -> None:
        self.outcome.could |= set(self.lists.owners("need"))
        for need, rows in self.lists.of["need"].items():
            if not self.people.counted[need]:
                continue
            ids = self.people.offer[self.lists.pairs[rows]].tolist()
            self.outcome.reachable.update(ids)
            for lines, count in ((SHORT_LIST, self.outcome.shown), (5, self.outcome.first)):
                for offer in ids[:lines]:
                    count[offer] = count.get(offer, 0) + 1

    # --- What comes back --------------------------------------------------------------------

    def _happen(self) -> None:
        while self.events and self.events[0][0] <= self.today:
            _day, pair, what, number = heapq.heappop(self.events)
            if what == "done":
                self.room[number] += 1
                self.hours[number] += self.needs["hours"][self.people.need[pair]]
            elif what == "freed":
                if self.times[pair] == 1:  # and hasn't gone on since
                    self.state[pair] = FREE
            elif self.state[pair] == OVER and self.silent[pair] and what == "yes":
                self._late_yes(pair)
            elif self.state[pair] == OPEN:
                getattr(self, "_" + what)(pair)

    def _heard(self, pair: int) -> None:
        need = int(self.people.need[pair])
        self.outcome.contact.setdefault(need, self.today - int(self.needs["since"][need]))

    def _yes(self, pair: int) -> None:
        self._heard(pair)
        self._note(pair)
        self._end(pair)
        self._agree(pair)

    def _late_yes(self, pair: int) -> None:
        """Whoever had asked wanted it; they say so again, if they answer. It costs nobody's month."""
        applying = not self.by_applying[pair]
        side = "need" if applying else "offer"
        if self.asking.late == AT_ONCE:
            self._agree(pair)
        elif (
            self.asking.late == ANEW
            and self._both_free(pair)
            and self.asked_of[side][pair] < len(self.people.moods.answers[side])
        ):
            self.silent[pair] = False
            self.anew.add(pair)
            self._ask(pair, side, True, applying=applying)

    def _both_free(self, pair: int) -> bool:
        need, offer = int(self.people.need[pair]), int(self.people.offer[pair])
        in_time = self.today <= min(self.offers["end"][offer], self.needs["end"][need])
        return bool(in_time and not self.is_served[need] and self.room[offer] > 0)

    def _agree(self, pair: int) -> None:
        if not self._both_free(pair):
            return
        need, offer = int(self.people.need[pair]), int(self.people.offer[pair])
        self.is_served[need] = True
        self.room[offer] -= 1
        self.hours[offer] -= self.needs["hours"][need]
        self.outcome.served[need] = self.today - int(self.needs["since"][need])
        self.outcome.missions[offer] = self.outcome.missions.get(offer, 0) + 1
        heapq.heappush(self.events, (self.today + A_MISSION, pair, "done", offer))
        left = set(self.waiting["need"][need])
        if self.room[offer] < 1:
            left |= self.waiting["offer"][offer]
        for other in left - {pair}:
            self._end(other)

    def _no(self, pair: int) -> None:
        self._heard(pair)
        self._note(pair)
        self._end(pair)

    def _closed(self, pair: int) -> None:
        self.silent[pair] = True
        self._note(pair, answered=False)
        self._end(pair)
        if self.asking.again_after and self.times[pair] == 1:
            heapq.heappush(self.events, (self.today + self.asking.again_after, pair, "freed", 0))

    def _note(self, pair: int, answered: bool = True) -> None:
        """How the volunteer answers, as marketplace/ranking/standing.py counts it."""
        if self.by_applying[pair]:
            return
        offer = int(self.people.offer[pair])
        waited = min(int(self.people.moods.days["offer"][pair]), CLOSED)
        self.speeds[offer].append(ONE - (ONE - 1) * waited // CLOSED if answered else 0)
        known, belief = self.speeds[offer], 3
        share = (ONE * sum(speed > 0 for speed in known) + belief * NEW_HERE) // (
            len(known) + belief
        )
        speed = (sum(known) + belief * NEW_HERE) // (len(known) + belief)
        self.offers["answers"][offer] = (3 * share + 7 * speed) // 10

    def _end(self, pair: int) -> None:
        """Not asked a second time; the structure looks for others soon."""
        need, offer = int(self.people.need[pair]), int(self.people.offer[pair])
        self.state[pair] = OVER
        self.waiting["need"][need].discard(pair)
        self.waiting["offer"][offer].discard(pair)
        if pair in self.anew:
            self.anew.discard(pair)
        elif self.by_applying[pair]:
            self.applied[offer] -= 1
        else:
            self.invited[need] -= 1
        self.due["need"][need] = min(self.due["need"][need], self.today + 1)

    # --- Who acts ---------------------------------------------------------------------------

    def _coming(self, side: str, there: np.ndarray) -> list[int]:
        coming = np.flatnonzero(there & (self.due[side] <= self.today)).tolist()
        for number in coming:
            visit = int(self.visits[side][number]) % 60
            self.visits[side][number] += 1
            self.due[side][number] = self.today + self.people.returns[side][number, visit]
        return coming

    def _structure(self, need: int) -> None:
        """Reads on where they stopped, and asks those whom they like best of all they have read."""
        rows = self.lists.of["need"].get(need)
        if rows is None:
            return
        self._judge(need, rows)
        pairs = self.lists.pairs[rows]
        unread = np.flatnonzero(~self.seen["need"][pairs])[: self.people.reads[need]]
        self.seen["need"][pairs[unread]] = True
        liked = rows[self.seen["need"][pairs] & self.wants["need"][rows]]
        before = self.times[self.lists.pairs[liked]]  # the silent ones, after all others
        asked = 0
        for row in liked[np.lexsort((-self.likes["need"][liked], before))].tolist():
            if asked == self.people.asks[need] or self.invited[need] >= THREE:
                break
            asked += self._invite(int(self.lists.pairs[row]), row)

    def _judge(self, need: int, rows: np.ndarray) -> None:
        """What the list is worth, against what both would say."""
        if not self.people.counted[need]:
            return
        truth = self.likes["need"][rows] * self.likes["offer"][rows]
        self.outcome.ndcg.append(_ndcg(truth.tolist(), sorted(truth.tolist(), reverse=True)))
        both = self.wants["need"][rows] & self.wants["offer"][rows]
        self.outcome.mutual.append(bool(both[:SHORT_LIST].any()))
        self.outcome.suit.append(len(rows))

    def _left(self, offer: int) -> int:
        most = self.asking.month
        return most - sum(day > self.today - A_MONTH for day in self.spent[offer][-most:])

    def _invite(self, pair: int, row: int) -> bool:
        offer = int(self.people.offer[pair])
        if self.state[pair] != FREE or self._left(offer) < 1:
            return False
        self.spent[offer].append(self.today)
        self.invited[self.people.need[pair]] += 1
        self.outcome.asked[offer] = self.outcome.asked.get(offer, 0) + 1
        self._ask(pair, "offer", bool(self.wants["offer"][row]), applying=False)
        return True

    def _ask(self, pair: int, side: str, wants: bool, *, applying: bool) -> None:
        """`side`: who has to answer."""
        people = self.people
        number = int((people.offer if side == "offer" else people.need)[pair])
        load = len(self.waiting[side][number]) if side == "offer" else 0
        self.state[pair], self.by_applying[pair] = OPEN, applying
        for each, whose in (("need", people.need), ("offer", people.offer)):
            self.waiting[each][int(whose[pair])].add(pair)
        again = int(self.asked_of[side][pair])
        self.asked_of[side][pair] += 1
        self.times[pair] += 1
        rate = people.rate[side][number] * AGAIN**again / (1 + TIRED * load)
        if people.moods.answers[side][again, pair] < rate:
            day = self.today + 1 + int(people.moods.days[side][pair])
            heapq.heappush(self.events, (day, pair, "yes" if wants else "no", 0))
        heapq.heappush(self.events, (self.today + CLOSED, pair, "closed", 0))

    def _volunteer(self, offer: int) -> None:
        rows = self.lists.of["offer"].get(offer)
        if rows is not None:
            unread = rows[~self.seen["offer"][self.lists.pairs[rows]]][:READS]
            self._apply(offer, unread)

    def _letter(self, offer: int) -> None:
        """The three best that are new and good, when the month leaves one for somebody who asks in person."""
        if not self._may_write(offer):
            return
        rows = self.lists.of["offer"][offer][:LETTER_LINES]
        good = self.lists.is_good[rows]
        new = [
            row for row in rows[good].tolist() if int(self.lists.pairs[row]) not in self.told[offer]
        ]
        if new:
            self.lettered[offer] = self.today
            if self.asking.letters_count:
                self.spent[offer].append(self.today)
            self.told[offer] |= {int(self.lists.pairs[row]) for row in new[:IN_A_LETTER]}
            if self.people.opens[offer, self.today - FIRST_DAY + BEFORE]:
                self._apply(offer, np.array(new[:IN_A_LETTER]))

    def _may_write(self, offer: int) -> bool:
        if self.asking.letters_count:
            return self._left(offer) > 1
        return bool(self.today - self.lettered[offer] >= A_MONTH)

    def _apply(self, offer: int, rows: np.ndarray) -> None:
        """To the one liked best, if any is: it is the structure's to answer."""
        pairs = self.lists.pairs[rows]
        self.seen["offer"][pairs] = True
        would = (
            self.wants["offer"][rows] & self.people.moods.eager[pairs] & (self.state[pairs] == FREE)
        )
        liked = rows[would]
        if len(liked) and self.applied[offer] < THREE:
            row = int(liked[np.argmax(self.likes["offer"][liked])])
            self.applied[offer] += 1
            pair = int(self.lists.pairs[row])
            self._heard(pair)
            self._ask(pair, "need", bool(self.wants["need"][row]), applying=True)

    def _coordinators(self) -> None:
        """A need that nobody has been asked for in a fortnight: its best unasked is put forward."""
        for need, rows in self.lists.of["need"].items():
            lonely = self.today - self.needs["since"][need] >= FORTNIGHT and need not in self.alone
            if lonely and not self.waiting["need"][need]:
                self.alone.add(need)
                for row in rows[:LETTER_LINES].tolist():
                    if self.wants["need"][row] and self._invite(int(self.lists.pairs[row]), row):
                        break


def _ndcg(got: list[float], ideal: list[float]) -> float:
    def gain(values: list[float]) -> float:
        return sum(value / math.log2(rank + 2) for rank, value in enumerate(values[:10]))

    return gain(got) / gain(ideal) if gain(ideal) else 1.0
