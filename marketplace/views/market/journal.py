"""The journal of an organisation, for its administrators: who has taken its people's data out, what, when and why."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.models import JournalEntry, JournalKind
from marketplace.models.desk.journal import OF_POLES, TOLD, JournalQuerySet
from marketplace.rules import permissions
from marketplace.views.long_lists import keyset_page

A_PAGE = 50
NEWEST = ("-at", "-pk")
# Of lines that were written while they held the words of a tag, which not everybody may read.
OF_A_TAG = re.compile(r", (?:Étiquette|Tag)\s?: .*")


@require_safe
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_read_journal(request.user, organisation))
    theirs = [kind for kind in JournalKind if kind not in (*OF_POLES, *TOLD)]
    context = read(request, JournalEntry.objects.of(organisation), theirs) | {
        "organisation": organisation,
        "takes_out": permissions.can_see_people(request.user, organisation),
    }
    return render(request, "marketplace/market/journal.html", context)


def read(
    request: SignedInRequest, entries: JournalQuerySet, kinds: Iterable[JournalKind]
) -> dict[str, Any]:
    """The context of `_journal.html`: a page of these lines, which may be of these kinds, as the address narrows them."""
    kind = request.GET.get("acte", "")
    kind = kind if kind in JournalKind.values else ""
    person = _person(entries, request.GET.get("personne", ""))
    found = entries.select_related("by", "subject", "pole")
    if kind:
        found = found.filter(kind=kind)
    if person:
        found = found.filter(by=person)
    page = keyset_page(found, NEWEST, A_PAGE, request.GET)
    return {
        "page": page,
        "lines": [
            {"entry": entry, "details": ", ".join(_details(entry, request.user))}
            for entry in page.rows
        ],
        "kinds": [(one.value, one.label) for one in kinds],
        "kind": kind,
        "person": person,
    }


def _person(entries: JournalQuerySet, typed: str) -> User | None:
    """Somebody who is in the journal; None for whoever isn't, as if the address said nothing."""
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 18:
        return None
    entry = entries.filter(by=int(typed)).first()
    return entry.by if entry else None


def _details(entry: JournalEntry, reader: User) -> Iterator[str]:
    """What follows in brackets: in the name of which pôle, the year, how it was narrowed, how many lines, which file."""
    if entry.pole:
        yield str(entry.pole)
    if entry.number and entry.kind not in OF_POLES:  # theirs is the number of an act, or a letter
        yield _("year %(year)s") % {"year": entry.number}
    if entry.words:
        yield entry.words if entry.by_id == reader.pk else OF_A_TAG.sub("", entry.words)
    if entry.rows is not None:
        yield ngettext("%(n)s line", "%(n)s lines", entry.rows) % {"n": entry.rows}
    names = {
        "csv": _("CSV file"),
        "xlsx": _("Excel file"),
        "pdf": _("PDF"),
        "zip": _("ZIP file"),
        "odt": _("text document"),
    }
    if entry.form in names:
        yield names[entry.form]
