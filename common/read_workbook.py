"""Reads a sheet of a workbook (XLSX, ODS) on its standard input, the first or the one that is named, and writes its lines as
JSON.

A program of its own, under a limit of memory and time: a workbook of two kilobytes may claim to have seventeen thousand
million cells, and the library that reads it then takes down whoever called it. Written are: the name of the sheet, those
of the other sheets that hold something, then for each line that isn't empty its number and its cells.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

MEMORY, SECONDS = 1 << 30, 20
MOST_LINES, MOST_COLUMNS, LONGEST, LONGEST_NAME = 20_050, 60, 1_000, 160
MOST_SIGNS = 10_000_000  # in all: many cells may share one long text


def _told(cell: object) -> str:
    """The cell as words; a day is written 2026-03-12."""
    if isinstance(cell, datetime):
        return str(cell.date() if cell.time() == time() else cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time | timedelta | bool | float | int):
        return str(cell)
    return str(cell)[:LONGEST]


def _named(sheet: CalamineSheet) -> str:
    """What is kept of its name: an ODS gives it any length, and any sign."""
    return sheet.name.replace("\0", " ")[:LONGEST_NAME]


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Of cells merged downwards, by their first line: the column, and the last line."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (first, column), (last, _column) in sheet.merged_cell_ranges or ():
        if last > first and column < MOST_COLUMNS:
            found.setdefault(first, []).append((column, last))
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    shown = [
        sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
    ]
    sheets = [book.get_sheet_by_name(name) for name in shown]
    full = [sheet for sheet in sheets if sheet.end is not None]
    full.sort(key=lambda sheet: _named(sheet) != sys.argv[1])  # the one that is named comes first
    names = [_named(sheet) for sheet in full]
    merged = _merged(full[0]) if full else {}
    below: dict[
        int, tuple[str, int]
    ] = {}  # column → what its merged cell holds, and until which line
    lines: list[tuple[int, list[str]]] = []
    signs = 0
    for number, row in enumerate(full[0].iter_rows() if full else (), start=1):
        cells = [_told(cell) for cell in row[:MOST_COLUMNS]]
        for column, (words, last) in below.items():
            if number - 1 <= last and column < len(cells):
                cells[column] = cells[column] or words
        for column, last in merged.get(number - 1, ()):
            below[column] = cells[column] if column < len(cells) else "", last
        if any(cell.strip() for cell in cells):
            lines.append((number, cells))
        signs += sum(map(len, cells))
        if signs > MOST_SIGNS:
            sys.exit("more than a list of people says")
        if len(lines) > MOST_LINES:
            break
    json.dump({"sheets": names, "lines": lines}, sys.stdout)


if __name__ == "__main__":
    main()
