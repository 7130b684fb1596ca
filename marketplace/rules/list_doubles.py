"""Who stands twice in a list of people."""

from collections.abc import Iterable

from common.roots import fold
from marketplace.rules.people_lists import EMAIL, Person


def twice(people: Iterable[Person]) -> None:
    """Mark who stands on an earlier line already, by the address. Under two names it is one person's at the most: what
    is said of the other mustn't be sent to them, so that both lines wait."""
    seen: dict[str, Person] = {}
    for one in people:
        if not (address := one.said.get(EMAIL)):
            continue
        first = seen.setdefault(address, one)
        if first is one:
            continue
        if _may_be_one(first.called, one.called):
            one.wrong(EMAIL, "said-above", line=first.number)
            continue
        one.wrong(EMAIL, "two-names", line=first.number)
        if not any(code == "two-names" for _name, code, _said in first.faults):
            first.wrong(EMAIL, "two-names", line=one.number)


def _may_be_one(this: str, other: str) -> bool:
    """Whether two names may be one person's: the words of one are among the other's, or nothing is said."""
    these, others = (set(fold(name).replace("-", " ").split()) for name in (this, other))
    return these <= others or others <= these
