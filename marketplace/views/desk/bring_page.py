"""What the page of a pôle's own list says: how far it is, what it will do or has done, and each of its lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Commune, Organisation, Pole, User
from common.spoken import names_of
from marketplace.actions.desk.record_lists import STANDS
from marketplace.actions.desk.record_values import COMMUNE, MODELS
from marketplace.models import Import, ImportLine
from marketplace.models.desk.records import OrganisationRecord, PersonRecord, Record
from marketplace.models.market.bosses import mailbox_under
from marketplace.rules import record_cells, record_columns, record_faults
from marketplace.views.long_lists import count_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_PAGE = 50
ASKED_AT_ONCE = 10  # names side by side
Outcome = ImportLine.Outcome
SHOWN = {
    "a-faire": Outcome.MAKE,
    "changent": Outcome.CHANGE,
    "a-decider": Outcome.ASK,
    "rien": Outcome.LEAVE,
    "a-corriger": Outcome.FAULT,
}
PROBLEMS: "dict[str, StrOrPromise]" = {
    "empty": gettext_lazy("There is nothing in it: not a line below the headings."),
    "too-many": gettext_lazy("It has more than 20,000 lines: send it in several parts."),
    "too-long": gettext_lazy("It has more than 20,000 lines: send it in several parts."),
    "workbook": gettext_lazy(
        "The workbook is damaged, or of a size that no list has. In your spreadsheet, choose “Save as”, then CSV, and send that."
    ),
    "not-a-table": gettext_lazy(
        "It isn’t a table: send a CSV, Excel (.xlsx) or LibreOffice (.ods) file."
    ),
}
LEFT: "dict[str, StrOrPromise]" = {
    "known": gettext_lazy("Here already, the same"),
    "said-above": gettext_lazy("Stands above already"),
    "refused": gettext_lazy("Has asked not to be kept here"),
    "written": gettext_lazy("Its need is written already: change it on its page"),
    "total": gettext_lazy("The last line adds up the others"),
    "not-open": gettext_lazy("Filled or closed: only open needs are brought in"),
    "past": gettext_lazy("Its last day has passed: only open needs are brought in"),
    "offer-past": gettext_lazy("Its last day has passed"),
    "drafted": gettext_lazy("With its person already: they change it themselves"),
}
NEW: "dict[str, StrOrPromise]" = {
    "on-site": gettext_lazy("New, and on the site already"),
    "draft": gettext_lazy("New: a draft, since its structure is on the site"),
    "new-structure": gettext_lazy("New, and its structure with it"),
    "new-person": gettext_lazy("New, and its person with it"),
}
PAGES = {
    Import.Kind.ORGANISATIONS: "organisations",
    Import.Kind.PEOPLE: "personnes",
    Import.Kind.MISSIONS: "missions",
    Import.Kind.NEEDS: "besoins",
    Import.Kind.OFFERS: "offres",
}
ABOUT_PEOPLE = (Import.Kind.PEOPLE, Import.Kind.OFFERS)
# What is brought in once this is: the others name it.
NEXT: "dict[str, tuple[str, StrOrPromise]]" = {
    Import.Kind.ORGANISATIONS: ("personnes", gettext_lazy("Next: the people")),
    Import.Kind.PEOPLE: ("missions", gettext_lazy("Next: past missions")),
    Import.Kind.NEEDS: ("offres", gettext_lazy("Next: what people offer")),
}


def kind_of(word: str) -> str:
    """The kind that an address names; "" when it names none."""
    return next((kind.value for kind, named in PAGES.items() if named == word), "")


def held(pole: Pole) -> list[dict[str, Any]]:
    """How much the pôle holds of each kind, with the page that lists it."""
    return [
        {
            "label": kind.label,
            "word": PAGES[kind],
            "count": count_of(MODELS[kind]._default_manager.filter(pole=pole)),
        }
        for kind in Import.RECORDS
    ]


def lines_shown(table: Import, reader: User) -> QuerySet[ImportLine]:
    """Its lines, but of a list that a colleague sent those about people under this reader, as of the records."""
    lines = table.lines.all()
    if table.kind not in ABOUT_PEOPLE or table.by_id == reader.pk:
        return lines
    said = lines.alias(
        at=Lower(Coalesce(KT("said__email"), KT("typed__email"), Value("", TextField())))
    )
    return said.exclude(mailbox_under(reader, "at"))


def of(table: Import, *, reader: User, shown: str, page: str | None) -> dict[str, Any]:
    """What the template needs."""
    shown_lines = lines_shown(table, reader)
    outcomes = shown_lines.order_by().values("outcome").annotate(n=Count("pk"))
    counts = {row["outcome"]: row["n"] for row in outcomes}
    rows = shown_lines.filter(outcome=SHOWN[shown]) if shown in SHOWN else shown_lines
    lines = Paginator(rows, A_PAGE).get_page(page)
    now = timezone.now()
    asked = counts.get(Outcome.ASK, 0) if table.state == Import.State.READ else 0
    return {
        "table": table,
        "state": f"marketplace/desk/bring_states/{table.state.lower()}.html",
        "of_people": table.kind in ABOUT_PEOPLE,
        "problem": PROBLEMS.get(table.problem, PROBLEMS["not-a-table"]),
        "heading": _heading(table, asked),
        "points": list(_points(table, counts)),
        "faults": counts.get(Outcome.FAULT, 0),
        "asked": asked,
        "pairs": list(_pairs(table, reader)) if asked else [],
        "chips": _chips(counts, shown),
        "page": lines,
        "rows": [
            _told(table, line) for line in _with_communes(_unnamed(table, list(lines), reader))
        ],
        "read": [
            (record_columns.FIELDS[table.kind][name], said) for name, said in table.columns.items()
        ],
        "may_be_undone": table.may_be_undone(now),
        "waits": table.waits_for_a_worker(now),
        "refused": shown_lines.exclude(refused="")[:A_PAGE],
        "stand": shown_lines.filter(note=STANDS)[:A_PAGE],
        "word": PAGES[Import.Kind(table.kind)],
        "brought": table.lines.exclude(done_at=None).count(),
        "next": NEXT.get(table.kind),
    }


def _heading(table: Import, asked: int) -> str:
    if not table.total and asked:
        return _("Some lines are to be decided first")
    if not table.total:
        return _("There is nothing to do in this list")
    words = ngettext("%(n)s line will be brought in", "%(n)s lines will be brought in", table.total)
    return words % {"n": table.total}


def _points(table: Import, counts: dict[str, int]) -> Iterator[str]:
    """What becomes of the lines, in words."""
    if n := counts.get(Outcome.MAKE, 0):
        yield ngettext("%(n)s is new.", "%(n)s are new.", n) % {"n": n}
    if n := counts.get(Outcome.CHANGE, 0):
        yield ngettext("%(n)s changes what is held.", "%(n)s change what is held.", n) % {"n": n}
    if n := counts.get(Outcome.LEAVE, 0):
        yield ngettext(
            "For %(n)s there is nothing to do: its line says why.",
            "For %(n)s there is nothing to do: their lines say why.",
            n,
        ) % {"n": n}
    if n := counts.get(Outcome.FAULT, 0):
        words = ngettext(
            "%(n)s can’t be read, and stays out.", "%(n)s can’t be read, and stay out.", n
        )
        yield words % {"n": n}
    if table.kind == Import.Kind.NEEDS:
        yield from _drafts(table)
    if table.kind == Import.Kind.OFFERS and counts.get(Outcome.MAKE, 0):
        yield _("None is published: each person is told after a day, and puts theirs online alone.")
    if table.kind == Import.Kind.PEOPLE and (
        n := table.lines.filter(outcome=Outcome.MAKE, note="no-address").count()
    ):
        words = ngettext(
            "%(n)s person has no address: since we can’t tell them, they are erased in 30 days.",
            "%(n)s people have no address: since we can’t tell them, they are erased in 30 days.",
            n,
        )
        yield words % {"n": n}


def _drafts(table: Import) -> Iterator[str]:
    """Of needs, how many become a draft, and how many wait for their structure."""
    new = table.lines.filter(outcome=Outcome.MAKE)
    if n := new.filter(note="draft").count():
        words = ngettext(
            "%(n)s becomes a draft of a structure that is on the site, in nothing until it is published.",
            "%(n)s become drafts of structures that are on the site, in nothing until they are published.",
            n,
        )
        yield words % {"n": n}
    if n := new.exclude(note="draft").count():
        words = ngettext(
            "%(n)s is of a structure that isn’t on the site: you write it for them from its record.",
            "%(n)s are of structures that aren’t on the site: you write them for them from their records.",
            n,
        )
        yield words % {"n": n}


def _chips(counts: dict[str, int], shown: str) -> list[dict]:
    labels = {
        "": _("all lines"),
        "a-faire": pgettext("lines", "new"),
        "changent": pgettext("lines", "changed"),
        "a-decider": _("to decide"),
        "rien": _("nothing to do"),
        "a-corriger": _("to correct"),
    }
    chips = []
    for name, label in labels.items():
        count = counts.get(SHOWN[name], 0) if name else sum(counts.values())
        if count or name == shown:
            url = f"?lignes={name}" if name else "?"
            chips.append({"label": label, "url": url, "active": name == shown, "count": count})
    return chips


def wrong(kind: str, line: ImportLine) -> list[tuple[str, str]]:
    """What is wrong with a line: the column and the sentence."""
    fields = record_columns.FIELDS[kind]
    return [
        (str(fields.get(name, "")), record_faults.sentence(code, said))
        for name, code, said in line.faults
    ]


def _unnamed(table: Import, lines: list[ImportLine], reader: User) -> list[ImportLine]:
    """Of those under this reader it isn't told that they came to a mission."""
    if table.kind != Import.Kind.MISSIONS or table.by_id == reader.pk:
        return lines
    came = {int(line.said["person_id"]) for line in lines if "person_id" in line.said}
    known = PersonRecord.objects.visible_to(reader).filter(pk__in=came).values_list("pk", flat=True)
    hidden = came.difference(known)
    for line in lines:
        if int(line.said.get("person_id", 0)) in hidden:
            line.typed.pop(record_cells.PERSON, None)
    return lines


