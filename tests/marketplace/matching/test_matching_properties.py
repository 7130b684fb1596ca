"""What must hold for any market: the search, the kernel and the kept lists agree with a plain loop."""

import random
from contextlib import contextmanager
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.matching import top_k
from marketplace.matching.carriers import Beside
from marketplace.matching.columns import FRENCH, NOBODY, Needs, Offers, Skilled
from marketplace.matching.definition import ENOUGH, ONE, PARTS, WEIGHTS
from marketplace.matching.facts import facts_of
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

# They suit each other in everything that the market above leaves to chance.
BOTH = {
    "pole": 1, "place": 3, "x": 0, "y": 0, "z": 0, "languages": FRENCH, "start": TODAY, "end": TODAY + 90,
    "room": 1, "asked": 0, "penalty": 0, "answers": ONE, "causes": 1, "hours": 100,
}  # fmt: skip
A_NEED = (
    BOTH
    | {
        "id": 1,
        "organisation": 1,
        "since": TODAY - 400,
        "eligible": 1,
        "times": 3,
        "undated": 0,
        "format": 4,
        "carriers": (),
    },
    [Skilled(5, 2, True)],
)
AN_OFFER = (
    BOTH | {"id": 1, "organisation": NOBODY, "reach": 5_000, "weekdays": 127, "work": 0},
    [Skilled(5, 3)],
)
# Few values: many ties, and pairs that promise much and fail.
VARIED = some.fixed_dictionaries(
    {
        "answers": some.sampled_from([0, ONE // 2, ONE]),
        "penalty": some.sampled_from([0, 100]),
        "causes": some.integers(0, 2),
        "hours": some.sampled_from([1, 100]),
        "pole": some.sampled_from([1, 1, 2]),
    }
)


@contextmanager
def as_in_a_large_market():
    """Where there are few pairs all are scored; as if there never were few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(top_k, "SMALL", 0)
        patch.setattr(top_k, "FEW", 0)
        yield


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


@QUICK
@given(
    some.lists(VARIED, min_size=1, max_size=4),
    some.lists(VARIED, min_size=1, max_size=12),
    some.integers(1, 3),
    some.booleans(),
)
def test_scoring_few_pairs_gives_the_lists_that_scoring_all_of_them_gives(
    several_needs, several_offers, top, in_turn
):
    """`in_turn`: the pairs of one owner don't follow each other."""
    (need, wanted), (offer, held) = A_NEED, AN_OFFER
    n = Needs.of(numbered([(need | values, wanted) for values in several_needs]))
    o = Offers.of(numbered([(offer | values, held) for values in several_offers]))
    grid = np.mgrid[: len(n), : len(o)]
    owners, others = (pairs.T.ravel() if in_turn else pairs.ravel() for pairs in grid)
    whole = Verdict(n.of_pairs(owners), o.of_pairs(others), RULES)
    with as_in_a_large_market():
        lines = top_k.best_pairs(whole, owners, others, top)
    assert lines.T.tolist() == _best(whole, owners, others, top)


def test_of_two_who_score_alike_the_lower_number_is_first_though_it_promised_less():
    need, (offer, held) = A_NEED, AN_OFFER
    several = [offer | {"id": 1, "answers": 3_467}, offer | {"id": 2, "penalty": 20}]
    verdict = Verdict(Needs.of([need]), Offers.of([(values, held) for values in several]), RULES)
    assert verdict.score.tolist() == [9_800, 9_800]
    assert verdict.promise.tolist() == [9_800, 10_000]
    with as_in_a_large_market():
        assert verdict.matches(1).tolist() == [0]


def test_in_a_large_market_the_best_are_found_without_scoring_everybody():
    chance = random.Random(1)
    need, (offer, skills) = A_NEED, AN_OFFER
    several = [
        offer
        | {name: chance.randrange(most) for name, most in {"answers": ONE, "penalty": 100, "asked": 5}.items()}
        | {"id": number, "causes": chance.randrange(4), "hours": chance.randrange(1, 400)}
        for number in range(1, top_k.SMALL + 101)
    ]  # fmt: skip
    large = Verdict(Needs.of([need]), Offers.of([(values, skills) for values in several]), RULES)
    rows = large.matches(5).tolist()
    assert "score" not in vars(large), "those that promise little are left out"
    owners = np.zeros(large.size, np.int64)
    assert rows == [line[3] for line in _best(large, owners, large.offers["id"], 5)]


def _best(verdict, owners, others, top):
    """The slow way: all are scored, and each owner's are sorted."""
    lists = {}
    for row in verdict.fit.tolist():
        line = [int(owners[row]), int(others[row]), int(verdict.score[row]), row]
        lists.setdefault(line[0], []).append(line)
    best = [sorted(lines, key=lambda line: (-line[2], line[1]))[:top] for lines in lists.values()]
    return sorted((line for lines in best for line in lines), key=lambda line: line[0])


def test_of_many_who_nearly_fit_those_who_lack_least_are_shown():
    need, (offer, held) = A_NEED, AN_OFFER
    late = [(11 * number) % 90 for number in range(1, 31)]
    begins = [offer | {"start": TODAY + 90 + days, "end": TODAY + 400} for days in late]
    verdict = Verdict(Needs.of([need]), Offers.of(numbered([(one, held) for one in begins])), RULES)
    lacking = (verdict.gap // (ONE // 10)).tolist()
    shown = [lacking[row] for row in verdict.near_misses(3).tolist()]
    assert shown == sorted(lacking)[:3]


def test_a_skill_held_two_levels_below_is_just_enough_and_called_met():
    (need, _skills), (offer, _held) = A_NEED, AN_OFFER
    verdict = verdict_of((need, [Skilled(5, 3, True)]), (offer | {"id": 1}, [Skilled(5, 1)]))
    assert verdict.fit.tolist() == [0]
    ((want,),) = [facts.wants for facts in facts_of(verdict, [0])]
    assert (want.credit, want.is_met) == (ENOUGH, True)


def test_up_to_ten_kilometres_a_short_radius_lacks_nothing():
    (need, wanted), (offer, held) = A_NEED, AN_OFFER
    gaps = [
        int(verdict_of((need | {"x": metres, "place": 1}, wanted), (offer, held)).gap[0])
        for metres in (4_000, 7_000, 10_000, 13_000, 16_000)
    ]
    assert gaps == [0, 0, 0, ONE // 10, ONE // 5]


def test_a_market_that_wants_every_skill_at_every_level_is_searched_whole():
    (need, _skill), (offer, _held) = A_NEED, AN_OFFER
    n = Needs.of(
        numbered([(need, [Skilled(skill, level, True)]) for skill in SKILLS for level in (1, 2, 3)])
    )
    o = Offers.of(numbered([(offer, [Skilled(skill, 3) for skill in SKILLS])]))
    meeting = Meeting(n, Crowd(o, KINSHIP), TODAY)
    found = [row for _pole, pairs in meeting.batches() for row in pairs.needs.tolist()]
    assert sorted(found) == list(range(len(n)))


def test_the_largest_figures_that_a_form_lets_through_are_reckoned_right():
    """Numbers of four bytes: none may overflow. Sixty skills, the longest hours, the other side of the globe."""
    most, far = 32_767, EARTH_RADIUS_M
    need = (
        {"id": 1, "organisation": 1, "pole": 1, "causes": 1 << 61, "x": far, "y": 0, "z": 0, "start": TODAY,
         "end": TODAY + 3_650, "hours": most, "since": 1, "answers": ONE, "room": most, "asked": most,
         "place": 3, "languages": (1 << 31) - 1, "format": 4, "eligible": 0, "times": 3, "undated": 0, "penalty": 100,
          "carriers": [Beside(0, far, 0, 1), Beside(0, 0, -far, 2)]},
        [Skilled(skill, 3) for skill in SKILLS],
    )  # fmt: skip
    offer = (
        {"id": 1, "organisation": NOBODY, "pole": 1, "causes": 1 << 61, "x": -far, "y": 0, "z": 0, "reach": most * 1_000,
         "start": TODAY, "end": TODAY + 3_650, "hours": most, "answers": ONE, "room": most, "asked": most,
         "place": 3, "weekdays": 127, "languages": (1 << 31) - 1, "work": 1, "penalty": 100},
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
