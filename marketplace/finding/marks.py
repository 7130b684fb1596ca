"""Which rows say the words of a search: by their own words, or by those of what they are about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from common.word_search import CANDIDATES, MANY, holds, names_saying, numbers_named, these

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Way:
    """By which words a row is found: those of the row of `model` to which `path` leads, where `where` holds."""

    path: str
    model: type[Model]
    where: Q = field(default_factory=Q)
    is_own: bool = (
        False  # the words are what the row is called by: none is left out where too many say them
    )
    about: Callable[[Any], Q] | None = None  # where rows of another table lead there: of which rows

    def at(self, numbers: Iterable[int]) -> Q:
        """The rows that it leads to from these."""
        some = these(numbers)
        return self.about(some) if self.about else Q(**{f"{self.path}__in": some})


class Marks:
    """The rows of each model that say a word, asked once; None where too many do to name them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(words)
        self._names: dict[tuple[type[Model], str], dict[int, str] | None] = {}
        self._some: dict[tuple[type[Model], str], list[int]] = {}

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def names(self, model: type[Model], words: str) -> dict[int, str] | None:
        """The numbers of the rows of this model that say all these words, each with its name."""
        if (model, words) not in self._names:
            self._names[model, words] = names_saying(model, words)
        return self._names[model, words]

    def named(self, model: type[Model]) -> dict[int, str]:
        """Those in whose name each word begins a word, with their names; of too many, some."""
        names = self.names(model, self.text)
        if names is None:
            return dict.fromkeys(numbers_named(model, self.text), "")
        return {number: name for number, name in names.items() if self._begin(name)}

    def numbers(self, model: type[Model], ways: list[Way]) -> list[int] | None:
        """The numbers of the rows of which one way says all the words, or some way each; None for too many. Where too many
        say a word, those are gone through that say the others."""
        rows = model._default_manager.order_by()
        found = self._numbers_of(rows, ways, self.text)
        each: set[int] | None = None
        left_out = False
        for word in self._apart(ways):
            numbers = None if self._is_long(ways, word) else self._numbers_of(rows, ways, word)
            if numbers is None:
                left_out = True
                continue
            each = set(numbers) if each is None else each & set(numbers)
            if not each:
                break
        if found is None or (left_out and each is None):
            return None
        if left_out and each:
            narrowed = rows.filter(self.condition(ways), pk__in=these(each))
            each = {*narrowed.values_list("pk", flat=True)}
        return sorted({*found, *(each or ())})

    def are_many(self, ways: list[Way]) -> bool:
        """Whether so many rows say each of the words that looking up what is about them takes long."""
        return all(self._is_long(ways, words) for words in self._apart(ways) or [self.text])

    def _is_long(self, ways: list[Way], words: str) -> bool:
        said = (self._of(way, words) for way in ways)
        return any(numbers is None or len(numbers) >= CANDIDATES for numbers in said)

    def condition(self, ways: list[Way]) -> Q:
        """The same as a condition that is asked row by row."""
        at_once = self._some_says(ways, self.text)
        apart = [self._some_says(ways, word) for word in self._apart(ways)]
        return at_once | reduce(and_, apart) if apart else at_once

    def _some_says(self, ways: list[Way], words: str) -> Q:
        return reduce(or_, (self._says(way, words) for way in ways), NOTHING)

    def _apart(self, ways: list[Way]) -> list[str]:
        """The words that each may be another's: where several ways lead to words."""
        return self.words if len(ways) > 1 and len(self.words) > 1 else []

    def _of(self, way: Way, words: str) -> list[int] | None:
        """The rows to which a way leads. Of those that are only beside what is looked for, some where too many say it."""
        names = self.names(way.model, words)
        if names is not None:
            return [*names]
        if way.is_own:
            return None
        if (way.model, words) not in self._some:
            self._some[way.model, words] = numbers_named(way.model, words)
        return self._some[way.model, words]

    def _numbers_of(self, rows: QuerySet, ways: list[Way], words: str) -> list[int] | None:
        found: list[int] = []
        branches = []
        for way in ways:
            if (numbers := self._of(way, words)) is None:
                return None
            if way.path == "pk":
                found += numbers
            elif numbers:
                branches.append(
                    rows.filter(way.at(numbers), way.where).values_list("pk", flat=True)
                )
        if branches:
            first, *others = branches
            # Twice is no harm: the database stops at so many.
            found += (first.union(*others, all=True).order_by() if others else first)[:MANY]
        return found if len(found) < MANY else None

    def _says(self, way: Way, words: str) -> Q:
        numbers = self._of(way, words)
        if numbers is None:
            return Q(holds(way.model, words, way.path)) & way.where
        return way.at(numbers) & way.where if numbers else NOTHING

    def _begin(self, name: str) -> bool:
        return all(f" {name}".find(f" {word}") >= 0 for word in self.words)


class Slips(Marks):
    """The same for names that are almost what was typed: a row says it whole or not at all. `some`: what is about them is
    looked for by a few hundred, as where too many say a word; for who sees most of it."""

    def __init__(
        self, words: Iterable[str], found: dict[type[Model], dict[int, str]], *, some: bool
    ) -> None:
        super().__init__(words)
        self.some = some
        self._names = {(model, self.text): names for model, names in found.items()}

    def names(self, model: type[Model], words: str) -> dict[int, str] | None:
        return self._names.get((model, self.text), {})

    def named(self, model: type[Model]) -> dict[int, str]:
        return {}

    def _of(self, way: Way, words: str) -> list[int] | None:
        numbers = super()._of(way, words)
        return numbers[:CANDIDATES] if numbers and self.some and not way.is_own else numbers

    def _apart(self, ways: list[Way]) -> list[str]:
        return []
