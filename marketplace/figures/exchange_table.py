"""The exchanges between operators as a table: on the page, and as a file that may leave the pôle."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.spreadsheets import Cell
from marketplace.figures import discretion
from marketplace.figures.brought import ELSEWHERE, NOBODY
from marketplace.figures.counts import percent
from marketplace.figures.exchanges import MET, Exchanges


@dataclass(frozen=True)
class Met:
    """Missions of a need of one operator and an offer of another, or of the same."""

    offer: str
    missions: int
    is_own: bool


@dataclass(frozen=True)
class Pair:
    """An amount by door, and by who follows."""

    door: int | Decimal
    follower: int | Decimal


@dataclass(frozen=True)
class Line:
    operator: str
    is_one: bool  # and not what came without any, or from elsewhere
    met: list[Met]
    needs: Pair
    missions: Pair
    hours: Pair

    @property
    def has_met(self) -> bool:
        """Whether it has its line among those that met: an operator always has."""
        return self.is_one or any(met.missions for met in self.met)


@dataclass(frozen=True)
class Table:
    """`rows` and `columns` are the numbers of operators with their names, in the order of the page."""

    exchanges: Exchanges
    rows: dict[str, str]
    columns: dict[str, str]

    @property
    def lines(self) -> list[Line]:
        found = self.exchanges
        return [
            Line(
                words,
                operator.isdigit(),
                [
                    Met(name, found.between(operator, other), operator == other)
                    for other, name in self.columns.items()
                ],
                *(
                    Pair(found.by_door(what, operator), found.by_follower(what, operator))
                    for what in ("needs", "missions", "hours")
                ),
            )
            for operator, words in self.rows.items()
        ]


def table(exchanges: Exchanges, operators: Mapping[int, str], today: Collection[int]) -> Table:
    """Those that coordinate today, and those that have left where something of theirs is counted; then what came without
    any, and what an operator of another pôle brought."""
    named = exchanges.named()
    shown = {str(pk): name for pk, name in operators.items() if pk in today or str(pk) in named}
    offers = {key.split(MET)[1] for key in exchanges.met}
    needs = {key.split(MET)[0] for key in exchanges.met} | exchanges.followed_or_brought()
    others = {ELSEWHERE: _("Another pôle"), NOBODY: _("No operator")}
    return Table(
        exchanges,
        shown | {key: words for key, words in others.items() if key in needs},
        shown | {key: words for key, words in others.items() if key in offers},
    )


def said(exchanges: Exchanges) -> str:
    """The measure in a sentence; "" where no mission has an operator on both sides."""
    crossed, known, _others = exchanges.crossed()
    if not known:
        return ""
    return ngettext(
        "%(crossed)s mission out of %(known)s brought together the need of one operator and the offer of another: %(share)s%%.",
        "%(crossed)s missions out of %(known)s brought together the need of one operator and the offer of another: %(share)s%%.",
        crossed,
    ) % {"crossed": crossed, "known": known, "share": percent(crossed, known)}


def header(found: Table) -> Sequence[str]:
    return (
        _("Needs of"),
        *(
            _("Missions with an offer of: %(name)s") % {"name": name}
            for name in found.columns.values()
        ),
        _("Needs, by door"),
        _("Needs, by who follows them"),
        _("Missions, by door"),
        _("Missions, by who follows the need"),
        _("Hours done, by door (rounded)"),
    )


def file_lines(found: Table) -> Iterator[Sequence[Cell]]:
    """The rows as others may see them (discretion.py). Hours are told by door alone: by who follows them they are in the
    file of the figures, one line an operator."""
    hidden = _untold(found)
    for operator, line in zip(found.rows, found.lines, strict=True):
        given = found.exchanges.given(door=operator)
        yield (
            line.operator,
            *(met.missions for met in line.met),
            int(line.needs.door),
            int(line.needs.follower),
            int(line.missions.door),
            int(line.missions.follower),
            discretion.told(given, "hours", hidden=operator in hidden),
        )


def _untold(found: Table) -> set[str]:
    """The operators whose hours may not be told: of few people, to be computed from the other lines, or from what the
    other file tells of the same operator, or of another, as the one who follows."""
    kept = found.exchanges
    doors = list(found.rows)
    given = [kept.given(door=door) for door in doors]
    hidden = {doors[place] for place in discretion.untold(given, kept.given())}
    return hidden | {
        door
        for door in doors
        for follower in doors
        if _leaves_few(kept, door, follower) and kept.given(follower=follower).amount
    }


def _leaves_few(kept: Exchanges, door: str, follower: str) -> bool:
    """Whether one of the two amounts is a part of the other, and the rest is of few people."""
    both = kept.given(door=door, follower=follower)
    whole, followed = kept.given(door=door), kept.given(follower=follower)
    if not both.amount:
        return False
    rest, other = whole.less([both]), followed.less([both])
    if rest.amount and other.amount:
        return False  # neither is a part of the other
    return rest.is_of_few or other.is_of_few
