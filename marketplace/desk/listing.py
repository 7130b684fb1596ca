"""Reads the page of the desk in its order, and the counts of everything, in one query
for all kinds.

Django can make a union of querysets but not count it by group, so the outer SQL is
our own; what is inside each kind stays Django's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from accounts.models import Membership
from marketplace.desk import lines
from marketplace.desk.kind import Kind
from marketplace.desk.kinds import KINDS
from marketplace.desk.line import Line
from marketplace.desk.ranks import LATE_RANKS, PLACE
from marketplace.desk.scope import Scope

type Sql = tuple[str, list]

# Whoever has waited longest comes first in each place (ranks.py): how late it is doesn't count.
ORDER = f"rank / {PLACE}, since, kind, number"
# Named apart: a row may have a person or a number of its own.
COLUMNS = ("desk_kind", "desk_number", "desk_rank", "desk_since", "desk_person", "desk_whole")
ITEMS = "items (kind, number, rank, since, person, whole) AS MATERIALIZED ({union})"
OF_ONE_OPERATOR = "WHERE person IN ({people}) OR (person IS NULL AND whole = %s)"
READ = """
WITH {items},
marked AS (
  SELECT items.*, CASE WHEN person IN ({mine}) THEN 1 ELSE 0 END AS mine,
    CASE WHEN person IN ({colleagues}) OR (person IS NULL AND whole IN ({operators}))
      THEN 1 ELSE 0 END AS ours,
    CASE WHEN person IS NULL AND whole IS NULL THEN 1 ELSE 0 END AS free
  FROM items {theirs}
),
chosen AS (
  SELECT kind, number, rank,
    ROW_NUMBER() OVER (ORDER BY {order}) AS place
  FROM marked WHERE {chosen} ORDER BY {order} LIMIT %s OFFSET %s
)
SELECT kind, number, rank, place, 0, 0, 0, 0 FROM chosen
UNION ALL
SELECT kind, NULL, rank, NULL, mine, ours, free, COUNT(*) FROM marked
GROUP BY kind, rank, mine, ours, free
"""
LOAD = "WITH {items} SELECT person, whole, kind, rank, COUNT(*) FROM items GROUP BY 1, 2, 3, 4"
FLAGS = {"": "1 = 1", "mine": "mine = 1", "operator": "ours = 1", "nobody": "free = 1"}


@dataclass(frozen=True)
class Listing:
    """The lines of the page; how many lines there are of each kind (through the other filters), and by whose they
    are."""

    lines: list[Line]
    total: int
    late: int
    by_kind: Counter[str] = field(default_factory=Counter)
    by_whose: Counter[str] = field(default_factory=Counter)


def read(scope: Scope, *, page: int = 1, per: int = 30) -> Listing:
    """One page of the desk. A page beyond the last shows the last, since somebody may have closed a few lines
    meanwhile."""
    rows = _fetch(scope, (page - 1) * per, per)
    by_kind, by_whose, late = _counts(scope, rows)
    total = by_kind[scope.kind]
    last = max(1, -(-total // per))
    if page > last:
        return read(scope, page=last, per=per)
    chosen = sorted((row for row in rows if row[3] is not None), key=lambda row: row[3])
    keys = [(kind, number, rank) for kind, number, rank, *_rest in chosen]
    return Listing(lines.of(keys, scope), total, late, by_kind, by_whose)


def _fetch(scope: Scope, offset: int, per: int) -> list[tuple]:
    union, parameters = _union(scope)
    colleagues, known = _sql(
        Membership.objects.filter(organisation__in=scope.operators).order_by().values("user")
    )
    theirs, whose = _sql(scope.of_the_operator)
    operators = ", ".join(["%s"] * len(scope.operators)) or "NULL"
    chosen = FLAGS[scope.whose] + (" AND kind = %s" if scope.kind else "")
    people = sorted(scope.people)
    sql = READ.format(
        items=ITEMS.format(union=union),
        mine=", ".join(["%s"] * len(people)),
        colleagues=colleagues,
        operators=operators,
        chosen=chosen,
        order=ORDER,
        theirs=OF_ONE_OPERATOR.format(people=theirs) if scope.operator else "",
    )
    whose = [*whose, scope.operator] if scope.operator else []
    kind = [scope.kind] if scope.kind else []
    ours = [*people, *known, *sorted(scope.operators)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *ours, *whose, *kind, per, offset])
        return cursor.fetchall()


def _counts(scope: Scope, rows: list[tuple]) -> tuple[Counter[str], Counter[str], int]:
    by_kind: Counter[str] = Counter()
    by_whose: Counter[str] = Counter()
    late = 0
    for kind, _number, rank, place, mine, ours, free, count in rows:
        if place is not None:
            continue
        flags = {"": 1, "mine": mine, "operator": ours, "nobody": free}
        if flags[scope.whose]:
            by_kind.update({kind: count, "": count})
            late += count if rank in LATE_RANKS and scope.kind in {"", kind} else 0
        if scope.kind in {"", kind}:
            by_whose.update({whose: count for whose, counts in flags.items() if counts})
    return by_kind, by_whose, late


@dataclass
class Load:
    """What one coordinator, one operator as a whole, or nobody has in hand."""

    person: int | None
    operator: int | None
    total: int = 0
    late: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)


def load(scope: Scope) -> list[Load]:
    """What everybody has in hand, by who is in charge, in one query."""
    union, parameters = _union(scope)
    with connection.cursor() as cursor:
        cursor.execute(LOAD.format(items=ITEMS.format(union=union)), parameters)
        rows = cursor.fetchall()
    found: dict[tuple, Load] = {}
    for person, whole, kind, rank, count in rows:
        key = (person, None if person else whole)
        line = found.setdefault(key, Load(*key))
        line.total += count
        line.late += count if rank in LATE_RANKS else 0
        line.by_kind[kind] += count
    return list(found.values())


def _union(scope: Scope) -> Sql:
    """All kinds in one union: the counts of the chips need them all."""
    parts = [_sql(narrow(kind, scope)) for kind in KINDS]
    return " UNION ALL ".join(sql for sql, _known in parts), [
        value for _sql, known in parts for value in known
    ]


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


def _sql(rows: QuerySet) -> Sql:
    sql, parameters = rows.query.get_compiler(rows.db).as_sql()
    return sql, list(parameters)
