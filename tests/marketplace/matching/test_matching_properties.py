"""What must hold for any market: the search, the kernel and the kept lists agree with a plain loop."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.matching.columns import NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import ONE, PARTS, WEIGHTS
from marketplace.matching.in_memory import Crowd, Meeting
from marketplace.matching.kernel import Verdict
from marketplace.matching.places import EARTH_RADIUS_M
from tests.marketplace.matching import matching_oracle as oracle
from tests.marketplace.matching.matching_markets import (
    KINSHIP,
    KINSHIP_TABLE,
    QUICK,
    RARITY,
    RULES,
    SKILLS,
    TODAY,
    needs,
    numbered,
    offers,
    verdict_of,
)


@QUICK
@given(needs(), offers())
def test_the_score_and_the_conditions_are_those_of_a_plain_reading_of_the_definition(need, offer):
    verdict = verdict_of(need, offer)
    expected = oracle.judge(need, offer, KINSHIP_TABLE, RARITY, TODAY, WEIGHTS)
    assert int(verdict.score[0]) == expected.score
    assert int(verdict.fails[0]) == expected.fails


@QUICK
@given(needs(), offers(), some.sampled_from(SKILLS), some.integers(1, 3))
def test_one_more_skill_never_lowers_the_score(need, offer, skill, level):
    values, skills = offer
    richer = [*[held for held in skills if held.skill != skill]]
    best = max([held.level for held in skills if held.skill == skill] + [level])
    before, after = (
        verdict_of(need, offer),
        verdict_of(need, (values, [*richer, Skilled(skill, best)])),
    )
    assert after.score[0] >= before.score[0]
    assert not int(after.fails[0]) & ~int(before.fails[0])


@QUICK
@given(needs(), some.lists(offers(), min_size=2, max_size=8), some.randoms())
def test_the_order_in_which_offers_come_is_nothing(need, several, chance):
    numbered = [
        (values | {"id": place}, skills) for place, (values, skills) in enumerate(several, 1)
    ]
    shuffled = list(numbered)
    chance.shuffle(shuffled)
    one, other = (
        Verdict(Needs.of([need]), Offers.of(rows), RULES) for rows in (numbered, shuffled)
    )
    assert _ids(one.offers, one.matches(5)) == _ids(other.offers, other.matches(5))
    assert _ids(one.offers, one.near_misses(5)) == _ids(other.offers, other.near_misses(5))


@QUICK
@given(some.lists(needs(), min_size=1, max_size=6), some.lists(offers(), min_size=1, max_size=6))
def test_seen_from_either_side_a_pair_has_one_score(several_needs, several_offers):
    n, o = numbered(several_needs), numbered(several_offers)
    from_needs = [Verdict(Needs.of([need]), Offers.of(o), RULES).score.tolist() for need in n]
    from_offers = [Verdict(Needs.of(n), Offers.of([offer]), RULES).score.tolist() for offer in o]
    assert from_needs == [list(column) for column in zip(*from_offers, strict=True)]


@QUICK
@given(some.lists(needs(), min_size=1, max_size=5), some.lists(offers(), min_size=1, max_size=12))
def test_the_search_in_memory_finds_every_match_once_with_its_score(several_needs, several_offers):
    n, o = Needs.of(numbered(several_needs)), Offers.of(numbered(several_offers))
    expected = set()
    for row in range(len(n)):
        whole = Verdict(n.take(slice(row, row + 1)), o, RULES)
        expected |= {(row, int(other), int(whole.score[other])) for other in whole.fit}
    meeting, found = Meeting(n, Crowd(o, KINSHIP), TODAY), []
    for _pole, pairs in meeting.batches():
        short = Verdict(n.take(pairs.needs), o.take(pairs.offers), RULES, meeting.sums(pairs))
        found += zip(
            pairs.needs[short.fit], pairs.offers[short.fit], short.score[short.fit], strict=True
        )
    assert sorted(found) == sorted(expected)


def test_the_largest_figures_that_a_form_lets_through_are_reckoned_right():
    """Numbers of four bytes: none may overflow. Sixty skills, the longest hours, the other side of the globe."""
    most, far = 32_767, EARTH_RADIUS_M
    need = (
        {"id": 1, "organisation": 1, "pole": 1, "causes": 1 << 61, "x": far, "y": 0, "z": 0, "start": TODAY,
         "end": TODAY + 3_650, "hours": most, "since": 1, "answers": ONE, "room": most, "asked": most,
         "place": 3, "languages": 255, "format": 4, "eligible": 0, "penalty": 100},
        [Skilled(skill, 3) for skill in SKILLS],
    )  # fmt: skip
    offer = (
        {"id": 1, "organisation": NOBODY, "pole": 1, "causes": 1 << 61, "x": -far, "y": 0, "z": 0, "reach": most * 1_000,
         "start": TODAY, "end": TODAY + 3_650, "hours": most, "answers": ONE, "room": most, "asked": most,
         "place": 3, "weekdays": 127, "languages": 255, "work": 1, "penalty": 100},
        [Skilled(skill, 1) for skill in SKILLS],
    )  # fmt: skip
    verdict = verdict_of(need, offer)
    expected = oracle.judge(need, offer, KINSHIP_TABLE, RARITY, TODAY, WEIGHTS)
    assert (int(verdict.score[0]), int(verdict.fails[0])) == (expected.score, expected.fails)
    assert 0 <= int(verdict.gap[0]) <= 4 * ONE


def test_the_standard_weights_sum_to_a_hundred_on_both_sides():
    assert [sum(WEIGHTS[side].values()) for side in WEIGHTS] == [100, 100]
    assert all(tuple(WEIGHTS[side]) == PARTS for side in WEIGHTS)


@pytest.mark.parametrize("seed", range(5))
def test_usable_days_are_those_that_one_counts_on_the_calendar(seed):
    import numpy as np

    from marketplace.matching.kernel import usable_days

    chance = random.Random(seed)
    for _ in range(200):
        first = TODAY + chance.randrange(400)
        count, mask = chance.randrange(60), chance.randrange(1, 128)
        counted = sum(
            bool(mask >> (date.fromordinal(first) + timedelta(days=i)).weekday() & 1)
            for i in range(count)
        )
        assert int(usable_days(*(np.array([n]) for n in (first, count, mask)))[0]) == counted


def _ids(cards, rows):
    return cards.rows["id"][rows].tolist() if len(cards) else []
