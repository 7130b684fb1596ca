"""The faults of `make mutants` are those that people make; one is planted and taken out again."""

import ast
from pathlib import Path

import pytest
from django.utils.functional import SimpleLazyObject

from tests import mutations
from tests.mutations import Plant, faults_of, planted, shown

pytestmark = pytest.mark.once
FAULTS = [
    ("a = b < c", ["a = b <= c"]),
    ("a = b and not c", ["a = b or not c", "a = b and c"]),
    ("a = b in c", ["a = b not in c"]),
    ("a = b + 1", ["a = b - 1", "a = b + 2", "a = b + 0"]),
    ("a = Q(b=c) | d", ["a = Q(**{}) | d", "a = Q(b=c) & d"]),
    ("a = b.filter(c=True)", ["a = b.filter(**{})", "a = b.filter(c=False)"]),
    ("a = [b for b in c if d]", ["a = [b for b in c]"]),
    ("a()", ["pass"]),
    ("if a:\n    b = c", ["if not a:\n    b = c"]),
    ("for a in b:\n    break", ["for a in []:\n    break", "for a in b:\n    continue"]),
    ("try:\n    a = b\nexcept C:\n    a = d", ["try:\n    a = b\nexcept ():\n    a = d"]),
    ("a: int | None = CharField(max_length=40, null=b)", []),
    ("def a(b: int | None, *, c) -> int | None:\n    return b", []),
]


@pytest.mark.parametrize(("written", "with_a_fault"), FAULTS)
def test_each_fault_is_one_that_people_make(written, with_a_fault):
    faults = list(faults_of(Path("room.py"), written))
    assert [ast.unparse(planted(written, fault)[0]) for fault in faults] == with_a_fault
    assert all(shown(written, fault).startswith("- ") for fault in faults)


ROOM = """
LIMIT = 3


class Door:
    name = 1

    def is_open(self, count):
        return count < LIMIT
"""


def test_looking_for_functions_wakes_nothing_that_is_lazy():
    def woken():
        raise AssertionError("woken")

    lazy = SimpleLazyObject(woken)
    mutations._living.cache_clear()
    assert woken in mutations._living()
    del lazy
    mutations._living.cache_clear()


def test_a_fault_stands_in_the_house_that_runs_and_is_taken_out(tmp_path, monkeypatch):
    (tmp_path / "room_with_faults.py").write_text(ROOM)
    monkeypatch.syspath_prepend(tmp_path)
    import room_with_faults

    mutations._living.cache_clear()
    faults = list(faults_of(Path("room_with_faults.py"), ROOM))
    possible = [fault for fault in faults if Plant.is_possible(tmp_path, fault)]
    assert [(fault.line, fault.kind) for fault in possible] == [
        (2, "one more"),
        (2, "one less"),
        (9, "Lt"),
    ], "the body of a class is made once"
    door = room_with_faults.Door()
    for fault, answers in zip(possible, ([True, True], [False, False], [True, True]), strict=True):
        plant = Plant(tmp_path, fault)
        assert {line for _code, line in plant.look_for_itself()} >= {9}
        with plant.planted():
            assert [door.is_open(count) for count in (2, 3)] == answers
        assert [door.is_open(count) for count in (2, 3)] == [True, False]
    mutations._living.cache_clear()
