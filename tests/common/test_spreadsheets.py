"""No cell of a table that leaves the house is a formula, however it is dressed up; our numbers stay numbers."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from common import spreadsheets

ROOT = Path(__file__).resolve().parents[2]
INVISIBLE = ["", " ", "\u3000", "\u00a0", "\u202f", "\ufeff", "\u200b", "\u2060", "\u00ad", " \u200b\u3000"]  # fmt: skip


def read(cell):
    content = spreadsheets.as_csv(["x", "y"], [["a", cell]]).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))[1][1]


@pytest.mark.parametrize("before", INVISIBLE, ids=ascii)
@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫")
def test_a_formula_is_shown_as_text_whatever_stands_before_it(before, sign):
    cell = f"{before}{sign}1+1"
    assert read(cell) == f"'{cell}"


@pytest.mark.parametrize("sign", ["\t", "\r", "\n", "\r\n"], ids=ascii)
def test_a_cell_that_begins_with_a_break_is_shown_as_text(sign):
    assert read(f"{sign}Aline") == f"'{sign}Aline"


@pytest.mark.parametrize("words", ["Aline", "", " ", "1 = 1", "C'est oui", "12", "été", "(-2)"])
def test_other_words_stay_as_they_are(words):
    assert read(words) == words


def test_our_own_numbers_and_days_stay_what_they_are():
    assert read(Decimal("-12.5")) == "-12,50"
    assert read(-3) == "-3"
    assert read(date(2026, 11, 26)) == "26/11/2026"
    assert read(None) == ""


def test_a_heading_is_no_formula_either():
    assert spreadsheets.as_csv(["＝1"], []).decode("utf-8-sig") == "'＝1\r\n"


def test_one_place_writes_the_tables_that_leave_the_house():
    """Any other writer would have to learn the tricks again."""
    writers = {
        path.relative_to(ROOT).as_posix()
        for floor in ("accounts", "marketplace", "notifications", "config", "common")
        for path in (ROOT / floor).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("csv.writer", "DictWriter", "xlsxwriter"))
    }  # fmt: skip
    assert writers == {"common/spreadsheets.py", "accounts/data/build_communes.py"}
