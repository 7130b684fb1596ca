"""A kind of rows that are found: which of them a reader may see today, by which words, the best first."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import caches
from django.db.models import Q, QuerySet

from accounts.models import Membership, User, coordinated_by
from common.word_search import MANY, these
from marketplace.finding.asked import Asked
from marketplace.finding.marks import Marks, Way
from marketplace.models import Thread
from marketplace.rules.permissions.organisations import CHARGED
from marketplace.rules.prepared import Question, rows_for

ALL = 100  # lines of one kind
A_MINUTE = 60
FEW = 256  # numbers up to which what is looked for is narrowed by them first
NEWEST = 1_000  # conversations looked through for a word that too many say
A_PIECE = 10  # times as many numbers as there are lines, of which is asked at first whether they may be seen


@dataclass(frozen=True)
class Reader:
    """Whoever searches, and what they are: asked once."""

    user: User

    @cached_property
    def poles(self) -> list[int]:
        """Those that they coordinate."""
        return [*coordinated_by(self.user).values_list("pole", flat=True)]

    @property
    def coordinates(self) -> bool:
        return bool(self.poles)

    @cached_property
    def houses(self) -> dict[int, bool]:
        """The organisations whose list of all its people this person reads (True), and the others that they represent."""
        mine = Membership.objects.of(self.user).select_related("organisation").distinct()
        charged = {row.pk for row in mine.filter(CHARGED)}
        rows = {row.organisation: row for row in mine if row.represents or row.pk in charged}
        all_of = {house.pk for house, row in rows.items() if row.pk in charged and house.may_offer}
        return {
            house.pk: house.pk in all_of
            for house, row in rows.items()
            if row.represents or house.pk in all_of
        }

    @cached_property
    def represented(self) -> list[int]:
        mine = Membership.objects.of(self.user).representing()
        return [*mine.values_list("organisation", flat=True)]

    @cached_property
    def threads(self) -> list[int]:
        """The numbers of the newest conversations that may be theirs: of their sides, and those that they follow as a
        coordinator or have looked into. Of many it is asked once a minute which these may be, as somebody types: whether they
        may be read is asked each time, and of all that have begun since."""
        key = f"finding-threads-{self.user.pk}"
        kept: list[int] | None = caches["counts"].get(key)
        if kept is None:
            kept = self._threads()
            if len(kept) > FEW:
                caches["counts"].set(key, kept, A_MINUTE)
            return kept
        since = Thread.objects.filter(pk__gt=max(kept, default=0)).order_by("-pk")
        return [*since.values_list("pk", flat=True)[:MANY], *kept]

    def _threads(self) -> list[int]:
        rows = Thread.objects.order_by().values_list("pk", flat=True)
        own = rows.filter(pk__in=Thread.objects.taken_part_in_by(self.user, coordinates=False))
        found = [*own.order_by("-pk")[:MANY]]
        if self.coordinates:
            of_proposals = rows.filter(proposal__need__coordinator=self.user)
            of_needs = rows.filter(need__coordinator=self.user)
            followed = of_proposals.union(of_needs, rows.filter(reads__user=self.user))
            found += followed.order_by("-pk")[:MANY]
        return found


@dataclass(frozen=True)
class Kind:
    """`rows`: what the reader may see (where it `narrows`, also given the numbers that are looked at). `ways`: by whose words. `exact`: the row that a number means. `near`: for who
    coordinates nothing, short lists that hold all they see."""

    code: str
    model: Any
    label: Any
    symbol: str
    rows: Callable[..., QuerySet]
    ways: Callable[[Reader], list[Way]]
    exact: Callable[[Asked, Reader], Q | None]
    shown: Callable[[QuerySet], QuerySet]  # with what its line says
    title: Callable[[Any], str]
    about: Callable[[Any, Reader], str]
    near: Callable[[Reader], Iterable[int]] | None = None
    narrows: bool = False
    maybe: Callable[[Reader], list[int]] | None = None  # where these alone are looked at
    for_coordinators: bool = False  # nobody else has any
    # `rows` asks nothing of its reader but their number: put together once a process.
    once: bool = False
    # Which of a few numbers the reader may see, where that is asked in a way of its own; the same as `rows` says.
    seen: Callable[[Reader, list[int]], Iterable[int]] | None = None
    # Which of those that `rows` leaves out the reader may open all the same.
    also: Callable[[Reader, list[int]], Iterable[int]] | None = None

    def meant(self, asked: Asked, reader: Reader) -> list[int]:
        """The rows that a number means. What the reader may see is asked where there is any: it takes longer."""
        exact = self.exact(asked, reader)
        if exact is None or not self.model._base_manager.filter(exact).exists():
            return []
        found = [*self._seen(reader, exact)[: ALL + 1]]
        if found or not self.also:
            return found
        numbers = (
            self.model._base_manager.filter(exact).order_by("-pk").values_list("pk", flat=True)
        )
        return [*self.also(reader, [*numbers[: ALL + 1]])]

    def found(
        self, meant: list[int], marks: Marks, reader: Reader, most: int
    ) -> list[tuple[int, Any]]:
        """The rows, the best first, each with how well it is meant: 0 by its number, 1 by its name, 2 by words."""
        ranks = dict.fromkeys(meant[:most], 0)
        ways = self.ways(reader) if marks.words else []
        if ways and len(ranks) < most:
            named = marks.named(self.model) if ways[0].path == "pk" else {}
            for number in self._said(marks, ways, reader, named, most + len(ranks)):
                ranks.setdefault(number, 1 if number in named else 2)
        best = sorted([*ranks][:most], key=ranks.__getitem__)
        rows = self.shown(self.model.objects.filter(pk__in=best)).in_bulk() if best else {}
        return [(ranks[number], rows[number]) for number in best if number in rows]

    def _seen(self, reader: Reader, *conditions: Q) -> QuerySet:
        """The numbers of those that the reader may see, the newest first."""
        return self.rows(reader).filter(*conditions).order_by("-pk").values_list("pk", flat=True)

    def _seen_of(self, reader: Reader, numbers: Sequence[int], most: int) -> list[int]:
        """The first of these, in their order, that the reader may see. Hardly any are asked about at first: a reader who
        sees most of them has enough."""
        found: list[int] = []
        for some in _by_pieces(numbers, FEW if self.narrows else A_PIECE * most):
            seen = self._which(reader, some)
            found += [number for number in some if number in seen]
            if len(found) >= most:
                break
        return found[:most]

    def _which(self, reader: Reader, numbers: Sequence[int]) -> set[int]:
        found = self._which_of_rows(reader, numbers)
        if self.also and (left := [number for number in numbers if number not in found]):
            found.update(self.also(reader, left))
        return found

    def _which_of_rows(self, reader: Reader, numbers: Sequence[int]) -> set[int]:
        if self.seen and len(numbers) <= FEW:
            return {*self.seen(reader, [*numbers])}
        if self.once and len(numbers) <= FEW:
            return {number for (number,) in rows_for(reader.user, self._question, list(numbers))}
        rows = self.rows(reader, numbers) if self.narrows else self.rows(reader)
        few = numbers if len(numbers) <= FEW else these(numbers)
        return {*rows.filter(pk__in=few).order_by().values_list("pk", flat=True)}

    @cached_property
    def _question(self) -> Question:
        """Which of some rows somebody may see, to be put together once (common/prepared.py)."""

        def asked(user: User, numbers: list[int]) -> QuerySet[Any]:
            seen = self.rows(Reader(user)).filter(pk__in=numbers)
            return seen.order_by().values_list("pk")

        asked.__name__ = f"{self.code}_seen"
        return asked

    def _said(
        self, marks: Marks, ways: list[Way], reader: Reader, named: dict[int, str], most: int
    ) -> list[int]:
        if (self.maybe or (self.near and not reader.coordinates)) and marks.are_many(ways):
            if self.maybe:
                newest = self.maybe(reader)[:NEWEST]
                return self._newest_of(newest, marks, ways, reader, most)
            return self._one_by_one(marks, ways, reader, named, most)
        numbers = marks.numbers(self.model, ways)
        if self.maybe and (numbers is None or len(numbers) > FEW):
            return self._newest_of(self.maybe(reader), marks, ways, reader, most)
        if numbers is None:
            return self._one_by_one(marks, ways, reader, named, most)
        wanted = sorted({*numbers, *named}, reverse=True)
        if named:
            wanted.sort(key=lambda number: (number not in named, named.get(number, "")))
        return self._seen_of(reader, wanted, most)

    def _one_by_one(
        self, marks: Marks, ways: list[Way], reader: Reader, named: dict[int, str], most: int
    ) -> list[int]:
        """Too many say it to name them: those called so, then the newest."""
        found = self._seen_of(reader, sorted(named, reverse=True), most)
        if len(found) == most:
            return found
        if self.near and not reader.coordinates:
            found += self._newest_of(self.near(reader), marks, ways, reader, most)
            return [*dict.fromkeys(found)][:most]
        wanted = marks.condition(ways)
        if self.narrows:  # the newest of them are enough, unless hardly any may be seen
            newest = self.model.objects.filter(wanted).order_by("-pk").values_list("pk", flat=True)
            found += self._seen_of(reader, [*newest[:MANY]], most)
            if len(found) >= most:
                return [*dict.fromkeys(found)][:most]
        return [*dict.fromkeys([*found, *self._seen(reader, wanted)[:most]])][:most]

    def _newest_of(
        self, numbers: Iterable[int], marks: Marks, ways: list[Way], reader: Reader, most: int
    ) -> list[int]:
        """Of the rows of a list that holds all the reader may see, those that say it, the newest first."""
        wanted, found = marks.condition(ways), list[int]()
        for some in _by_pieces(sorted({*numbers}, reverse=True), FEW):
            rows = self.model.objects.filter(wanted, pk__in=these(some)).order_by("-pk")
            saying = [*rows.values_list("pk", flat=True)]
            found += self._seen_of(reader, saying, most - len(found))
            if len(found) >= most:
                break
        return found


def _by_pieces(numbers: Sequence[int], first: int) -> Iterator[Sequence[int]]:
    """The first so many, then all the others."""
    return filter(None, (numbers[:first], numbers[first:]))
