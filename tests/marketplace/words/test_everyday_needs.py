"""A hundred everyday needs, in the words of treasurers, cooks and choir leaders: their first reading is right.

tests/data/everyday_needs.csv: the fifty marked `seen` were written before a look at the names of our skills and were
read while the reading was mended; the fifty marked `apart` were written after that and read once, at the end.
"""

import csv
from pathlib import Path

import pytest

from marketplace import words

NEEDS = Path(__file__).parents[2] / "data" / "everyday_needs.csv"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "right"), [("seen", 45), ("apart", 39)])
def test_the_first_skill_read_is_the_right_one(our_skills, kind, right):
    with NEEDS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == kind]
    wrong = [row["text"] for row in rows if first(row["text"]) not in row["skills"].split()]
    assert len(rows) == 50
    assert len(rows) - len(wrong) >= right, wrong


def first(text):
    return next((found.code for found in words.suggest(text)), "")


def test_what_something_is_for_comes_after_what_it_is(our_skills):
    """« une affiche pour notre concert » asks for no concert; where nothing else is named, it does."""
    assert first("prendre des photos pendant un atelier cirque") == "photo"
    assert first("quelqu’un pour notre compta") == "compta-generale"
