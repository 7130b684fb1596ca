"""What a search finds for its reader: a few lines of each kind, the best kind first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import Organisation, User
from common.roots import fold
from common.word_search import MANY, numbers_almost_called, shares_of
from marketplace.finding.asked import Asked
from marketplace.finding.kind import ALL, Kind, Reader
from marketplace.finding.kinds import KINDS, url_of, with_places
from marketplace.finding.marks import Marks, Slips
from marketplace.finding.records import RECORDS
from marketplace.models import Need, OrganisationRecord, PersonRecord

EVERY = (*KINDS, *RECORDS)
OF = {kind.code: kind for kind in EVERY}
BY_SLIPS = (User, Organisation, Need, OrganisationRecord, PersonRecord)
A_FEW = 5  # lines of each kind


@dataclass(frozen=True)
class Line:
    pieces: list[tuple[str, bool]]  # the title, and which pieces of it are what was typed
    about: str
    url: str
    person: int = 0  # the number of somebody whose whole name or address was typed


@dataclass(frozen=True)
class Group:
    kind: Kind
    lines: list[Line]
    has_more: bool
    rank: int


@dataclass(frozen=True)
class Found:
    groups: list[Group]
    by_slips: bool = False

    @property
    def sought(self) -> list[int]:
        """The numbers of those who were looked for by their whole name, address or telephone."""
        return [line.person for group in self.groups for line in group.lines if line.person]

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)


def find(user: User, asked: Asked, code: str = "") -> Found:
    """The best of what this person may see today; of one kind alone, with its `code`. Names that are almost what was typed
    where nothing else is found."""
    if not asked.is_enough:
        return Found([])
    reader = Reader(user)
    kinds = [kind for kind in _open_to(reader) if code in ("", kind.code)]
    most = ALL if code else A_FEW
    meant = [(kind, kind.meant(asked, reader)) for kind in kinds]
    if asked.is_a_code and any(numbers for _kind, numbers in meant):
        return Found(_groups(meant, asked, Marks(()), reader, most))
    if asked.email:  # an address is found whole or not at all
        return Found([])
    if groups := _groups(meant, asked, Marks(asked.words), reader, most):
        return Found(groups)
    if asked.is_a_code:
        return Found([])
    groups = []
    for share in shares_of(" ".join(asked.words)):
        groups = groups or _groups(meant, asked, _slips(asked, reader, share), reader, most)
    return Found(groups, by_slips=True)


def _open_to(reader: Reader) -> list[Kind]:
    return [kind for kind in EVERY if reader.coordinates or not kind.for_coordinators]


def _groups(
    meant: list[tuple[Kind, list[int]]], asked: Asked, marks: Marks, reader: Reader, most: int
) -> list[Group]:
    """`meant`: the rows of each kind that a number means."""
    found = []
    for kind, numbers in meant:
        rows = kind.found(numbers, marks, reader, most + 1)
        if rows:
            if kind.model is User:
                with_places([row for _rank, row in rows], reader)
            lines = [_line(kind, row, asked, reader) for _rank, row in rows[:most]]
            found.append(Group(kind, lines, len(rows) > most, min(rank for rank, _row in rows)))
    return sorted(found, key=lambda group: group.rank)


def _slips(asked: Asked, reader: Reader, share: float) -> Slips:
    """The rows whose name is almost that; which of them the reader may see is asked of each kind."""
    text, found = " ".join(asked.words), {}
    for kind in _open_to(reader):
        if kind.model in BY_SLIPS:
            numbers = numbers_almost_called(kind.model._base_manager.all(), text, share)
            found[kind.model] = dict.fromkeys(numbers[: MANY - 1], "")  # so that they are named
    return Slips(asked.words, found, some=reader.coordinates)


def _line(kind: Kind, row: Any, asked: Asked, reader: Reader) -> Line:
    pieces = [*_pieces(kind.title(row), asked.words)]
    person = row.pk if isinstance(row, User) and _is_named_whole(row, asked) else 0
    return Line(pieces, kind.about(row, reader), url_of(row, reader), person)


def named_whole(people: Iterable[User], typed: str) -> list[int]:
    """The numbers of those of them whose whole name, address or telephone was typed, in a list that is narrowed by words."""
    asked = Asked.of(typed)
    folded = fold(typed)
    return [
        one.pk
        for one in people
        if one.email.lower() == asked.email
        or one.phone == asked.phone != ""
        or _is_called(one, folded)
    ]


def _is_named_whole(person: User, asked: Asked) -> bool:
    if asked.email or asked.phone:
        return True
    return _is_called(person, fold(asked.text))


def _is_called(person: User, folded: str) -> bool:
    return sorted(folded.split()) == sorted(fold(person.get_full_name()).split()) != []


def _pieces(title: str, words: list[str]) -> Iterator[tuple[str, bool]]:
    """The title in pieces: the beginnings of words that were typed, and what is between them."""
    plain = fold(title)
    if len(plain) != len(title):  # a sign that becomes two: nothing is marked
        yield title, False
        return
    done = 0
    for start in range(len(title)):
        begins = (
            start >= done
            and plain[start].isalnum()
            and (not start or not plain[start - 1].isalnum())
        )
        word = max(
            (one for one in words if begins and plain.startswith(one, start)), key=len, default=""
        )
        if word:
            if start > done:
                yield title[done:start], False
            done = start + len(word)
            yield title[start:done], True
    if done < len(title):
        yield title[done:], False
