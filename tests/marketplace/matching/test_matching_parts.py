"""Each part of the score stands wherever one is needed: weighed, said in words, drawn, explained on the page."""

import re

import pytest
from django.conf import settings

from marketplace.matching import definition, kernel
from marketplace.matching.definition import MOST_ARGUMENTS, ONE, PARTS, TELLING, WEIGHTS
from marketplace.matching.reasons import ARGUMENTS, ICONS, PART_MEANINGS, PART_NAMES
from marketplace.models import KeptMatch
from tests.marketplace.matching.matching_markets import verdict_of
from tests.marketplace.matching.test_matching_properties import A_NEED, AN_OFFER

PAGE = (settings.BASE_DIR / "docs/matching.md").read_text(encoding="utf-8")
# Reasons that no part of the score gives: what is short, and what keeps a pair apart.
BESIDE_THE_PARTS = {"volume", "level", "state"}
NUMBERS = {"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
ROW = re.compile(r"^\| \*\*(\w+)\*\* \| .+ \| (\d+|–) \| (\d+|–) \|$", re.MULTILINE)


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ("WEIGHTS of needs", WEIGHTS["need"]),
        ("WEIGHTS of offers", WEIGHTS["offer"]),
        ("TELLING", TELLING),
        ("PART_NAMES", PART_NAMES),
        ("PART_MEANINGS", PART_MEANINGS),
        ("Verdict.parts of needs", verdict_of(A_NEED, AN_OFFER).parts["need"]),
        ("Verdict.parts of offers", verdict_of(A_NEED, AN_OFFER).parts["offer"]),
        ("ICONS", ICONS.keys() - BESIDE_THE_PARTS),
    ],
)
def test_each_part_and_nothing_else_stands_in(where, named):
    assert set(PARTS) - set(named) == set(), f"parts that {where} forgets"
    assert set(named) - set(PARTS) == set(), f"{where} has more than the parts"


def test_each_part_that_may_be_told_has_its_sentence_and_no_other():
    told = {part for part in PARTS if TELLING[part] <= ONE}
    assert told - ARGUMENTS.keys() == set(), "parts without a sentence in ARGUMENTS"
    assert ARGUMENTS.keys() - told == set(), "sentences that nobody is told"


def test_the_codes_of_reasons_fit_where_they_are_packed_and_kept():
    longest = sorted(PARTS, key=len)[-MOST_ARGUMENTS:]
    assert len(PARTS) <= kernel.LAST
    assert len(" ".join(longest)) <= KeptMatch._meta.get_field("reasons").max_length


def test_each_icon_of_a_reason_is_drawn():
    sprite = (settings.BASE_DIR / "static/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    assert set(ICONS.values()) - drawn == set()


def test_the_page_and_the_definition_explain_each_part():
    title, table = re.search(r"^## The (\w+) points$(.+?)^## ", PAGE, re.M | re.S).groups()
    rows = {part: weights for part, *weights in ROW.findall(table)}
    assert list(rows) == list(PARTS), "the table of docs/matching.md"
    assert NUMBERS[title] == len(PARTS)
    assert f"are compared on {title} points" in PAGE
    explained = re.findall(r"^(\w+) +\S", definition.__doc__.split("\n==========")[1], re.M)
    assert explained == list(PARTS), "the words at the top of definition.py"


def test_the_page_says_the_standard_weights():
    said = {
        part: [int(weight.replace("–", "0")) for weight in weights]
        for part, *weights in ROW.findall(PAGE)
    }
    assert [sum(WEIGHTS[side].values()) for side in WEIGHTS] == [100, 100]
    assert said == {part: [WEIGHTS[side][part] for side in ("need", "offer")] for part in PARTS}
