"""The structure's side entries (classes 86 and 87): volunteering 864/875, sponsorship 862/871."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import xlsxwriter

HEADER = ("Date", "Compte", "Intitulé", "Libellé", "Débit", "Crédit")
ACCOUNTS = {
    "864": "Personnel bénévole",
    "875": "Bénévolat",
    "862": "Prestations",
    "871": "Prestations en nature",
}
TRICKS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Entry:
    on: date
    account: str
    words: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


def pair(on: date, debit: str, credit: str, words: str, amount: Decimal) -> list[Entry]:
    """The same amount on both sides: the result of the year doesn't move."""
    return [Entry(on, debit, words, debit=amount), Entry(on, credit, words, credit=amount)]


def harmless(words: str) -> str:
    """A cell that a spreadsheet would take for a formula is shown as the text it is."""
    return f"'{words}" if words.startswith(TRICKS) else words


def as_csv(entries: Iterable[Entry]) -> bytes:
    """As French spreadsheets open it: semicolons, decimal commas, and a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for entry in entries:
        writer.writerow(
            [
                entry.on.strftime("%d/%m/%Y"),
                entry.account,
                ACCOUNTS[entry.account],
                harmless(entry.words),
                f"{entry.debit:.2f}".replace(".", ","),
                f"{entry.credit:.2f}".replace(".", ","),
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def as_xlsx(entries: Iterable[Entry]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Écritures")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        money = book.add_format({"num_format": "# ##0.00"})
        for column, words in enumerate(HEADER):
            sheet.write_string(0, column, words, bold)
        for row, entry in enumerate(entries, start=1):
            sheet.write_datetime(row, 0, entry.on, day)
            for column, words in enumerate(
                (entry.account, ACCOUNTS[entry.account], entry.words), 1
            ):
                sheet.write_string(row, column, words)
            sheet.write_number(row, 4, float(entry.debit), money)
            sheet.write_number(row, 5, float(entry.credit), money)
        sheet.set_column(0, 5, 18)
    return out.getvalue()
