"""Whether a row is one of some, asked of each row by itself: PostgreSQL makes a list that stands beside an "or" of all rows that
there are, however few are looked at."""

from django.db.models import Exists, OuterRef, Q, QuerySet


def among(rows: QuerySet, path: str) -> Q:
    """A condition: the row to which `path` leads is one of these."""
    return Q(Exists(rows.order_by().filter(pk=OuterRef(path))))
