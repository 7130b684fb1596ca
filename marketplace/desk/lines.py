"""The lines of a page, read from their keys: one query for each noun, whatever the kinds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marketplace.desk.kind import Kind
from marketplace.desk.kinds import BY_CODE
from marketplace.desk.line import Key, Line
from marketplace.desk.ranks import RANKS, place_of
from marketplace.desk.scope import Scope
from marketplace.rules.absences import Away


def of(keys: Iterable[Key], scope: Scope) -> list[Line]:
    """The lines of these keys, in the order given. A row that has gone meanwhile is left out."""
    keys = list(keys)
    wanted: dict[Callable, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for code, number, rank in keys:
        wanted[BY_CODE[code].read][code][number] = rank
    made: dict[tuple[str, int], Line] = {}
    for read, kinds in wanted.items():
        for row in read({n for numbers in kinds.values() for n in numbers}, scope):
            for code, numbers in kinds.items():
                if row.pk in numbers:
                    made[code, row.pk] = _line(BY_CODE[code], row, numbers[row.pk], scope.away)
    return [made[code, number] for code, number, _rank in keys if (code, number) in made]


def _line(kind: Kind, row: Any, rank: int, away: Mapping[int, Away]) -> Line:
    words = kind.say(row)
    return Line(
        kind=kind.code,
        help=kind.help,
        number=row.pk,
        urgency=RANKS[rank],
        place=place_of(rank),
        can_change_hands=kind.charge is not None,
        can_be_chased=kind.silent is not None,
        away=away.get(words.person) if words.person else None,
        **vars(words),
    )
