"""A table that people send is read however it was written; what is none is refused by a code, and harms nobody."""

import io
import zipfile

import pytest
import xlsxwriter

from common import tables
from common.tables import Unreadable

pytestmark = pytest.mark.once
WORDS = "Prénom;Nom;Équipe\nHélène;Müller;Fusion\nNoël;Lefèvre;Ébénisterie\n"


def workbook(*sheets) -> bytes:
    """Each sheet as its name and its cells, by place."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, cells in sheets:
            sheet = book.add_worksheet(name)
            for (row, column), value in cells.items():
                more = (day,) if hasattr(value, "year") else ()
                sheet.write(row, column, value, *more)
    return out.getvalue()


@pytest.mark.parametrize(
    "alphabet", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "cp850"]
)
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_a_csv_file_is_read_in_whatever_alphabet_and_with_whatever_sign(alphabet, sign):
    table = tables.read(WORDS.replace(";", sign).encode(alphabet))
    assert [line.cells for line in table.lines] == [
        ["Prénom", "Nom", "Équipe"],
        ["Hélène", "Müller", "Fusion"],
        ["Noël", "Lefèvre", "Ébénisterie"],
    ]


def test_the_number_of_a_line_is_that_of_the_file_with_empty_lines_and_cells_of_several():
    table = tables.read(b'a;b\n\n"x\ny";1\nz;2\n')
    assert [(line.number, line.cells) for line in table.lines] == [
        (1, ["a", "b"]),
        (3, ["x y", "1"]),
        (5, ["z", "2"]),
    ]


def test_a_workbook_gives_its_values_and_says_which_sheets_were_not_read():
    from datetime import datetime

    content = workbook(
        ("Lille", {(2, 0): "Nom", (3, 0): "Cissé", (3, 1): datetime(2021, 3, 12), (4, 0): 12}),
        ("Vide", {}),
        ("Lens", {(0, 0): "x"}),
    )
    table = tables.read(content)
    assert (table.sheet, table.other_sheets) == ("Lille", ["Lens"])
    assert [(line.number, line.cells) for line in table.lines] == [
        (3, ["Nom", ""]),
        (4, ["Cissé", "2021-03-12"]),
        (5, ["12", ""]),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n;;\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x01", "not-a-table"),
        (b"PK\x03\x04 no zip", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-excel"),
        (b'"' + b"a;\n" * 200_000, "not-a-table"),
        (b"a;b\n" * 20_051, "too-long"),
        ("é".encode("utf-16")[:-1], "not-a-table"),
    ],
)
def test_what_is_no_table_is_refused(content, why):
    with pytest.raises(Unreadable) as refused:
        tables.read(content)
    assert refused.value.why == why


def test_a_workbook_of_two_kilobytes_that_claims_seventeen_thousand_million_cells_harms_nobody():
    content = workbook(("A", {(0, 0): "a", (1_048_575, 16_383): "b"}))
    assert len(content) < 8_000
    with pytest.raises(Unreadable) as refused:
        tables.read(content)
    assert refused.value.why == "workbook"


def test_a_small_workbook_whose_cells_share_one_long_text_harms_nobody():
    """A hundred kilobytes that say some twelve million signs: they would be told to the worker again and again."""
    cells = {(row, column): "é" * 1000 for row in range(600) for column in range(20)}
    with pytest.raises(Unreadable) as refused:
        tables.read(workbook(("A", cells)))
    assert refused.value.why == "workbook"


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("a@example.org\nb@example.org", [("", "a@example.org"), ("", "b@example.org")]),
        ("a@example.org, b@example.org;c@example.org", [("", f"{x}@example.org") for x in "abc"]),
        ("Nora Cissé <nora@example.org>;", [("Nora Cissé", "nora@example.org")]),
        ("Cissé, Nora <nora@example.org>", [("Nora Cissé", "nora@example.org")]),
        ('"Cissé, Nora" <nora@example.org>', [("Nora Cissé", "nora@example.org")]),
        ("Nora Cissé nora@example.org", [("Nora Cissé", "nora@example.org")]),
        ("Nora <nora@example.org", [("Nora", "nora@example.org")]),
        ("rien ici", [("rien ici", "")]),
    ],
)
def test_pasted_addresses_are_read_as_mail_programs_write_them(words, people):
    headings, *lines = tables.pasted(words).lines
    assert headings.cells == ["name", "e-mail"]
    assert [tuple(line.cells) for line in lines] == people


def test_cells_pasted_from_a_spreadsheet_are_a_table():
    table = tables.pasted("Nom\tMail\nCissé\tnora@example.org")
    assert [line.cells for line in table.lines] == [["Nom", "Mail"], ["Cissé", "nora@example.org"]]


def open_document(*names) -> bytes:
    """An ODS of sheets of these names, each with its name in its one cell."""
    sheets = "".join(
        f'<table:table table:name="{name}"><table:table-row><table:table-cell office:value-type="string">'
        f"<text:p>{name[-1]}</text:p></table:table-cell></table:table-row></table:table>"
        for name in names
    )
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        box.writestr("META-INF/manifest.xml", "<manifest/>")
        box.writestr("content.xml", content)
    return out.getvalue()


def test_a_sheet_of_a_name_without_end_is_found_by_what_is_kept_of_it():
    table = tables.read(content := open_document("A", "b" * 200_000 + "B"))
    assert [line.cells for line in table.lines] == [["A"]]
    assert [len(name) for name in table.other_sheets] == [tables.LONGEST_NAME]
    other = tables.read(content, table.other_sheets[0])
    assert [line.cells for line in other.lines] == [["B"]]
