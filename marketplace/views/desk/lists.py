"""The lists of the coordinators: a page of rows in the columns and through the filters of its address, and the file
of the whole."""

import tempfile
from datetime import date
from typing import IO, Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Membership, Pole, User
from accounts.permissions import require
from accounts.requests import SignedInRequest
from common import spreadsheets
from common.spreadsheets import Cell
from marketplace.actions.desk import journal
from marketplace.desk.lists import KINDS, table
from marketplace.desk.lists.asked import COLUMNS, Asked
from marketplace.desk.lists.kind import Column, Filter, ListKind, Reader
from marketplace.finding.found import named_whole
from marketplace.forms.desk.saved_filters import NewViewForm
from marketplace.models import JournalKind, SavedFilter
from marketplace.models.desk.journal import LONGEST_REASON
from marketplace.rules.journal_parties import NOUNS
from marketplace.rules.journal_parties import Reader as ToldOf
from marketplace.views.desk.bulk import undo_of
from marketplace.views.desk.figures import SHEETS, sent_file
from marketplace.views.long_lists import counted_page
from marketplace.views.market.taking_out import CSV, Counted

A_PAGE = 40
MOST_LISTED = 60  # choices of a filter that are all on the page; of more, once they are asked for
CHOOSING = "choisir"  # in the address: of which filter
IN_MEMORY = 1_000_000  # bytes of a file; a larger one is sent from the disk
WHOLE, CHOSEN = (
    "tout",
    "colonne",
)  # in the address: not by the view that opens it; columns that have been ticked
TICKED = "cocher"
TAG = "etiquette"  # the filter by one
CONTACTS, WITH_CONTACTS = (
    ("courriel", "telephone"),
    "contacts",
)  # columns, and the word of a list that has one
NOUN_OF = {"besoins": "need", "offres": "offer", "missions": "mission", "organisations": "organisation", "personnes": "person"}  # fmt: skip


def asked_of(request: SignedInRequest, what: str) -> Asked:
    """The list as the address asks for it; 404 for none, 403 for who coordinates nothing today."""
    if (kind := KINDS.get(what)) is None:
        raise Http404
    reader = Reader.of(request.user)
    require(bool(reader.poles))
    return Asked.of(kind, reader, plain(request.GET))


def plain(data: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in data.items()}


@require_safe
def page(request: SignedInRequest, what: str) -> HttpResponse:
    asked = asked_of(request, what)
    address = reverse("lists", args=[what])
    if chosen := request.GET.getlist(CHOSEN):
        known = [column.name for column in asked.kind.columns if column.name in chosen]
        return redirect(f"{address}?{asked.query(**{COLUMNS: '.'.join(known)})}")
    views = _views(request.user, asked)
    own = next((one for one in views if one.user_id == request.user.pk and one.is_default), None)
    if own and own.query and not request.GET:
        return redirect(f"{address}?{own.query}")
    shown = _shown(request, asked, views)
    _tell_sought(request, asked, [row["number"] for row in shown["rows"]])
    return render(request, "marketplace/desk/lists/list.html", shown)


def _tell_sought(request: SignedInRequest, asked: Asked, rows: list[int]) -> None:
    """Those whose whole name, address or telephone narrows the list of people."""
    if not asked.words or NOUN_OF[asked.kind.code] != "person":
        return
    if sought := named_whole(User.objects.filter(pk__in=rows), asked.words):
        reader = ToldOf.of(request.user.pk, request.memberships)
        journal.tell(JournalKind.SOUGHT, NOUNS["person"], sought, reader=reader, now=timezone.now())


def _views(user: User, asked: Asked) -> list[SavedFilter]:
    """One's own, and those that are shared, but for those by a tag whose words this person may not read: the address says
    them."""
    kept = SavedFilter.objects.visible_to(user).filter(list=asked.kind.code)
    return [one for one in kept if one.user_id == user.pk or _may_read(one, asked)]


def _may_read(view: SavedFilter, asked: Asked) -> bool:
    words = QueryDict(view.query).get(TAG, "")
    by_tags = any(one.name == TAG for one in asked.kind.filters)
    return not words or (by_tags and words in asked.choices[TAG])


def _filter(asked: Asked, one: Filter, choosing: str | None) -> dict[str, Any]:
    """A filter with its choices: of many, what is chosen alone, and a button that brings them all."""
    choices, value = asked.choices[one.name], asked.values.get(one.name, "")
    is_cut = len(choices) > MOST_LISTED and choosing != one.name
    shown = {value: choices[value]} if is_cut and value else {} if is_cut else choices
    return {
        "name": one.name,
        "label": one.label,
        "value": value,
        "choices": shown.items(),
        "is_cut": is_cut,
    }


