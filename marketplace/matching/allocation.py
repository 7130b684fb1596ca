"""Who should be proposed to whom, over all open needs and offers at once.

Coverage comes first: as many places are filled as can be; when not all can, those of
the needs that come first in the order given (the longest wait). Then the sum of the
scores is made as high as possible, less a cost for each further mission of the same
offer, so that the same few people aren't asked for everything.

First, chains of exchanges say which places can be filled. Then an auction (Bertsekas)
fills them: each place that is free bids for the mission it would gain most from, and
prices rise until no place would rather have another mission.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from marketplace.matching.definition import ONE

STEP = 40  # the least by which a bid raises a price: the total is this near the best, a place
PATIENCE = 60  # bids a place, on average; what is left then is settled by exchanges
FAIRNESS = 600  # what each further mission of the same offer costs


@dataclass(frozen=True)
class Pair:
    need: int
    offer: int
    score: int


@dataclass
class Allocation:
    pairs: list[Pair]
    prices: dict[tuple[int, int], int] = field(default_factory=dict, repr=False)

    @property
    def covered(self) -> int:
        return len({pair.need for pair in self.pairs})

    @property
    def total(self) -> int:
        return sum(pair.score for pair in self.pairs)


type Mission = tuple[int, int]  # an offer, and its first, second... mission
type Place = tuple[int, int]  # a need, and its first, second... place


class Auction:
    def __init__(
        self,
        pairs: Iterable[Pair],
        places: dict[int, int],
        missions: dict[int, int],
        fairness: int,
        order: Iterable[int] = (),
    ) -> None:
        self.scores: dict[int, dict[int, int]] = {}
        for pair in pairs:
            if places.get(pair.need, 0) > 0 and missions.get(pair.offer, 0) > 0:
                self.scores.setdefault(pair.need, {})[pair.offer] = pair.score
        self.missions = missions
        self.fairness = fairness
        self.places: list[Place] = [
            (need, place) for need in self._in_order(order) for place in range(places[need])
        ]
        self.width = places
        self.worth: dict[int, list[tuple[Mission, int]]] = {}
        self.prices: dict[Mission, int] = {}
        self.holder: dict[Mission, Place] = {}
        self.held: dict[Place, Mission] = {}

    def _in_order(self, order: Iterable[int]) -> list[int]:
        first = [need for need in dict.fromkeys(order) if need in self.scores]
        return first + sorted(self.scores.keys() - set(first))

    def wishes(self, place: Place) -> Iterable[tuple[Mission, int]]:
        """The missions that this place may take, and what each is worth to it. The places of one need never take
        the same offer twice."""
        need, own = place
        if need not in self.worth:
            self.worth[need] = [
                ((offer, turn), score - self.fairness * turn)
                for offer, score in self.scores[need].items()
                for turn in range(self.missions[offer])
            ]
        if self.width[need] == 1:
            return self.worth[need]
        others = ((need, other) for other in range(self.width[need]) if other != own)
        taken = {self.held[other][0] for other in others if other in self.held}
        return [wish for wish in self.worth[need] if wish[0][0] not in taken]

    def bid(self, waiting: Iterable[Place]) -> None:
        """Let these places bid until all are served. Only for places that can all be filled at once, since no place
        gives up."""
        queue = deque(waiting)
        bids = 2_000 + PATIENCE * len(queue)
        while queue and (bids := bids - 1) >= 0:
            place = queue.popleft()
            best, gain, second = self._two_best(place)
            if best is None:
                continue
            above = ONE if second is None else gain - second
            self.prices[best] = self.prices.get(best, 0) + above + STEP
            if loser := self.take(place, best):
                queue.append(loser)

    def _two_best(self, place: Place) -> tuple[Mission | None, int, int | None]:
        """The mission that is worth most after its price, what it is worth, and what the next one is worth."""
        best, gain, second = None, 0, None
        price = self.prices.get
        for mission, worth in self.wishes(place):
            net = worth - price(mission, 0)
            if best is None or net > gain:
                best, gain, second = mission, net, (gain if best else None)
            elif second is None or net > second:
                second = net
        return best, gain, second

    def take(self, place: Place, mission: Mission) -> Place | None:
        loser = self.holder.get(mission)
        if loser is not None:
            del self.held[loser]
        self.holder[mission], self.held[place] = place, mission
        return loser

    def exchange(self) -> None:
        """Fill each free place that can be, by moving other places to other missions. A place that is filled stays
        so."""
        dead: set[Mission] = set()
        for place in self.places:
            if place not in self.held:
                for mover, mission in self._chain(place, dead):
                    self.holder[mission], self.held[mover] = mover, mission

    def filled(self) -> list[Place]:
        """The places that can all be filled at once; none is held afterwards."""
        self.exchange()
        found = [place for place in self.places if place in self.held]
        self.held.clear()
        self.holder.clear()
        return found

    def _chain(self, start: Place, dead: set[Mission]) -> list[tuple[Place, Mission]]:
        """The shortest chain of moves that ends in a free mission. Missions searched in vain are noted in `dead`,
        for they lead nowhere for the next place either."""
        came: dict[Mission, Place] = {}
        queue = deque([start])
        while queue:
            place = queue.popleft()
            for mission, _worth in self.wishes(place):
                if mission in came or mission in dead:
                    continue
                came[mission] = place
                holder = self.holder.get(mission)
                if holder is None:
                    return self._back(mission, came, start)
                if holder[0] != start[0]:
                    queue.append(holder)
        dead.update(came)
        return []

    def _back(
        self, mission: Mission, came: dict[Mission, Place], start: Place
    ) -> list[tuple[Place, Mission]]:
        chain = []
        while True:
            place = came[mission]
            chain.append((place, mission))
            if place == start:
                return chain
            mission = self.held[place]

    def result(self) -> Allocation:
        pairs = [
            Pair(need, offer, self.scores[need][offer])
            for (need, _place), (offer, _turn) in sorted(self.held.items())
        ]
        return Allocation(pairs, dict(self.prices))


def allocate(
    pairs: Iterable[Pair],
    places: dict[int, int],
    missions: dict[int, int],
    *,
    order: Iterable[int] = (),
    fairness: int = FAIRNESS,
    before: Allocation | None = None,
) -> Allocation:
    """The best use of all needs and offers. `order` says which needs come first when not all can be served.
    `before` is an earlier answer: its pairs that still hold stay, and the others find their place."""
    auction = Auction(pairs, places, missions, fairness, order)
    if before:
        _take_over(auction, before)
        auction.exchange()
        return auction.result()
    return _shared_out(auction, auction.filled())


def allocate_at(
    costs: Iterable[int],
    pairs: Iterable[Pair],
    places: dict[int, int],
    missions: dict[int, int],
    *,
    order: Iterable[int] = (),
) -> Iterator[Allocation]:
    """The same at each of these costs of asking the same people: which places can be filled depends on none of them."""
    can_be_filled: list[Place] | None = None
    for cost in costs:
        auction = Auction(pairs, places, missions, cost, order)
        if can_be_filled is None:
            can_be_filled = auction.filled()
        yield _shared_out(auction, can_be_filled)


def served(
    pairs: Iterable[Pair],
    places: dict[int, int],
    missions: dict[int, int],
    *,
    order: Iterable[int] = (),
) -> set[int]:
    """The needs that find somebody: known before any place bids, so that no score counts."""
    auction = Auction(pairs, places, missions, FAIRNESS, order)
    return {need for need, _place in auction.filled()}


def _shared_out(auction: Auction, can_be_filled: Iterable[Place]) -> Allocation:
    auction.bid(can_be_filled)
    auction.exchange()
    return auction.result()


def _take_over(auction: Auction, before: Allocation) -> None:
    """Begin with the earlier pairs that still match, at the prices that they had."""
    free: dict[int, list[Place]] = {}
    for place in reversed(auction.places):
        free.setdefault(place[0], []).append(place)
    turns: dict[int, int] = {}
    for pair in before.pairs:
        turn = turns.get(pair.offer, 0)
        known = pair.offer in auction.scores.get(pair.need, {})
        if known and free.get(pair.need) and turn < auction.missions[pair.offer]:
            mission = (pair.offer, turn)
            auction.take(free[pair.need].pop(), mission)
            auction.prices[mission] = before.prices.get(mission, 0)
            turns[pair.offer] = turn + 1


def first_come(
    pairs: Iterable[Pair], places: dict[int, int], missions: dict[int, int], order: Iterable[int]
) -> Allocation:
    """The pairs that are made when each need, in this order, takes its best offers that are still free."""
    wishes: dict[int, list[Pair]] = {}
    for pair in pairs:
        wishes.setdefault(pair.need, []).append(pair)
    left = dict(missions)
    taken = []
    for need in order:
        chosen = 0
        for pair in sorted(wishes.get(need, []), key=lambda pair: (-pair.score, pair.offer)):
            if chosen < places.get(need, 0) and left.get(pair.offer, 0) > 0:
                left[pair.offer] -= 1
                chosen += 1
                taken.append(pair)
    return Allocation(taken)


def unevenness(counts: Mapping[int, int], offers: Collection[int]) -> int | None:
    """How unevenly these offers are shown or asked, those that get nothing included: the Gini index, out of 100. 0
    means all the same; near 100, one has everything. None while there is nothing to share out."""
    known = frozenset(offers)
    amounts = [count for offer, count in counts.items() if count and offer in known]
    return round(100 * gini(amounts, len(known) - len(amounts))) if amounts else None


def gini(amounts: Iterable[int], nothing: int = 0) -> float:
    """The Gini index: 0 when all have the same, near 1 when one has everything. `nothing`: how many have nothing beside those.

    With n amounts from the least to the most, it is 2 × Σ (rank × amount) ÷ (n × Σ
    amount) − (n + 1) ÷ n.
    """
    ordered = sorted(amounts)
    total = sum(ordered)
    if not total:
        return 0.0
    n = nothing + len(ordered)
    ranked = sum(rank * amount for rank, amount in enumerate(ordered, nothing + 1))
    return 2 * ranked / (n * total) - (n + 1) / n