def _with_communes(lines: list[ImportLine]) -> list[ImportLine]:
    """What stood in a commune's place is told by its name, not by its number."""
    numbers = {line.before[COMMUNE] for line in lines if isinstance(line.before.get(COMMUNE), str)}
    named = {commune.pk: commune.name for commune in Commune.objects.filter(pk__in=numbers)}
    for line in lines:
        if isinstance(line.before.get(COMMUNE), str):
            line.before["town"] = named.get(line.before[COMMUNE], "")
    return lines


def _told(table: Import, line: ImportLine) -> dict[str, Any]:
    """A line as it is shown: what it says in each column, what stands there before, what becomes of it."""
    fields = record_columns.FIELDS[table.kind]
    return {
        "number": line.number,
        "name": name_of(table.kind, line.said, line.typed),
        "cells": [
            {"label": fields[name], "now": line.typed.get(name, ""), "before": _before(line, name)}
            for name in fields
            if name in table.columns and name not in HEADS[table.kind]
        ],
        "done": line.refused or _done(table, line),
        "to_correct": line.outcome == Outcome.FAULT,
        "wrong": wrong(table.kind, line),
    }


HEADS = {
    record_columns.ORGANISATIONS: {"name"},
    record_columns.PEOPLE: {"first_name", "last_name", "name"},
    record_columns.MISSIONS: {"title"},
    record_columns.NEEDS: {"title"},
    record_columns.OFFERS: {"first_name", "last_name", "name"},
}


