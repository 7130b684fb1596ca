"""`make mutants`: small faults drawn by a seed, each tried by the tests that reach it, while they run.

A plugin of pytest. Each test runs as always; then once more for each fault whose line it has just
run, with that fault alone in the code. A fault that makes no test fail has survived: docs/mutants.md.
"""

import json
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tests.mutations import Fault, Plant, faults_of, shown

ROOT = Path(__file__).resolve().parent.parent
ROOMS = [
    *("marketplace/actions", "marketplace/rules", "marketplace/matching", "marketplace/law"),
    *("notifications", "accounts"),
]
NOT_OURS = {"migrations", "data"}
SLOW = 5  # seconds of processor: who walks through the whole house says little of one line
SECONDS = 60  # of processor for one fault: what has survived so many tests is worth a look
PATIENCE = 30  # for one test beyond what it took without a fault: some make it turn in circles
TOOL = 4  # of sys.monitoring's, where 1 is coverage's


class TooLong(BaseException):
    """The fault makes a test run for ever: it is found."""


@cache
def drawn(seed: int, count: int) -> list[Fault]:
    """Places first, each as likely as the next; then one of the faults that fit there."""
    chance = random.Random(seed)
    places: dict[tuple, list[Fault]] = defaultdict(list)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        if not NOT_OURS.intersection(path.parts):
            for fault in faults_of(path.relative_to(ROOT), path.read_text()):
                places[fault.path, fault.line, fault.column].append(fault)
    order = chance.sample(sorted(places), len(places))
    found: list[Fault] = []
    for place in order:
        fault = chance.choice(places[place])
        if len(found) < count and Plant.is_possible(ROOT, fault):
            found.append(fault)
    return found


class Round:
    def __init__(self, seeds: list[int], count: int, notes: Path) -> None:
        self.notes = notes
        known = {note["fault"] for note in self.noted() if note["killer"]}
        faults = dict.fromkeys(fault for seed in seeds for fault in drawn(seed, count))
        self.plants = [Plant(ROOT, fault) for fault in faults if str(fault) not in known]
        self.reached: set[Plant] = set()
        self.spent: dict[Plant, float] = defaultdict(float)
        self.runs: dict[Plant, int] = defaultdict(int)
        self.killed: set[Plant] = set()

    def noted(self) -> Iterator[dict]:
        if self.notes.exists():
            yield from map(json.loads, self.notes.read_text().splitlines())

    def note(self, plant: Plant, killer: str) -> None:
        line = {"fault": str(plant.fault), "killer": killer, "runs": self.runs[plant]}
        with self.notes.open("a") as notes:
            notes.write(json.dumps(line) + "\n")

    def pytest_collection_finish(self) -> None:
        """Only now is all of the house imported."""
        monitoring = sys.monitoring
        monitoring.use_tool_id(TOOL, "mutants")
        self.where: dict[tuple, list[Plant]] = defaultdict(list)
        for plant in self.plants:
            for code, line in plant.look_for_itself():
                self.where[code, line].append(plant)
                monitoring.set_local_events(TOOL, code, monitoring.events.LINE)
        monitoring.register_callback(TOOL, monitoring.events.LINE, self.on_line)

    def on_line(self, code, line: int) -> None:
        self.reached.update(self.where.get((code, line), ()))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem) -> bool:
        self.reached.clear()
        began, busy = time.monotonic(), time.process_time()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        if all(report.passed for report in reports) and time.process_time() - busy < SLOW:
            seconds = PATIENCE + 5 * (time.monotonic() - began)
            for plant in self.reached - self.killed:
                if self.spent[plant] < SECONDS:
                    self.again(item, nextitem, plant, seconds)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def again(self, item, nextitem, plant: Plant, seconds: float) -> None:
        """The same test, with the fault."""
        busy = time.process_time()
        signal.setitimer(signal.ITIMER_REAL, seconds)
        with plant.planted():
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.spent[plant] += time.process_time() - busy
        self.runs[plant] += 1
        if any(report.failed for report in reports):
            self.killed.add(plant)
            self.note(plant, item.nodeid)

    def pytest_sessionfinish(self) -> None:
        for plant in self.plants:
            if plant not in self.killed:
                self.note(plant, "")


def pytest_addoption(parser) -> None:
    group = parser.getgroup("mutants")
    group.addoption("--seed", type=int, action="append", default=[])
    group.addoption("--count", type=int, default=60)
    group.addoption("--notes", type=Path, default=ROOT / ".mutants.jsonl")


def pytest_configure(config) -> None:
    options = config.option
    options.seed = options.seed or [random.randrange(10_000)]
    # That a fault is found is enough: its smallest example is nobody's wish.
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    is_shared_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not is_shared_out:
        signal.signal(signal.SIGALRM, too_long)
        config.pluginmanager.register(Round(options.seed, options.count, options.notes))


def too_long(_signal, _frame) -> None:
    raise TooLong


def pytest_terminal_summary(terminalreporter, config) -> None:
    """Who killed what, of all the processes; then what is left, worst first: what nothing reaches."""
    killers, runs, options = {}, defaultdict(int), config.option
    for note in map(json.loads, options.notes.read_text().splitlines()):
        runs[note["fault"]] += note["runs"]
        killers[note["fault"]] = killers.get(note["fault"]) or note["killer"]
    for seed in options.seed:
        faults = drawn(seed, options.count)
        left = [fault for fault in faults if not killers.get(str(fault))]
        terminalreporter.write_line(f"\nSeed {seed}: {len(left)} of {len(faults)} survived")
        for fault in sorted(left, key=lambda fault: runs[str(fault)]):
            terminalreporter.write_line(f"\n{fault}, {runs[str(fault)]} tests")
            terminalreporter.write_line(shown((ROOT / fault.path).read_text(), fault))
