"""Which operator a need goes to: the first rule that holds. Pure: it knows rules and facts, and no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from marketplace.models import Format, Welcome

ONE_VALUE = ("department", "format", "time", "door")  # of a need; it has any number of families
ALL = (*ONE_VALUE, "families")
CLOSED = {"format": frozenset(Format.values), "time": frozenset(Welcome.values)}  # no others


@dataclass(frozen=True)
class Facts:
    """What rules ask of a need."""

    department: str
    families: frozenset[str]
    format: str
    time: str
    door: int | None = None


@dataclass(frozen=True)
class Rule:
    """A need goes to the operator when it meets every condition: it has one of the values. An empty one is met by any
    need."""

    operator: int
    department: frozenset[str] = field(default_factory=frozenset)
    families: frozenset[str] = field(default_factory=frozenset)
    format: frozenset[str] = field(default_factory=frozenset)
    time: frozenset[str] = field(default_factory=frozenset)
    door: frozenset[int] = field(default_factory=frozenset)

    def holds(self, facts: Facts) -> bool:
        if self.families and self.families.isdisjoint(facts.families):
            return False
        return all(_is_among(getattr(facts, name), getattr(self, name)) for name in ONE_VALUE)

    def covers(self, other: "Rule") -> bool:
        """Whether it holds for every need for which the other one does."""
        return all(
            not mine or mine == CLOSED.get(name) or (theirs and theirs <= mine)
            for name in ALL
            for mine, theirs in [(getattr(self, name), getattr(other, name))]
        )

    def may_meet(self, other: "Rule") -> bool:
        """Whether one need may answer both. A need may have skills of both their families."""
        pairs = [(getattr(self, name), getattr(other, name)) for name in ONE_VALUE]
        return all(not mine or not theirs or mine & theirs for mine, theirs in pairs)


def _is_among(value: object, accepted: frozenset) -> bool:
    return not accepted or value in accepted


def first_that_holds(rules: Sequence[Rule], facts: Facts) -> int | None:
    """The place in the list of the rule that decides; None when the need is nobody's."""
    return next((place for place, rule in enumerate(rules) if rule.holds(facts)), None)


def taken_by(rule: Rule, earlier: Sequence[Rule]) -> list[int]:
    """The places of the rules that together take every need of this one, so that it never holds; [] when it may. One
    that covers it alone is named alone."""
    alone = [place for place, other in enumerate(earlier) if other.covers(rule)]
    if alone:
        return alone[:1]
    beside = [place for place, other in enumerate(earlier) if other.may_meet(rule)]
    if not beside or _is_left_something(rule, [earlier[place] for place in beside]):
        return []
    return _as_few_as_it_takes(rule, beside, earlier)


def _as_few_as_it_takes(rule: Rule, beside: list[int], earlier: Sequence[Rule]) -> list[int]:
    needed = list(beside)
    for place in reversed(beside):
        without = [one for one in needed if one != place]
        if not _is_left_something(rule, [earlier[one] for one in without]):
            needed = without
    return needed


def _is_left_something(rule: Rule, earlier: Sequence[Rule], names: Sequence[str] = ALL) -> bool:
    """Whether some need answers the rule and none of the earlier ones. Such a need can be found among those with a
    single skill, since one with more answers every rule that its single skills do; and values that the same rules
    accept are tried once."""
    if not earlier:
        return True
    name, *others = names
    tried = set()
    for value in _values(rule, earlier, name):
        alive = tuple(other for other in earlier if _is_among(value, getattr(other, name)))
        if alive in tried:
            continue
        tried.add(alive)
        if not alive or (others and _is_left_something(rule, alive, others)):
            return True
    return False


def _values(rule: Rule, earlier: Iterable[Rule], name: str) -> set:
    """The values to try: the rule's own, or all that the earlier ones name and one that none does."""
    if own := getattr(rule, name) or CLOSED.get(name):
        return set(own)
    return {None}.union(*(getattr(other, name) for other in earlier))
