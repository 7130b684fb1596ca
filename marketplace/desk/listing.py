"""Reads the page of the desk in its order, and the counts of everything, in one query
for all kinds.

Django can make a union of querysets but not count it by group, so the outer SQL is
our own; what is inside each kind stays Django's.
"""

from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from accounts.models import Membership
from marketplace.desk import lines
from marketplace.desk.line import Line
from marketplace.desk.ranks import LATE_RANKS, PLACE
from marketplace.desk.scope import Scope
from marketplace.desk.union import in_sql, union

# Whoever has waited longest comes first in each place (ranks.py): how late it is doesn't count.
ORDER = f"rank / {PLACE}, since, kind, number"
ITEMS = "items (kind, number, rank, since, person, whole) AS ({union})"
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
  SELECT kind, number, rank, since FROM marked WHERE {chosen} ORDER BY {order} LIMIT %s OFFSET %s
)
SELECT kind, number, rank, ROW_NUMBER() OVER (ORDER BY {order}), 0, 0, 0, 0 FROM chosen
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
    rows, parameters = union(scope)
    colleagues, known = in_sql(
        Membership.objects.filter(organisation__in=scope.operators).order_by().values("user")
    )
    theirs, whose = in_sql(scope.of_the_operator)
    operators = ", ".join(["%s"] * len(scope.operators)) or "NULL"
    chosen = FLAGS[scope.whose] + (" AND kind = %s" if scope.kind else "")
    people = sorted(scope.people)
    sql = READ.format(
        items=ITEMS.format(union=rows),
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
    rows, parameters = union(scope)
    with connection.cursor() as cursor:
        cursor.execute(LOAD.format(items=ITEMS.format(union=rows)), parameters)
        rows = cursor.fetchall()
    found: dict[tuple, Load] = {}
    for person, whole, kind, rank, count in rows:
        key = (person, None if person else whole)
        line = found.setdefault(key, Load(*key))
        line.total += count
        line.late += count if rank in LATE_RANKS else 0
        line.by_kind[kind] += count
    return list(found.values())
