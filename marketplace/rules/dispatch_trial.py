"""What rules would have done with the needs of the last twelve months: looked at before they are kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Organisation, Pole
from marketplace.models import DispatchRule
from marketplace.models.desk.dispatch import to_dispatch
from marketplace.rules.dispatch import Facts, Rule, first_that_holds, taken_by
from marketplace.rules.dispatch_reading import (
    Rules,
    as_rule,
    facts_of,
    family_of_each,
    of_last_year,
)


@dataclass(frozen=True)
class Share:
    """How many needs go to an operator, by the rules of now and by those that are tried; None: to nobody."""

    operator: Organisation | None
    now: int
    then: int


@dataclass(frozen=True)
class Overlap:
    """Another rule that needs may answer too; `first` says whether it comes first and so wins."""

    row: DispatchRule
    both: int
    first: bool


@dataclass(frozen=True)
class Trial:
    """`holds`: how many needs answer the rule that is changed, None of one that is passed over; `taken`: of these, how many an earlier rule takes.
    `waiting`: of the needs that are open and that nobody follows, how many the rules would give away at once."""

    needs: int
    shares: list[Share]
    waiting: int
    holds: int | None = None
    taken: int = 0
    overlaps: Sequence[Overlap] = ()


def tried(pole: Pole, now: Rules, then: Rules, *, changed: DispatchRule | None) -> Trial:
    """Try the rules of `then` beside those of `now`. `changed` is one of them; of one that is removed, it is one of
    `now`."""
    family_of = family_of_each()
    needs = Counter(facts_of(of_last_year(pole), family_of).values())
    waiting = Counter(facts_of(to_dispatch(pole), family_of).values())
    of_rule: dict = {}
    if changed is not None and changed.operator_id in now.seated:
        theirs = then if changed in then.rows else now
        of_rule = _of_rule(changed, theirs.live, needs)
    return Trial(
        needs=needs.total(),
        shares=_shares(now, then, needs),
        waiting=waiting.total() - _given(then.live, waiting)[None],
        **of_rule,
    )


def _shares(now: Rules, then: Rules, needs: Counter[Facts]) -> list[Share]:
    before, after = _given(now.live, needs), _given(then.live, needs)
    operators = {row.operator_id: row.operator for row in (*now.live, *then.live)}
    named = sorted(operators.values(), key=lambda one: (one.name, one.pk))
    of_each = [Share(one, before[one.pk], after[one.pk]) for one in named]
    return [*of_each, Share(None, before[None], after[None])]


def _given(rows: Sequence[DispatchRule], needs: Counter[Facts]) -> Counter[int | None]:
    """How many needs each operator gets; None: nobody."""
    rules, given = [as_rule(row) for row in rows], Counter[int | None]()
    for facts, count in needs.items():
        place = first_that_holds(rules, facts)
        given[None if place is None else rules[place].operator] += count
    return given


def _of_rule(changed: DispatchRule, rows: Sequence[DispatchRule], needs: Counter[Facts]) -> dict:
    rule, at = as_rule(changed), list(rows).index(changed)
    answer = {facts: count for facts, count in needs.items() if rule.holds(facts)}
    rules = [as_rule(row) for row in rows]
    taken = (n for facts, n in answer.items() if first_that_holds(rules[:at], facts) is not None)
    beside = [
        Overlap(row, sum(n for facts, n in answer.items() if other.holds(facts)), place < at)
        for place, (row, other) in enumerate(zip(rows, rules, strict=True))
        if place != at and other.may_meet(rule)
    ]
    return {"holds": sum(answer.values()), "taken": sum(taken), "overlaps": beside}


def never_hold(rules: Rules) -> dict[int, list[DispatchRule]]:
    """For each rule that never holds, by its place among all rows: those before it that take all it would."""
    found, live = {}, rules.live
    made: list[Rule] = [as_rule(row) for row in live]
    for place, rule in enumerate(made):
        if takers := taken_by(rule, made[:place]):
            found[rules.rows.index(live[place])] = [live[taker] for taker in takers]
    return found
