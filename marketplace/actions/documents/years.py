"""The structure's year and the company's: entries, statements. Reads only."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import Organisation
from common.dates import in_french
from marketplace.documents import facts
from marketplace.documents.entries import Entry, pair
from marketplace.documents.parties import describe, logos
from marketplace.documents.typeset import typeset
from marketplace.law import regimes
from marketplace.law.value import cents
from marketplace.models import Document, HoursEntry, Kind


def entries(structure: Organisation, year: int, *, rate: Decimal) -> list[Entry]:
    """The year's bookkeeping entries: confirmed volunteering that served it, at the rate that the structure chose (accounts 864 and
    875), and its receipts (862 and 871)."""
    found: list[Entry] = []
    itself = Organisation.objects.filter(pk=structure.pk).values("pk")
    hours = HoursEntry.objects.confirmed().for_whom(itself)
    hours = hours.filter(mission__regime__in=regimes.ON_OWN_TIME, day__year=year)
    for one in hours.select_related("mission__need").order_by("day", "pk"):
        words = f"Bénévolat : {one.mission} ({facts.figure(one.hours)} h)"
        found += pair(one.day, "864", "875", words, cents(one.hours * rate))
    for receipt in _receipts(organisation=structure, year=year):
        words = f"Mécénat : {receipt.mission}, reçu {receipt.reference}"
        found += pair(localdate(receipt.made_at), "862", "871", words, receipt.amount or Decimal(0))
    return found


def _receipts(**which: Any) -> QuerySet[Document]:
    return (
        Document.objects.receipts().standing().filter(**which)
        .select_related("mission__need", "organisation", "donor").order_by("organisation", "number")
    )  # fmt: skip


def structure_statement(structure: Organisation, year: int, *, on: date) -> bytes:
    """The structure's statement of the year (article 222 bis of the tax code): how many receipts and their total;
    the voided ones are listed but not counted."""
    rows = Document.objects.receipts().filter(organisation=structure, year=year).order_by("number")
    standing = [row for row in rows if not row.is_void]
    statement = {
        "year": str(year),
        "count": str(len(standing)),
        "total": facts.money(_total(standing)),
        "rows": [
            {
                "number": row.reference,
                "on": in_french(localdate(row.made_at)),
                "who": str(row.donor),
                "total": facts.money(row.amount or Decimal(0)),
                "state": "annulé" if row.is_void else "délivré",
            }
            for row in rows.select_related("donor")
        ],
    }
    data = facts.frame(facts.TITLES[Kind.STRUCTURE_STATEMENT], structure.name, on) | {
        "reference": f"Relevé {year}", "logos": logos(structure), "structure": describe(structure),
        "statement": statement,
    }  # fmt: skip
    return typeset(Kind.STRUCTURE_STATEMENT.template, data)


def company_statement(company: Organisation, year: int, *, on: date) -> bytes:
    rows = list(_receipts(donor=company, year=year).order_by("made_at", "pk"))
    back = sum((row.counterparts or Decimal(0) for row in rows), Decimal(0))
    statement = {
        "year": str(year),
        "count": str(len(rows)),
        "total": facts.money(_total(rows)),
        "counterparts": facts.money(back),
        "rows": [
            {
                "number": row.reference,
                "on": in_french(localdate(row.made_at)),
                "who": row.organisation.name,
                "total": facts.money(row.amount or Decimal(0)),
                "counterparts": facts.money(row.counterparts or Decimal(0)),
            }
            for row in rows
        ],
    }
    data = facts.frame(facts.TITLES[Kind.COMPANY_STATEMENT], company.name, on) | {
        "reference": f"Relevé {year}", "logos": logos(company), "employer": describe(company),
        "statement": statement,
    }  # fmt: skip
    return typeset(Kind.COMPANY_STATEMENT.template, data)


def _total(receipts: list[Document]) -> Decimal:
    return sum((receipt.amount or Decimal(0) for receipt in receipts), Decimal(0))