def _shown(request: SignedInRequest, asked: Asked, views: list[SavedFilter]) -> dict[str, Any]:
    kind, query = asked.kind, asked.query()
    rows = asked.rows().only("pk")
    found, count = counted_page(rows, asked.order, A_PAGE, plain(request.GET))
    editable = SavedFilter.objects.editable_by(request.user).filter(list=kind.code)
    may_change = set(editable.values_list("pk", flat=True)) if views else set()
    return {
        "kind": kind,
        "tabs": [_tab(code, code == kind.code) for code in KINDS],
        "asked": asked,
        "query": query,
        "pairs": plain(QueryDict(query)).items(),
        "count": kind.count(count) % {"n": formats.number_format(count, force_grouping=True)},
        "headings": [_heading(asked, column) for column in asked.columns],
        "rows": [
            {"number": number, "url": reverse(kind.url, args=[number]), "cells": _cells(asked, row)}
            for number, row in table.of_page(asked, [row.pk for row in found.rows])
        ],
        "page": found,
        "is_ticked": request.GET.get(TICKED) == "1",
        "chips": [
            {"label": label, "words": words, "url": f"?{asked.query(**{name: ''}) or WHOLE + '=1'}"}
            for name, label, words in asked.narrowed()
        ],
        "filters": [
            _filter(asked, one, request.GET.get(CHOOSING))
            for one in kind.filters
            if asked.choices[one.name]
        ],
        "is_choosing": request.GET.get(CHOOSING) in asked.choices,
        "orders": _orders(kind),
        "reads_journal": any(
            one.poles and one.role == Membership.Role.ADMINISTRATOR for one in request.memberships
        ),
        "choices": [{"column": one, "is_shown": one in asked.columns} for one in kind.columns[1:]],
        "views": [
            {"view": one, "is_here": one.query == query, "may_change": one.pk in may_change}
            for one in views
        ],
        "form": NewViewForm(user=request.user, initial={"query": query}),
        "longest": LONGEST_REASON,
        "undo": undo_of(request.user, kind.code, now=timezone.now()),
    }


def _tab(code: str, is_here: bool) -> dict[str, Any]:
    return {"label": KINDS[code].label, "url": reverse("lists", args=[code]), "active": is_here}


def _heading(asked: Asked, column: Column) -> dict[str, Any]:
    """What a click on it sorts by: the other way round, where the list is sorted by it."""
    is_here = asked.sort.removeprefix("-") == column.name
    is_down = asked.sort.startswith("-")
    turned = not is_down if is_here else column.down
    sort = f"-{column.name}" if turned else column.name
    return {
        "label": column.label,
        "url": f"?{asked.query(tri=sort)}" if column.order else "",
        "sorted": ("descending" if is_down else "ascending") if is_here else "",
    }


def _orders(kind: ListKind) -> list[tuple[str, str]]:
    """Each column by which it can be sorted, both ways, in words: a phone has no headings."""
    ways = (("", _("%(column)s, ascending")), ("-", _("%(column)s, descending")))
    return [
        (f"{sign}{column.name}", words % {"column": column.label})
        for column in kind.columns
        if column.order
        for sign, words in ways
    ]


def _cells(asked: Asked, cells: tuple[Cell, ...]) -> list[dict[str, Any]]:
    """Each with its heading, for a phone."""
    return [
        {"label": column.label, "words": _written(cell)}
        for column, cell in zip(asked.columns, cells, strict=True)
    ]


def _written(cell: Cell) -> str:
    if isinstance(cell, date):
        return formats.date_format(cell, "SHORT_DATE_FORMAT")
    return "" if cell is None else str(cell)


@require_POST
def export(request: SignedInRequest, what: str, kind: str) -> HttpResponseBase:
    """The whole list in its columns, as a file that is written on the disk as its rows come; noted in the journal before
    it leaves."""
    asked = asked_of(request, what)
    if kind not in ("csv", "xlsx"):
        raise Http404
    if asked.lost:
        messages.error(
            request,
            _(
                "A filter of this list is no more: take it away first, so that the file holds what you see."
            ),
        )
        return redirect(f"{reverse('lists', args=[what])}?{request.GET.urlencode()}")
    file, rows, size = _file(asked, kind)
    _note(request, asked, kind, rows)
    name = f"{slugify(str(asked.kind.label))}-{timezone.localdate():%Y-%m-%d}.{kind}"
    content_type = CSV if kind == "csv" else SHEETS
    if size > IN_MEMORY:
        return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    with file:
        return sent_file(name, content_type, file.read())


def _file(asked: Asked, form: str) -> tuple[IO[bytes], int, int]:
    """The file, how many rows and how many bytes it holds. The answer that sends it closes it."""
    file, counted = tempfile.TemporaryFile(), Counted()  # noqa: SIM115
    header, rows = table.header(asked), counted(table.whole(asked))
    if form == "csv":
        spreadsheets.write_csv(file, header, rows)
    else:
        spreadsheets.write_workbook(file, [(str(asked.kind.label), header, rows)])
    size = file.tell()
    file.seek(0)
    return file, counted.rows, size


@transaction.atomic
def _note(request: SignedInRequest, asked: Asked, form: str, rows: int) -> None:
    """In the journal of each pôle whose rows this person may read; and in that of whom the rows are about."""
    narrowed = [
        # The words of a tag stay out: whoever reads the journal may not be one to read them.
        str(name) if at == TAG else _("%(name)s: %(value)s") % {"name": name, "value": value}
        for at, name, value in asked.narrowed()
    ]
    for pole in Pole.objects.filter(pk__in=asked.reader.poles):
        journal.note(
            JournalKind.LIST,
            by=request.user,
            pole=pole,
            words=", ".join([str(asked.kind.label), *narrowed]),
            form=form,
            rows=rows,
            why=request.POST.get("why", ""),
            now=timezone.now(),
        )
    noun = NOUN_OF[asked.kind.code]
    journal.tell(
        JournalKind.LISTED,
        NOUNS[noun],
        asked.rows().order_by().values("pk"),
        reader=ToldOf.of(request.user.pk, request.memberships),
        words=WITH_CONTACTS if any(one.name in CONTACTS for one in asked.columns) else noun,
        form=form,
        why=request.POST.get("why", ""),
        now=timezone.now(),
    )
