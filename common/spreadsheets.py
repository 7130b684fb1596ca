"""Tables for download: CSV and XLSX as French spreadsheets open them, without any formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO

import xlsxwriter

Cell = str | int | Decimal | date | None
TRICKS = set("=+-@")
BREAKS = ("\t", "\r", "\n")


def harmless(words: str) -> str:
    """The cell as text when a spreadsheet would take it for a formula. Spreadsheets skip invisible signs before a
    formula, and take "＝" for "="."""
    first = next((sign for sign in words if _is_seen(sign)), "")
    is_formula = unicodedata.normalize("NFKC", first) in TRICKS
    return f"'{words}" if is_formula or words.startswith(BREAKS) else words


def _is_seen(sign: str) -> bool:
    """Whether the sign is visible: neither a space of any width nor a sign without one (BOM, zero-width, control)."""
    return not (sign.isspace() or unicodedata.category(sign) in {"Cf", "Cc", "Mn"})


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.BytesIO()
    write_csv(out, header, rows)
    return out.getvalue()


def write_csv(out: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The table with semicolons, decimal commas, days first, and a mark (BOM) that says UTF-8; written as its rows come."""
    out.write("\ufeff".encode())
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(words) for words in header])
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    text.detach()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell) if isinstance(cell, int) else f"{cell:.2f}".replace(".", ",")


type Sheet = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]  # its title, its header, its rows


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    return as_workbook([(title, header, rows)])


def as_workbook(sheets: Iterable[Sheet]) -> bytes:
    out = io.BytesIO()
    write_workbook(out, sheets)
    return out.getvalue()


def write_workbook(out: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """A sheet for each table. Rows are written down as they come, so that a hundred thousand of them take no more memory
    than their file."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        money = book.add_format({"num_format": "# ##0.00"})
        for title, header, rows in sheets:
            sheet = book.add_worksheet(title[:31])
            sheet.set_column(0, max(len(header) - 1, 0), 18)
            for column, words in enumerate(header):
                sheet.write_string(0, column, words, bold)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(line, column, cell)
                    elif isinstance(cell, date):
                        sheet.write_datetime(line, column, cell, day)
                    elif isinstance(cell, Decimal):
                        sheet.write_number(line, column, float(cell), money)
                    elif cell is not None:
                        sheet.write_number(line, column, cell)