def name_of(kind: str, said: dict[str, str], typed: dict[str, str]) -> str:
    """Who or what a line speaks of."""
    names = ("first_name", "last_name") if kind in ABOUT_PEOPLE else HEADS[kind]
    found = " ".join(filter(None, (said.get(name) for name in names)))
    return found or next(filter(None, (typed.get(name) for name in (*HEADS[kind], "email"))), "")


def _before(line: ImportLine, name: str) -> str:
    stood = line.before.get(name, "")
    stood = str((stood[0] if isinstance(stood, list) else stood) or "")
    return names_of(int(stood)) if name == record_columns.LANGUAGES and stood else stood


def _done(table: Import, line: ImportLine) -> "StrOrPromise":
    if line.note == STANDS:
        return _("Stays: somebody has used it since")
    if line.undone_at:
        return _("Taken back")
    if line.outcome == Outcome.LEAVE:
        return LEFT.get(line.note, LEFT["known"])
    words = {
        Outcome.MAKE: NEW.get(line.note) or _("New"),
        Outcome.CHANGE: _("Changes"),
        Outcome.ASK: _("To decide") if table.state == Import.State.READ else _("Left: undecided"),
        Outcome.FAULT: _("To correct"),
    }
    return words[Outcome(line.outcome)]


def _pairs(table: Import, reader: User) -> Iterator[dict[str, Any]]:
    """Names that are nearly the same, each with what it resembles, side by side."""
    lines = list(lines_shown(table, reader).filter(outcome=Outcome.ASK)[:ASKED_AT_ONCE])
    resembled = _resembled(table, lines, reader)
    for line in lines:
        known: Any = resembled[line.note].get(line.record)
        above = isinstance(known, ImportLine)
        yield {
            "pk": line.pk,
            "number": line.number,
            "name": name_of(table.kind, line.said, line.typed),
            "said": _said(table.kind, line),
            "known": _called(table, known) if known else _("can’t be shown"),
            "known_said": _said(table.kind, known) if above else _known_said(known),
            "where": WHERE[line.note] % {"line": line.record},
        }


