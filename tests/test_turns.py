"""Of the longest parts a third has its day: none is left out of the three, and all of it can be asked for."""

import pytest

from tests import turns
from tests.run import on_real_processes

NAMES = [f"need-{number}" for number in range(300)]


def of(monkeypatch, third: str) -> set[str]:
    monkeypatch.setattr(turns, "THIRD", third)
    return {name for name in NAMES if turns.has_its_day(name)}


def test_each_name_has_one_of_three_days(monkeypatch):
    days = [of(monkeypatch, third) for third in "012"]
    assert sorted(name for day in days for name in day) == sorted(NAMES)
    assert min(map(len, days)) > 80


def test_all_of_them_are_run_when_asked_for(monkeypatch):
    assert of(monkeypatch, "all") == set(NAMES)


@pytest.mark.parametrize("third", ["0", "1", "2"])
def test_the_stories_and_production_run_every_day(monkeypatch, third):
    monkeypatch.setattr(turns, "THIRD", third)
    today = {path.rpartition("/")[2] for path in on_real_processes()}
    assert {"test_story.py", "test_production.py", "test_release_before.py"} <= today
    assert 5 < sum(name.endswith("_browser.py") for name in today) < 35
