"""The rule engine: what must hold for any list of rules and any need."""

from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace.models import Format, Welcome
from marketplace.rules.dispatch import Facts, Rule, first_that_holds, taken_by

DEPARTMENTS, FAMILIES, DOORS = ("59", "62", "80"), ("web", "droit", "compta"), (1, 2)
FORMATS, TIMES = Format.values, Welcome.values


def few_of(values):
    return some.frozensets(some.sampled_from(values), max_size=2)


rules = some.builds(
    Rule,
    some.integers(1, 4),
    department=few_of(DEPARTMENTS),
    families=few_of(FAMILIES),
    format=few_of(FORMATS),
    time=few_of(TIMES),
    door=few_of(DOORS),
)
lists = some.lists(rules, max_size=6)
needs = some.builds(
    Facts,
    some.sampled_from(DEPARTMENTS),
    some.frozensets(some.sampled_from(FAMILIES)),
    some.sampled_from(FORMATS),
    some.sampled_from(TIMES),
    some.sampled_from((None, *DOORS)),
)
EVERY_NEED = [
    Facts(department, frozenset(families), form, time, door)
    for department in (*DEPARTMENTS, "75")
    for families in ((), ("web",), ("droit",), ("compta",), ("web", "droit"), FAMILIES, ("autre",))
    for form in FORMATS
    for time in TIMES
    for door in (None, *DOORS, 3)
]


@given(lists, needs)
def test_a_need_goes_to_the_first_rule_that_holds_or_to_nobody(made, need):
    place = first_that_holds(made, need)
    answered = [n for n, rule in enumerate(made) if rule.holds(need)]
    assert place == (answered[0] if answered else None)
    assert first_that_holds(made, need) == place, "asked again, it is the same"


@given(lists, rules, needs)
def test_a_rule_at_the_end_takes_only_what_was_nobodys(made, more, need):
    before = first_that_holds(made, need)
    after = first_that_holds([*made, more], need)
    assert after == before if before is not None else after in {None, len(made)}


@given(rules, rules, needs)
def test_of_two_that_hold_the_order_decides(one, other, need):
    if one.holds(need) and other.holds(need):
        assert first_that_holds([one, other], need) == first_that_holds([other, one], need) == 0


@given(lists, rules, needs)
def test_a_rule_that_earlier_ones_cover_never_holds(made, rule, need):
    takers = taken_by(rule, made)
    if takers:
        assert first_that_holds([*made, rule], need) != len(made)
        without = [made[place] for place in takers]
        assert first_that_holds([*without, rule], need) != len(takers), "those named are enough"


@settings(max_examples=60)
@given(lists, rules)
def test_a_rule_that_nothing_covers_holds_for_some_need(made, rule):
    held = any(first_that_holds([*made, rule], need) == len(made) for need in EVERY_NEED)
    assert held is not bool(taken_by(rule, made))


@given(rules, rules, needs)
def test_one_that_covers_another_holds_where_it_does(one, other, need):
    if one.covers(other) and other.holds(need):
        assert one.holds(need)


@given(rules, rules, needs)
def test_two_that_may_not_meet_never_hold_together(one, other, need):
    if not one.may_meet(other):
        assert not (one.holds(need) and other.holds(need))


def test_two_rules_that_share_all_of_it_cover_a_third():
    north, rest = Rule(1, department=frozenset({"59"})), Rule(2, department=frozenset({"62"}))
    both = Rule(3, department=frozenset({"59", "62"}))
    assert taken_by(both, [north, rest]) == [0, 1]
    assert taken_by(both, [north]) == []
    assert taken_by(both, [rest, Rule(1), north]) == [1], "one that does it alone is named alone"


def test_rules_that_name_all_formats_between_them_cover_one_that_names_none():
    some_of_them = Rule(1, format=frozenset(FORMATS[:2]))
    assert taken_by(Rule(2), [some_of_them, Rule(1, format=frozenset(FORMATS[2:]))]) == [0, 1]
    assert Rule(1, time=frozenset(TIMES)).covers(Rule(2))


def test_fifty_rules_of_every_condition_are_looked_through_at_once():
    """A long list of which each rule leaves a little to the next."""
    made = [
        Rule(
            1,
            department=frozenset(f"{(n * 7 + k) % 101:02}" for k in range(30)),
            families=frozenset(f"f{(n * 3 + k) % 20}" for k in range(6)),
            format=frozenset(FORMATS[(n + k) % 5] for k in range(2)),
            time=frozenset(TIMES[(n + k) % 3] for k in range(2)),
            door=frozenset((n + k) % 10 for k in range(4)),
        )
        for n in range(50)
    ]
    began = process_time()
    assert [n for n, rule in enumerate(made) if taken_by(rule, made[:n])] == []
    assert taken_by(Rule(1), made) == []
    assert process_time() - began < 2
