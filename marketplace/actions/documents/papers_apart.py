"""The list of papers apart from the database: a number that has been given is never given again, though a backup of before
be restored, and a paper that it doesn't know is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from common import apart
from marketplace.actions.documents import ledger
from marketplace.actions.documents.ledger import MADE, PAPERS, SIGNED
from marketplace.models import Document, LostPaper
from marketplace.models.documents.documents import vault


@dataclass(frozen=True)
class Line:
    organisation: int
    letter: str
    year: int
    number: int
    act: str
    path: str
    sha256: str
    at: datetime


def lines() -> Iterator[Line]:
    for line in apart.lines(PAPERS):
        organisation, letter, year, number, act, path, sha256, at = line.split(" ")
        yield Line(
            int(organisation), letter, int(year), int(number), act, path, sha256,
            datetime.fromisoformat(at),
        )  # fmt: skip


@transaction.atomic
def take_up(now: datetime) -> list[LostPaper]:
    """After a restore: keep the papers that the database doesn't know, and go on after the last number that was given."""
    made = set(Document.objects.values_list("file", flat=True))
    signed = set(Document.objects.exclude(signed_file="").values_list("signed_file", flat=True))
    lost = [one for one in lines() if one.path not in (signed if one.act == SIGNED else made)]
    houses = set(Organisation.objects.values_list("pk", flat=True))
    found = [_kept(one, now, house=one.organisation in houses) for one in lost if _was_given(one)]
    return [paper for paper in found if paper]


def _was_given(line: Line) -> bool:
    """A number whose transaction was taken back has been given to another paper since."""
    if line.act == SIGNED:
        return vault().exists(line.path)
    series = {"letter": line.letter, "year": line.year, "number": line.number}
    return not Document.objects.filter(organisation=line.organisation, **series).exists()


def _kept(line: Line, now: datetime, *, house: bool) -> LostPaper | None:
    if house and line.act == MADE:
        register = ledger.lock(Organisation.objects.get(pk=line.organisation))
        book, _new = register.books.get_or_create(letter=line.letter, year=line.year)
        if book.last < line.number:
            book.last = line.number
            book.save(update_fields=["last"])
    paper, is_new = LostPaper.objects.get_or_create(
        path=line.path,
        defaults={
            "organisation_id": line.organisation if house else None, "letter": line.letter,
            "year": line.year, "number": line.number, "is_signed": line.act == SIGNED,
            "sha256": line.sha256, "made_at": line.at, "found_at": now,
        },
    )  # fmt: skip
    return paper if is_new else None