def _resembled(table: Import, lines: list[ImportLine], reader: User) -> dict[str, dict[Any, Any]]:
    """By why they are asked about, what the lines resemble, by its number."""
    asked = {why: {line.record or 0 for line in lines if line.note == why} for why in WHERE}
    of = MODELS[table.kind] if table.kind != Import.Kind.OFFERS else PersonRecord
    held: Any = of._default_manager
    ours = held.visible_to(reader).filter(pole=table.pole_id)
    here = Organisation.objects.filter(pole=table.pole_id).select_related("commune")
    above = lines_shown(table, reader).filter(number__in=asked["like-line"])
    records = ours.in_bulk(asked["like-record"] | asked["like-person"])
    return {
        "like-record": records,
        "like-person": records,
        "like-organisation": here.in_bulk(asked["like-organisation"]),
        "like-line": {line.number: line for line in above},
    }


def _called(table: Import, known: Any) -> str:
    is_line = isinstance(known, ImportLine)
    return name_of(table.kind, known.said, known.typed) if is_line else str(known)


WHERE: "dict[str, StrOrPromise]" = {
    "like-record": gettext_lazy("Held already"),
    "like-person": gettext_lazy("Held already"),
    "like-organisation": gettext_lazy("On the site"),
    "like-line": gettext_lazy("On line %(line)s of your file"),
}


def _said(kind: str, line: ImportLine) -> str:
    names = [name for name in record_columns.FIELDS[kind] if name not in HEADS[kind]]
    return " · ".join(line.typed[name] for name in names if line.typed.get(name))


def _known_said(known: Record | Organisation | None) -> str:
    if isinstance(known, PersonRecord):
        return " · ".join(known.details)
    if isinstance(known, OrganisationRecord | Organisation):
        parts = (known.siret or known.siren, known.rna, known.address, str(known.commune or ""))
        return " · ".join(part for part in parts if part)
    return ""
