"""Who should be proposed to whom: as many places filled as can be, then the best scores."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace import ranking
from marketplace.matching.allocation import (
    STEP,
    Pair,
    allocate,
    allocate_at,
    first_come,
    gini,
    served,
    unevenness,
)
from tests import factories as make

small = some.dictionaries(
    some.tuples(some.integers(1, 4), some.integers(1, 4)), some.integers(100, 10_000), max_size=12
)


def best_by_trying_everything(scores, places, missions, served=None):
    """Every subset of pairs that respects the capacities: most places first, then the total. `served`:
    only those that serve just these needs."""
    pairs, found = list(scores), (0, 0)
    for taken in product([False, True], repeat=len(pairs)):
        chosen = [pair for pair, kept in zip(pairs, taken, strict=True) if kept]
        need, offer = _counts(chosen, 0), _counts(chosen, 1)
        if any(need[n] > places[n] for n in need) or any(offer[o] > missions[o] for o in offer):
            continue
        if served is None or set(need) == served:
            found = max(found, (len(chosen), sum(scores[pair] for pair in chosen)))
    return found


def _counts(pairs, side):
    counts = {}
    for pair in pairs:
        counts[pair[side]] = counts.get(pair[side], 0) + 1
    return counts


@settings(max_examples=60, deadline=None)
@given(small, some.integers(1, 2), some.integers(1, 2))
def test_as_many_places_are_filled_as_can_be_and_nearly_the_best_total(scores, wide, busy):
    places, missions = dict.fromkeys(range(1, 5), wide), dict.fromkeys(range(1, 5), busy)
    pairs = [Pair(need, offer, score) for (need, offer), score in scores.items()]
    found = allocate(pairs, places, missions, fairness=0)
    filled, _total = best_by_trying_everything(scores, places, missions)
    assert len(found.pairs) == filled
    assert len({(pair.need, pair.offer) for pair in found.pairs}) == filled
    if wide == 1:  # with several places a need bids for one at a time
        served = {pair.need for pair in found.pairs}
        _filled, total = best_by_trying_everything(scores, places, missions, served)
        assert found.total >= total - filled * STEP


@settings(max_examples=60, deadline=None)
@given(small, some.integers(1, 2), some.permutations(range(1, 5)))
def test_who_is_served_is_known_before_any_place_bids(scores, busy, order):
    places, missions = dict.fromkeys(range(1, 5), 1), dict.fromkeys(range(1, 5), busy)
    pairs = [Pair(need, offer, score) for (need, offer), score in scores.items()]
    made = allocate(pairs, places, missions, order=order)
    assert served(pairs, places, missions, order=order) == {pair.need for pair in made.pairs}


@settings(max_examples=60, deadline=None)
@given(small, some.integers(1, 2))
def test_at_several_costs_each_is_what_it_is_alone(scores, wide):
    places, missions = dict.fromkeys(range(1, 5), wide), dict.fromkeys(range(1, 5), 2)
    pairs = [Pair(need, offer, score) for (need, offer), score in scores.items()]
    costs = (0, 600, 4_000)
    assert list(allocate_at(costs, pairs, places, missions)) == [
        allocate(pairs, places, missions, fairness=cost) for cost in costs
    ]


@settings(max_examples=60, deadline=None)
@given(small)
def test_nobody_is_taken_beyond_their_capacity(scores):
    pairs = [Pair(need, offer, score) for (need, offer), score in scores.items()]
    found = allocate(pairs, dict.fromkeys(range(1, 5), 2), {1: 1, 2: 0, 3: 3, 4: 1})
    assert all(
        count <= {1: 1, 2: 0, 3: 3, 4: 1}[offer]
        for offer, count in _counts([(p.need, p.offer) for p in found.pairs], 1).items()
    )


def test_a_person_who_was_first_for_two_needs_goes_where_nobody_else_can():
    pairs = [Pair(1, 1, 9_000), Pair(1, 2, 8_000), Pair(2, 1, 9_500)]
    found = allocate(pairs, {1: 1, 2: 1}, {1: 1, 2: 1})
    assert {(pair.need, pair.offer) for pair in found.pairs} == {(1, 2), (2, 1)}
    assert first_come(pairs, {1: 1, 2: 1}, {1: 1, 2: 1}, [1, 2]).covered == 1


def test_first_come_takes_as_many_as_there_are_places_the_best_first():
    pairs = [Pair(1, offer, score) for offer, score in ((1, 7_000), (2, 9_000), (3, 8_000))]
    found = first_come(pairs, {1: 2}, {1: 1, 2: 1, 3: 1}, [1])
    assert [pair.offer for pair in found.pairs] == [2, 3]


def test_who_has_had_one_mission_gives_way_to_who_has_had_none_and_is_nearly_as_good():
    pairs = [
        Pair(need, offer, score) for need in (1, 2) for offer, score in ((1, 9_000), (2, 8_800))
    ]
    for fairness, taken in ((0, [1, 1]), (1_000, [1, 2])):
        found = allocate(pairs, {1: 1, 2: 1}, {1: 2, 2: 1}, fairness=fairness)
        assert sorted(pair.offer for pair in found.pairs) == taken


def test_when_a_few_change_the_others_keep_their_partner():
    chance = random.Random(3)
    pairs = _market(chance, 60)
    ones = dict.fromkeys(range(60), 1)
    before = allocate(pairs, ones, ones)
    fewer = [pair for pair in pairs if pair.offer != before.pairs[0].offer]
    after = allocate(fewer, ones, ones, before=before)
    kept = {(p.need, p.offer) for p in before.pairs} & {(p.need, p.offer) for p in after.pairs}
    assert len(kept) >= len(before.pairs) - 12
    assert after.covered >= allocate(fewer, ones, ones).covered


def test_when_not_all_can_be_served_those_who_came_first_are():
    pairs = [Pair(need, 1, score) for need, score in ((1, 9_000), (2, 5_000), (3, 9_900))]
    found = allocate(pairs, dict.fromkeys([1, 2, 3], 1), {1: 1}, order=[2, 1, 3])
    assert [pair.need for pair in found.pairs] == [2]


def test_with_more_needs_than_offers_the_auction_ends_and_takes_everybody():
    chance = random.Random(9)
    pairs = [
        Pair(need, offer, chance.randrange(4_000, 10_000))
        for need in range(2_000)
        for offer in chance.sample(range(1_000), 20)
    ]
    found = allocate(pairs, dict.fromkeys(range(2_000), 1), dict.fromkeys(range(1_000), 1))
    assert found.covered == 1_000


def test_two_thousand_needs_and_offers_gain_over_first_come():
    chance = random.Random(5)
    ones = dict.fromkeys(range(2_000), 1)
    pairs = _market(chance, 2_000)
    found = allocate(pairs, ones, ones)
    assert found.covered >= first_come(pairs, ones, ones, range(2_000)).covered


def _market(chance, size):
    return [
        Pair(need, offer, chance.randrange(4_000, 10_000))
        for need in range(size)
        for offer in chance.sample(range(size), min(20, size))
    ]


def test_gini_is_nought_when_all_have_the_same_and_high_when_one_has_all():
    assert gini([3, 3, 3]) == pytest.approx(0)
    assert gini([0, 0, 0, 9]) == pytest.approx(0.75)
    assert gini([]) == 0
    assert gini([9], nothing=3) == gini([0, 0, 0, 9])
    assert unevenness({1: 9, 2: 0, 7: 5}, [1, 2, 3, 4]) == 75, "7 isn't among them"
    assert unevenness({1: 0, 7: 5}, [1, 2]) is None


def test_the_plan_of_a_pole_says_what_it_gains_over_first_come():
    rare = make.make_offer(skills=["site-web", "paie"])
    plain = make.make_offer(skills=["site-web"])
    easy = make.make_need(skills=["site-web"])
    hard = make.make_need(skills=["site-web", "paie"])
    plan = ranking.plan_for(easy.pole, today=make.in_days(0))
    assert {(p.need, p.offer) for p in plan.pairs} == {(easy.pk, plain.pk), (hard.pk, rare.pk)}
    assert plan.needs == 2
    assert plan.more_needs in {0, 1}
