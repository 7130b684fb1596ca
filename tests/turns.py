"""Which test runs on which database: all of them on SQLite; on PostgreSQL those that ask it something new.

What a page, a letter or a paper says is the same on both. PostgreSQL runs:

- the tests of WHOLE: what the database answers isn't the same on both (the order of words and of what is empty,
  sums over dates, search, bounds that SQLite doesn't keep, constraints, locks);
- the tests that commit for good: races, and those with processes of their own;
- of the others, as many as it takes to ask every question that SQLite has been asked in the same `make test`
  (tests/questions.py); all of them where nobody has written them down.

A mark wins over this: `once` (never on PostgreSQL), `both`, `sqlite`, `postgres`. `e2e` is a turn of its own.

Three things are done in thirds, one each day, for all of them take an hour: the questions of the last kind, the doors
that people who look alike knock at (tests/doors), and the browser's modules of one page (test_*_browser.py). All
three days are run at once by `make test THIRD=all`, and any of them again by its number.
"""

import os
import zlib
from collections.abc import Iterable
from datetime import date

import pytest

from tests import questions

THIRD = os.environ.get("THIRD") or str(date.today().toordinal() % 3)
MARKS = {"once", "both", "sqlite", "postgres"}
WHOLE = (
    "tests/test_nonsense.py",
    *(f"tests/accounts/test_{name}.py" for name in ("load_places", "places_search")),
    *(f"tests/config/test_{name}.py" for name in ("health", "prepare")),
    *(f"tests/marketplace/desk/test_{name}.py" for name in ("desk_filters", "figures", "register")),
    *(f"tests/marketplace/documents/test_{name}.py" for name in ("organisation_year", "years")),
    "tests/marketplace/letters/test_clock.py",
    *(
        f"tests/marketplace/market/test_{name}.py"
        for name in ("ask_twice", "catalogue", "freshness", "lists", "long_lists", "write_twice")
    ),
    "tests/marketplace/matching/",
    "tests/marketplace/missions/test_hours.py",
    *(f"tests/marketplace/words/test_words_{name}.py" for name in ("catalogue", "rome")),
    *(f"tests/notifications/test_{name}.py" for name in ("deliver", "doorbell", "habits")),
    "tests/notifications/test_model_of_the_outbox.py",
)


def of_another_turn(items: Iterable[pytest.Item], *, on_postgres: bool) -> set[pytest.Item]:
    """What this turn leaves out."""
    items = list(items)
    if not on_postgres:
        return {item for item in items if _mark(item) == "postgres"}
    asked = questions.written()
    always = {item.nodeid for item in items if _runs_on_both(item)}
    answered = {one for test in asked if test.test in always for one in test.questions}
    answered |= {one for test in asked for one in test.questions if not has_its_day(one)}
    known = {test.test for test in asked}
    here = {item.nodeid for item in items if not _mark(item)}
    others = [test for test in asked if test.test in here - always]
    chosen = always | questions.cover(others, answered=answered)
    return {
        item for item in items if _mark(item) in {"sqlite", "once"} or item.nodeid in known - chosen
    }


def has_its_day(name: str) -> bool:
    """Whether what bears this name is of the third that is run."""
    return THIRD == "all" or zlib.crc32(name.encode()) % 3 == int(THIRD)


def _runs_on_both(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    commits = mark is not None and bool(mark.kwargs.get("transaction"))
    return _mark(item) in {"both", "postgres"} or (
        not _mark(item) and (commits or item.nodeid.startswith(WHOLE))
    )


def _mark(item: pytest.Item) -> str:
    """The nearest. What runs in processes of its own and says nothing runs in both turns."""
    marks = [mark.name for mark in item.iter_markers() if mark.name in MARKS]
    return marks[0] if marks else "both" if item.get_closest_marker("e2e") else ""
