"""Reads a table that somebody sends: a CSV file however it was written, a workbook (XLSX, ODS), or what they paste."""

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

PROGRAM = Path(__file__).with_name("read_workbook.py")
SECONDS = 30  # for a workbook, the start of its reader included
MOST_LINES, MOST_COLUMNS, LONGEST = 20_050, 60, 1_000  # some lines of headings among them
LONGEST_NAME = 160  # of a sheet
DELIMITERS = ";\t,|"
LOOKED_AT = 30  # lines by which the delimiter is found
ALPHABETS = ["cp1252", "mac_roman", "cp850"]
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """Not a table. `why` is one of: empty, old-excel, not-a-table, workbook, too-long."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Line:
    """One line as it was sent: its number there, from 1, and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The lines that hold something; for a workbook, the name of the sheet that was read and of those that were not."""

    lines: list[Line]
    sheet: str = ""
    other_sheets: list[str] = field(default_factory=list)


def read(content: bytes, sheet: str = "") -> Table:
    """The table in a file; of a workbook the sheet of this name, or its first one. Raises Unreadable."""
    if content.startswith(ZIP):
        return _workbook(content, sheet)
    if content.startswith(OLD_EXCEL):
        raise Unreadable("old-excel")
    return _not_empty(Table(list(_lines(_decoded(content)))))


def pasted(words: str) -> Table:
    """The table in what somebody has pasted: cells copied from a spreadsheet, or addresses one after the other, alone or
    as mail programs write them (`Nora Cissé <nora@example.org>`). Raises Unreadable."""
    if "\t" in words:
        return _not_empty(Table(list(_lines(words))))
    first = next((line for line in words.splitlines() if line.strip()), "")
    if "@" not in first and any(sign in first for sign in ";,|"):
        return _not_empty(Table(list(_lines(words))))  # headings, and what is below them
    return _not_empty(Table([*_headed(words)]))


def _not_empty(table: Table) -> Table:
    if not table.lines:
        raise Unreadable("empty")
    return table


def _workbook(content: bytes, sheet: str) -> Table:
    command = [sys.executable, "-I", str(PROGRAM), sheet]
    try:
        answer = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
        said = json.loads(answer.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError):
        raise Unreadable("workbook") from None
    lines = [Line(number, _clean(cells)) for number, cells in said["lines"]]
    if len(lines) > MOST_LINES:
        raise Unreadable("too-long")
    sheets = said["sheets"] or [""]
    return _not_empty(Table(lines, sheets[0], sheets[1:]))


def _decoded(content: bytes) -> str:
    for mark, name in MARKS.items():
        if content.startswith(mark):
            return _read_as(content, name)
    try:
        words = content.decode()
    except UnicodeDecodeError:
        # Read as what it most probably is, among what spreadsheets write here.
        best = from_bytes(content, cp_isolation=ALPHABETS, threshold=0.5).best()
        words = str(best) if best else _read_as(content, "cp1252")
    if "\0" in words or sum(sign < " " and sign not in "\t\r\n\f" for sign in words[:10_000]) > 5:
        raise Unreadable("not-a-table")
    return words


def _read_as(content: bytes, alphabet: str) -> str:
    try:
        return content.decode(alphabet)
    except UnicodeDecodeError:
        raise Unreadable("not-a-table") from None


def _lines(words: str) -> Iterator[Line]:
    """The lines that hold something. A cell may run over several lines: the number is that of its first."""
    if not words.strip():
        return
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=_delimiter(words))
    before = count = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable("not-a-table") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_LINES:
                raise Unreadable("too-long")
            yield Line(before + 1, _clean(cells))
        before = reader.line_num


def _delimiter(words: str) -> str:
    """The sign that most of the first lines hold, and as many times each."""
    lines = [line for line in words[:20_000].splitlines()[:LOOKED_AT] if line.strip()]

    def regular(sign: str) -> tuple[int, int]:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        if not counts:
            return 0, 0
        times, same = max(counts.items(), key=lambda item: (item[1], item[0]))
        return same, times

    return max(DELIMITERS, key=regular)


def _clean(cells: Iterable[str]) -> list[str]:
    return [
        " ".join(cell[:LONGEST].replace("\0", "").split()) for cell in list(cells)[:MOST_COLUMNS]
    ]


def _headed(words: str) -> Iterator[Line]:
    """Addresses, one a line, with the name beside them; under headings, so that they are read as any table."""
    found = [
        (number, *_parted(piece))
        for number, line in enumerate(words.splitlines(), start=1)
        for piece in _pieces(line)
    ]
    if len(found) > MOST_LINES:
        raise Unreadable("too-long")
    if found:
        yield Line(0, ["name", "e-mail"])
    for number, name, address in found:
        yield Line(number, _clean([name, address]))


def _pieces(line: str) -> Iterator[str]:
    """The addresses of a line, each with its name. « Cissé, Nora <nora@…> » is one."""
    for part in line.split(";"):
        one = part.count("@") == 1 and "<" in part
        yield from (piece for piece in ([part] if one else part.split(",")) if piece.strip())


def _parted(piece: str) -> tuple[str, str]:
    """The name and the address of one person, as a mail program writes them."""
    if "<" in piece:
        name, _sign, rest = piece.partition("<")
        last, comma, first = name.strip().strip("\"'").partition(",")
        return (f"{first.strip()} {last.strip()}" if comma else last), rest.rpartition(">")[
            0
        ] or rest
    words = piece.split()
    address = next((word for word in words if "@" in word), "")
    return " ".join(word for word in words if word != address), address
