"""The structure's bookkeeping entries (classes 86 and 87): volunteering 864/875, sponsorship 862/871."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common import spreadsheets

HEADER = ("Date", "Compte", "Intitulé", "Libellé", "Débit", "Crédit")
ACCOUNTS = {
    "864": "Personnel bénévole",
    "875": "Bénévolat",
    "862": "Prestations",
    "871": "Prestations en nature",
}


@dataclass(frozen=True)
class Entry:
    on: date
    account: str
    words: str
    debit: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


def pair(on: date, debit: str, credit: str, words: str, amount: Decimal) -> list[Entry]:
    """Two entries of the same amount, debit and credit, so that the result of the year doesn't change."""
    return [Entry(on, debit, words, debit=amount), Entry(on, credit, words, credit=amount)]


def _rows(entries: Iterable[Entry]) -> Iterator[tuple[spreadsheets.Cell, ...]]:
    for entry in entries:
        account = ACCOUNTS[entry.account]
        yield entry.on, entry.account, account, entry.words, entry.debit, entry.credit


def as_csv(entries: Iterable[Entry]) -> bytes:
    return spreadsheets.as_csv(HEADER, _rows(entries))


def as_xlsx(entries: Iterable[Entry]) -> bytes:
    return spreadsheets.as_xlsx("Écritures", HEADER, _rows(entries))
