"""All kinds of lines in one union: two thousand values in 200 kB of SQL, which take ten times as long to put together as to
answer. They are put together once an hour in each process for each territory, whoever coordinates there: within an hour no day begins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from common.counted import there_are
from common.prepared import READER, ROW
from marketplace.desk.kind import Kind
from marketplace.desk.kinds import BY_CODE, KINDS
from marketplace.desk.scope import Scope

type Sql = tuple[str, list]

# Named apart: a row may have a person or a number of its own.
COLUMNS = ("desk_kind", "desk_number", "desk_rank", "desk_since", "desk_person", "desk_whole")
KEPT = 64  # of so many territories, with their filters and the kinds that are there
A_MOMENT = timedelta(microseconds=1)
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Before:
    """So much before the moment at which it is asked."""

    by: timedelta


class _Reader:
    """The number of whoever asks."""


def union(scope: Scope) -> Sql:
    """The counts of the chips need all kinds, and so does each page. Whether the reader is on a side of anything is asked first:
    most are on none, and then the words are a third as long."""
    hour = scope.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    anybody = replace(
        scope, user=READER, operators=NOTHING, now=hour, kind="", whose="", pole=0, operator=0,
        on_no_side=scope.asked_beforehand().on_no_side,
    )  # fmt: skip
    promises = tuple(scope.promised.items()), tuple(scope.steps_in.items())
    words, values = in_words(anybody, there(scope), *promises)
    return words, [_of(value, scope) for value in values]


def there(scope: Scope) -> tuple[str, ...]:
    """The codes of the kinds that may hold something."""
    seldom = {kind.code: kind.among(scope) for kind in KINDS if kind.among}
    found = dict(zip(seldom, there_are([*seldom.values()]), strict=True))
    return tuple(kind.code for kind in KINDS if found.get(kind.code, True))


def _of(value: object, scope: Scope) -> object:
    if isinstance(value, _Before):
        return connection.ops.adapt_datetimefield_value(scope.now - value.by)
    return scope.user if value is _Reader else value


@lru_cache(maxsize=KEPT)
def in_words(
    scope: Scope, kinds: tuple[str, ...], *promises: tuple[tuple[int, int], ...]
) -> tuple[str, tuple]:
    """Its words for anybody who coordinates there within that hour: put together twice, for two readers, a moment apart, which shows
    what of its values is theirs and the moment's."""
    scope.__dict__["_promises"] = list(map(dict, promises))  # those that the reader has
    later = replace(scope, user=ROW, now=scope.now + A_MOMENT)
    later.__dict__["_promises"] = scope.__dict__["_promises"]
    words, values = put_together(scope, kinds)
    same_words, moved = put_together(later, kinds)
    assert words == same_words, "The words of the desk move with the moment."
    return words, tuple(
        _place(one, other, scope.now) for one, other in zip(values, moved, strict=True)
    )


def _place(value: object, moved: object, now: datetime) -> object:
    """What stands for a value that is another for another reader, a moment later."""
    if value == moved:
        return value
    if (value, moved) == (READER, ROW):
        return _Reader
    before, after = _moment(value), _moment(moved)
    assert after - before == A_MOMENT, f"{value!r} moves with the moment, but not as it does."
    return _Before(now - before)


def _moment(value: Any) -> datetime:
    """SQLite is handed a text without its time zone."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def put_together(scope: Scope, kinds: Iterable[str]) -> Sql:
    parts = [in_sql(narrow(BY_CODE[code], scope)) for code in kinds]
    values: Iterable[Any] = (value for _sql, known in parts for value in known)
    return " UNION ALL ".join(sql for sql, _known in parts), list(values)


def narrow(kind: Kind, scope: Scope) -> QuerySet:
    """The rows of a kind through the filters that every kind understands, with the same columns for all kinds."""
    rows = kind.rows(scope)
    if scope.department:
        here = [Q(**{f"{way}__department": scope.department}) for way in kind.communes]
        rows = rows.filter(reduce(or_, here))
    if scope.age:
        rows = rows.filter(**{f"{kind.since}__lte": scope.now - timedelta(days=scope.age)})
    return (
        rows.order_by()
        .annotate(
            desk_kind=Value(kind.code, output_field=CharField()),
            desk_number=F(kind.number),
            desk_rank=kind.rank(scope),
            desk_since=F(kind.since),
            desk_person=_first(kind.followed.people),
            desk_whole=_first(kind.followed.operators),
        )
        .values_list(*COLUMNS)
    )


def _first(ways: Sequence[str]) -> Combinable:
    """The first of these relations that leads to somebody; null when none does."""
    if not ways:
        return Cast(Value(None), BigIntegerField())
    return Coalesce(*ways) if len(ways) > 1 else F(ways[0])


def in_sql(rows: QuerySet) -> Sql:
    sql, parameters = rows.query.get_compiler(rows.db).as_sql()
    return sql, list(parameters)
