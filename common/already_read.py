"""What has been read with a row: nothing more need be asked of it then."""

from django.db.models import Model


def has_read(row: Model, *paths: str) -> bool:
    """Whether the rows that all of these paths lead to are there, as `select_related` reads them."""
    return all(_has_read(row, *path.split("__")) for path in paths)


def may_have(row: Model, what: str) -> bool:
    """Whether it has any of these, as it was read with `has_…` of them; True where it wasn't."""
    return bool(getattr(row, f"has_{what}", True))


def _has_read(row: Model | None, *names: str) -> bool:
    if row is None or not names:
        return True
    first, *others = names
    return first in row._state.fields_cache and _has_read(getattr(row, first), *others)
