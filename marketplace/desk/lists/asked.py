"""A list as an address asks for it: its words, filters, columns and order, and the address of another one. What can't be
understood is left out, and said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.desk.lists.kind import Column, Filter, ListKind, Reader

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORDS, COLUMNS, SORT = "q", "colonnes", "tri"
LONGEST_WORDS = 200


class Choices(dict[str, "dict[str, StrOrPromise]"]):
    """What each filter may be, by its name, in words; each is asked for once, when it is needed."""

    def __init__(self, kind: ListKind, reader: Reader) -> None:
        super().__init__()
        self._filters, self._reader = {one.name: one for one in kind.filters}, reader

    def __missing__(self, name: str) -> "dict[str, StrOrPromise]":
        self[name] = dict(self._filters[name].choices(self._reader))
        return self[name]


@dataclass(frozen=True)
class Asked:
    """`values` are the filters understood, by name; `lost` are those that can't be: of a tag that is gone, say. `sort` is the
    column by which the list is sorted, `down` from its end."""

    kind: ListKind
    reader: Reader
    choices: Choices
    words: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[Filter, ...] = ()
    columns: tuple[Column, ...] = ()
    sort: str = ""

    @classmethod
    def of(cls, kind: ListKind, reader: Reader, data: Mapping[str, str]) -> Self:
        choices = Choices(kind, reader)
        values, lost = {}, []
        for one in kind.filters:
            value = data.get(one.name, "")
            if value and value in choices[one.name]:
                values[one.name] = value
            elif value:
                lost.append(one)
        chosen = data.get(COLUMNS, "").split(".")
        columns = [column for column in kind.columns[1:] if column.name in chosen]
        usual = [column for column in kind.columns[1:] if column.usual]
        order = data.get(SORT, "")
        sorted_by = kind.column(order.removeprefix("-"))
        words = " ".join(data.get(WORDS, "").replace("\0", " ").split())[:LONGEST_WORDS]
        return cls(
            kind,
            reader,
            choices,
            words,
            values,
            tuple(lost),
            (kind.columns[0], *(columns if chosen != [""] else usual)),
            order if sorted_by and sorted_by.order else kind.order,
        )

    def rows(self) -> QuerySet[Any]:
        """What the words and the filters leave of what this person may see today."""
        found = self.kind.read_by(self.reader)
        for one in self.kind.filters:
            if one.name in self.values:
                found = found.filter(one.narrow(self.values[one.name], self.reader))
        return found.filter(self.kind.saying(self.words)) if self.words else found

    @property
    def order(self) -> tuple[str, ...]:
        """The order in which it is read, whose last name makes it total."""
        sign = "-" if self.sort.startswith("-") else ""
        column = self.kind.column(self.sort.removeprefix("-"))
        assert column is not None, "asked for, or the kind's own"
        return tuple(f"{sign}{name}" for name in (*column.order, "pk"))

    def query(self, **changed: str) -> str:
        """The query string of this list, or of one with something else; its page isn't in it."""
        kept: dict[str, str] = {WORDS: self.words, **self.values}
        kept[SORT] = "" if self.sort == self.kind.order else self.sort
        kept[COLUMNS] = ".".join(column.name for column in self.columns[1:])
        if self.columns[1:] == tuple(one for one in self.kind.columns[1:] if one.usual):
            kept[COLUMNS] = ""
        return urlencode({name: value for name, value in (kept | changed).items() if value})

    def narrowed(self) -> "Iterator[tuple[str, StrOrPromise, StrOrPromise]]":
        """What the list is narrowed by: the name in the address, what it is called, and its value, in words."""
        if self.words:
            yield WORDS, _("Searched"), _("“%(words)s”") % {"words": self.words}
        for one in self.kind.filters:
            if one.name in self.values:
                yield one.name, one.label, self.choices[one.name][self.values[one.name]]
