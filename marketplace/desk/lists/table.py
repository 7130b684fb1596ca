"""A list as a table: the cells of some of its rows, in the columns that were chosen. Nothing else is read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.spreadsheets import Cell
from marketplace.desk.lists.asked import Asked
from marketplace.desk.lists.kind import Column

A_PIECE = 2000  # rows read at once


def header(asked: Asked) -> list[str]:
    return [_("Number"), *(str(column.label) for column in asked.columns)]


def of_page(asked: Asked, numbers: Iterable[int]) -> list[tuple[int, tuple[Cell, ...]]]:
    """The rows of these numbers, in this order: they have been read as this person may see them."""
    wanted = list(numbers)
    rows = asked.kind.read_by(asked.reader).model._base_manager.filter(pk__in=wanted).order_by()
    apart = [column for column in asked.columns if column.of_page]
    found = {row[0]: row[1:] for row in _read(asked, rows, apart=apart)}
    said = {one.name: one.of_page(asked.reader, wanted) for one in apart if one.of_page}

    def cells(number: int) -> tuple[Cell, ...]:
        read = iter(found[number])
        return tuple(
            said[column.name].get(number, "") if column.name in said else next(read)
            for column in asked.columns
        )

    return [(number, cells(number)) for number in wanted if number in found]


def whole(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    """Every row that the filters leave, each with its number, in pieces."""
    return _read(asked, asked.rows().order_by(*asked.order), piece=A_PIECE)


def _read(
    asked: Asked, rows: QuerySet[Any], *, piece: int = 0, apart: Sequence[Column] = ()
) -> Iterator[Any]:
    """The number and the cells of each row, without those of the columns that are read `apart`."""
    columns = [column for column in asked.columns if column not in apart]
    annotations: dict[str, Any] = {}
    for column in columns:
        if column.annotated:
            annotations |= column.annotated(asked.reader)
    fields = [name for column in columns for name in column.fields]
    found = rows.annotate(**annotations).values_list("pk", *fields)
    for number, *values in found.iterator(piece) if piece else found:
        cells: list[Cell] = [number]
        at = 0
        for column in columns:
            cells.append(column.say(*values[at : at + len(column.fields)]))
            at += len(column.fields)
        yield tuple(cells)
