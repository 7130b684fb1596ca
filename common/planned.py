"""Long questions that PostgreSQL plans once for each connection, and not each time that they are asked: of one about fifty tables
that takes ten times as long as the answer. One that a page asks of its reader alone, in words that change by nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.db import connection

# In the words of PostgreSQL, what is given; the other values are the same each time and stand in the plan.
TYPES = {int: "bigint", datetime: "timestamptz"}
# Without it the first five answers would be planned each by itself. Said of this question alone: others that are kept, of lists of
# numbers, are better planned for what they are given.
AS_KEPT = "SET LOCAL plan_cache_mode = force_generic_plan; %s; SET LOCAL plan_cache_mode = auto"

IS_TOLD = "SELECT 1 FROM pg_prepared_statements WHERE name = %s"


def row(
    words: str, values: Sequence, given: Mapping[object, int | datetime], *, kept: bool = True
) -> tuple:
    """The only row of a question: each of its values that is a key of `given` stands for what is given there. `kept`: not where
    its words are somebody's alone, as a connection would keep them beside all others."""
    with connection.cursor() as cursor:
        # Through PgBouncer the next connection wouldn't know it.
        if not kept or connection.vendor != "postgresql" or settings.DATABASE_DIRECT:
            cursor.execute(words, [given.get(value, value) for value in values])
            return cursor.fetchone()
        name = _name(words, tuple(values))
        # By the driver's own cursor: it is no question of the page's, which asks as many each time. Asked, not remembered: after a
        # rollback the driver has the connection forget all.
        cursor.cursor.execute(IS_TOLD, [name])
        if cursor.cursor.fetchone() is None:
            cursor.cursor.execute(*_preparation(name, words, values, given))
        places = ", ".join(["%s"] * len(given))
        cursor.execute(AS_KEPT % f"EXECUTE {name}({places})", list(given.values()))
        cursor.nextset()
        return cursor.fetchone()


@cache
def _name(words: str, values: tuple) -> str:
    return "kept_" + sha256(repr((words, values)).encode()).hexdigest()[:40]


def _preparation(
    name: str, words: str, values: Sequence, given: Mapping[object, int | datetime]
) -> tuple[str, list]:
    places = {key: f"${n}" for n, key in enumerate(given, start=1)}
    types = ", ".join(TYPES[type(one)] for one in given.values())
    asked = words.replace("%%", "%%%%") % tuple(places.get(value, "%s") for value in values)
    return f"PREPARE {name}({types}) AS {asked}", [one for one in values if one not in places]
