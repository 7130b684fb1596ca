"""What an employer takes out of a year, in files; each taking is noted in the journal before the file leaves."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common import spreadsheets
from common.spreadsheets import Cell
from marketplace.actions.desk import journal
from marketplace.actions.market import headcounts
from marketplace.desk import year_files
from marketplace.desk.year_files import Table
from marketplace.models import JournalKind
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules import permissions
from marketplace.rules.journal_parties import NOUNS, Reader
from marketplace.views.desk.figures import SHEETS, sent_file
from marketplace.views.documents.years import around

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CSV = "text/csv; charset=utf-8"
WHOLE = "annee.xlsx"


@dataclass(frozen=True)
class File:
    """One table that may be taken out; `code` is its name in French, in addresses and names of files."""

    code: str
    kind: JournalKind
    title: "StrOrPromise"
    about: "StrOrPromise"
    read: Callable[[Organisation, int], Table]
    may: Callable[[User, Organisation], bool]
    told: Callable[[Organisation, int], year_files.Told] = year_files.told_of_nobody
    list: str = ""  # its word in the lines of those who are in it


FILES = (
    File(
        "personnes", JournalKind.PEOPLE, _("The people"),
        _("Team, site, state; the days taken or planned in each programme, and those that are left."),
        year_files.people, permissions.can_see_people, year_files.told_of_people, "member",
    ),
    File(
        "missions", JournalKind.MISSIONS, _("Missions"),
        _("A line for each person: structure, programme, dates, hours planned and done."),
        year_files.missions, permissions.can_see_people, year_files.told_of_missions, "mission",
    ),
    File(
        "heures", JournalKind.HOURS, _("Hours"),
        _("By person and by day, confirmed or not yet."),
        year_files.hours, permissions.can_see_people, year_files.told_of_hours, "hours",
    ),
    File(
        "valeurs", JournalKind.VALUES, _("Values declared"),
        _("Mission by mission. What an hour costs is in no file."),
        year_files.values, permissions.can_see_values_of,
    ),
    File(
        "recus", JournalKind.RECEIPTS, _("Receipts"),
        _("Number, date, structure, amount; those that were voided too."),
        year_files.receipts, permissions.can_see_statement_of,
    ),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, pk: int, year: int = 0) -> HttpResponse:
    """What there is to take out of a year; POST takes it."""
    company, today = visible(request, pk), timezone.localdate()
    permissions.require(permissions.can_see_people(request.user, company))
    year = year or today.year
    if not headcounts.FIRST <= year <= today.year:
        raise Http404
    given = [one for one in FILES if one.may(request.user, company)]
    if request.method == "POST":
        return _taken(request, company, year, given)
    withheld = [one for one in FILES if one not in given] if company.may_deduct_gifts else []
    context = {
        "organisation": company,
        "year": year,
        "files": given,
        "withheld": withheld,
        "whole": WHOLE,
        "longest": LONGEST_REASON,
        "reads_journal": permissions.can_read_journal(request.user, company),
        **around(year),
    }
    return render(request, "marketplace/market/taking_out.html", context)


def _taken(
    request: SignedInRequest, company: Organisation, year: int, given: list[File]
) -> HttpResponse:
    """The file that was asked for: one table, or all that this person may take as one workbook."""
    asked = request.POST.get("file", "")
    code, _dot, form = asked.partition(".")
    if asked == WHOLE:
        files, kind = given, JournalKind.YEAR
    else:
        files = [one for one in FILES if one.code == code and form in ("csv", "xlsx")]
        if not files:
            raise Http404
        permissions.require(files[0] in given)
        kind = files[0].kind
    counted = Counted()
    tables = [(str(one.title), one.read(company, year)) for one in files]
    if form == "csv":
        [(_title, table)] = tables
        content = spreadsheets.as_csv(table.header, counted(table.rows))
    else:
        content = spreadsheets.as_workbook(
            (title, table.header, counted(table.rows)) for title, table in tables
        )
    _note(request, company, year, kind, files, form, counted.rows)
    name = f"{slugify(str(company))[:60]}-{code}-{year}.{form}"
    return sent_file(name, CSV if form == "csv" else SHEETS, content)


@transaction.atomic
def _note(
    request: SignedInRequest,
    company: Organisation,
    year: int,
    kind: JournalKind,
    files: list[File],
    form: str,
    rows: int,
) -> None:
    """In the journal of the organisation; and in that of each who is in a file, as one who is in it by name."""
    now, why = timezone.now(), request.POST.get("why", "")
    journal.note(
        kind, by=request.user, organisation=company, number=year, form=form, rows=rows, why=why, now=now
    )  # fmt: skip
    reader = Reader.for_employer(request.user, company)
    for one in files:
        several = [(NOUNS[noun], which) for noun, which in one.told(company, year)]
        journal.tell_of(
            JournalKind.LISTED, several, reader=reader, words=one.list, form=form, why=why, now=now
        )


class Counted:
    """Counts the rows that go through it."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, rows: Iterable[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        for row in rows:
            self.rows += 1
            yield row
