"""Which rows say the words of a search: by their own words, or by those of what they are about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Model, Q, QuerySet

from common.word_search import MANY, holds, names_saying, numbers_named

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


class Marks:
    """The rows of each model that say a word, asked once; None where too many do to name them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(words)
        self._names: dict[tuple[type[Model], str], dict[int, str] | None] = {}

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
        """The numbers of the rows of which some way says each word, the words in any order; None for too many."""
        found: set[int] | None = None
        for words in self._parts(ways):
            if (
                numbers := self._numbers_of(model._default_manager.order_by(), ways, words)
            ) is None:
                return None
            found = set(numbers) if found is None else found & set(numbers)
            if not found:
                break
        return sorted(found or ())

    def condition(self, ways: list[Way]) -> Q:
        """The same as a condition that is asked row by row."""
        wanted = Q()
        for words in self._parts(ways):
            wanted &= reduce(or_, (self._says(way, words) for way in ways), NOTHING)
        return wanted

    def _parts(self, ways: list[Way]) -> list[str]:
        """A row alone says all words at once; where several ways lead to words, each word may be another's."""
        return self.words if len(ways) > 1 else [self.text]

    def _of(self, way: Way, words: str) -> list[int] | None:
        """The rows to which a way leads. Of those that are only beside what is looked for, some where too many say it."""
        names = self.names(way.model, words)
        if names is not None:
            return [*names]
        return None if way.is_own else numbers_named(way.model, words)

    def _numbers_of(self, rows: QuerySet, ways: list[Way], words: str) -> list[int] | None:
        found: list[int] = []
        branches = []
        for way in ways:
            if (numbers := self._of(way, words)) is None:
                return None
            if way.path == "pk":
                found += numbers
            elif numbers:
                at = Q(**{f"{way.path}__in": numbers})
                branches.append(rows.filter(at, way.where).values_list("pk", flat=True))
        if branches:
            first, *others = branches
            found += (first.union(*others).order_by() if others else first)[:MANY]
        return found if len(found) < MANY else None

    def _says(self, way: Way, words: str) -> Q:
        numbers = self._of(way, words)
        if numbers is None:
            return Q(holds(way.model, words, way.path)) & way.where
        return Q(**{f"{way.path}__in": numbers}) & way.where if numbers else NOTHING

    def _begin(self, name: str) -> bool:
        return all(f" {name}".find(f" {word}") >= 0 for word in self.words)


class Slips(Marks):
    """The same for names that are almost what was typed: a row says it whole or not at all."""

    def __init__(self, words: Iterable[str], found: dict[type[Model], dict[int, str]]) -> None:
        super().__init__(words)
        self._names = {(model, self.text): names for model, names in found.items()}

    def names(self, model: type[Model], words: str) -> dict[int, str] | None:
        return self._names.get((model, self.text), {})

    def named(self, model: type[Model]) -> dict[int, str]:
        return {}

    def _parts(self, ways: list[Way]) -> list[str]:
        return [self.text]
