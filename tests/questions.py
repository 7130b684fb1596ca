"""What each test asks the database: written down while SQLite is asked, read when PostgreSQL's turn comes.

Of the tests whose sentences are the same on both, PostgreSQL runs as many as it takes to be asked each question once.
A question is a sentence of SQL without its numbers and the lengths of its lists. `make test` says where they are
written (QUESTIONS); without it nothing is.
"""

import hashlib
import heapq
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

FOLDER = os.environ.get("QUESTIONS", "")
LISTS = re.compile(r"%s(?:, %s)+|\b\d+\b")
ROWS = re.compile(r"\(%s\)(?:, \(%s\))+")
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
A_TEST = 0.2  # seconds that the shortest costs: what is laid out before it


@dataclass(frozen=True, slots=True)
class Asked:
    """A test, how long it took, and its questions."""

    test: str
    seconds: float
    questions: frozenset[str]


@lru_cache(maxsize=50_000)
def question(sql: str) -> str:
    """The same for two sentences that differ in numbers and lengths only."""
    bare = ROWS.sub("(%s)", LISTS.sub("%s", sql))
    return hashlib.blake2b(bare.encode(), digest_size=6).hexdigest()


class Writer:
    """A plugin of pytest: a line for each test that has ended, in a file of its process."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder, f"{os.getpid()}.jsonl")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        asked: set[str] = set()

        def listen(execute: Callable, sql: str, *rest: Any) -> Any:
            if not sql.startswith(OF_TRANSACTIONS):
                asked.add(question(sql))
            return execute(sql, *rest)

        began = time.monotonic()
        with connection.execute_wrapper(listen):
            result = yield
        line = [item.nodeid, time.monotonic() - began, sorted(asked)]
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return result


def written() -> list[Asked]:
    """What a turn has written, in the order of the tests' names; nothing where none has."""
    lines = [
        json.loads(line)
        for path in (Path(FOLDER).glob("*.jsonl") if FOLDER else ())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [Asked(test, spent, frozenset(asked)) for test, spent, asked in sorted(lines)]


def cover(tests: Iterable[Asked], *, answered: Iterable[str]) -> set[str]:
    """Tests that together ask every question but those `answered`, the cheapest of each first."""
    tests = list(tests)
    left = set[str]().union(*(test.questions for test in tests)) - set(answered)
    chosen: set[str] = set()

    def worth(number: int) -> float:
        test = tests[number]
        return -len(test.questions & left) / (test.seconds + A_TEST)

    queue = [(worth(number), number) for number in range(len(tests))]
    heapq.heapify(queue)
    while left:
        _before, number = heapq.heappop(queue)
        now = worth(number)
        if queue and now > queue[0][0]:  # others have asked some of its questions meanwhile
            heapq.heappush(queue, (now, number))
            continue
        chosen.add(tests[number].test)
        left -= tests[number].questions
    return chosen
