"""What the page of a list says: how far it is, what it will do or has done, and each of its lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import Invitation, Organisation
from marketplace.actions.market import leaver_lists
from marketplace.actions.market.employee_lists import LETTERS_WAIT
from marketplace.models import Contract, Import, ImportLine
from marketplace.rules import people_lists

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

A_PAGE = 50
Outcome = ImportLine.Outcome
# In the address: which lines are shown.
SHOWN = {
    "a-faire": Outcome.MAKE,
    "changent": Outcome.CHANGE,
    "rien": Outcome.LEAVE,
    "a-corriger": Outcome.FAULT,
}
COLUMNS = ("team", "site", "manager_name", "contract", "hired_on")
PROBLEMS: "dict[str, StrOrPromise]" = {
    "empty": gettext_lazy("There is nobody in it: not a line below the headings."),
    "too-long": gettext_lazy("It has more than 10,000 lines: send it in several parts."),
    "no-address-column": gettext_lazy(
        "We found no column of addresses. The first line should say what each column holds: “E-mail address”, “Last name”…"
    ),
    "no-name-column": gettext_lazy(
        "We found neither a column of addresses nor one of names. The first line should say what each column holds."
    ),
    "workbook": gettext_lazy(
        "The workbook is damaged, or of a size that no list of people has. In your spreadsheet, choose “Save as”, then CSV, and send that."
    ),
    "not-a-table": gettext_lazy(
        "It isn’t a table: send a CSV, Excel (.xlsx) or LibreOffice (.ods) file, or paste the addresses."
    ),
}
LEFT: "dict[str, StrOrPromise]" = {
    "unknown": people_lists.FAULTS["unknown"],
    "member": gettext_lazy("Already here"),
    "invited": gettext_lazy("Already invited"),
    "said-above": gettext_lazy("Stands above already"),
}


def of(table: Import, *, shown: str, page: str | None) -> dict[str, Any]:
    """What the template needs."""
    outcomes = table.lines.order_by().values("outcome").annotate(n=Count("pk"))
    counts = {row["outcome"]: row["n"] for row in outcomes}
    withdrawn = table.lines.filter(outcome=Outcome.MAKE, note="invited").count()
    rows = table.lines.select_related("membership__user", "invitation")
    if shown in SHOWN:
        rows = rows.filter(outcome=SHOWN[shown])
    lines = Paginator(rows, A_PAGE).get_page(page)
    now = timezone.now()
    sites = _sites(table)
    leaves_at = table.started_at + LETTERS_WAIT if table.started_at else None
    return {
        "table": table,
        "organisation": table.organisation,
        "state": f"marketplace/market/import_states/{table.state.lower()}.html",
        "problem": PROBLEMS.get(table.problem, PROBLEMS["not-a-table"]),
        "heading": _heading(table, counts.get(Outcome.MAKE, 0) - withdrawn, withdrawn),
        "points": list(_points(table, counts, withdrawn)),
        "leave": table.is_of_leavers and counts.get(Outcome.MAKE, 0) > withdrawn,
        "invites": counts.get(Outcome.MAKE, 0),
        "faults": table.lines.exclude(faults=[]).exists(),
        "chips": _chips(table, counts, shown),
        "page": lines,
        "rows": [_told(table, line, sites) for line in lines],
        "columns": [(people_lists.FIELDS[name], said) for name, said in table.columns.items()],
        "may_be_undone": table.may_be_undone(now),
        "waits": table.waits_for_a_worker(now),
        "leaves_at": leaves_at if leaves_at and now < leaves_at else None,
        "joined": _joined(table),
        "refused": table.lines.exclude(refused="")[:A_PAGE],
    }


def _heading(table: Import, made: int, withdrawn: int) -> str:
    if not table.total:
        return _("There is nothing to do in this list")
    if withdrawn and not made:
        words = ngettext(
            "One invitation is withdrawn", "%(n)s invitations are withdrawn", withdrawn
        )
        return words % {"n": withdrawn}
    if not made:
        return _("Nobody new in this list")
    if table.is_of_leavers:
        words = ngettext(
            "One person leaves the organisation", "%(n)s people leave the organisation", made
        )
    else:
        words = ngettext("One person will be invited", "%(n)s people will be invited", made)
    return words % {"n": made}


def _points(table: Import, counts: dict[str, int], withdrawn: int) -> Iterator[str]:
    """What else the list does, or can't."""
    if withdrawn and counts[Outcome.MAKE] > withdrawn:
        words = ngettext(
            "One invitation is withdrawn.", "%(n)s invitations are withdrawn.", withdrawn
        )
        yield words % {"n": withdrawn}
    if n := counts.get(Outcome.CHANGE, 0):
        words = ngettext(
            "Of one person, what you say of them changes.",
            "Of %(n)s people, what you say of them changes.",
            n,
        )
        yield words % {"n": n}
    if n := counts.get(Outcome.LEAVE, 0):
        yield _left(table, n)
    if n := counts.get(Outcome.FAULT, 0):
        words = ngettext(
            "One line is left out until it is corrected.",
            "%(n)s lines are left out until they are corrected.",
            n,
        )
        yield words % {"n": n}
    kept = table.lines.exclude(faults=[]).filter(outcome__in=ImportLine.DOING)
    if n := kept.count():
        words = ngettext(
            "On one line, a cell can’t be kept: the person is treated without it.",
            "On %(n)s lines, a cell can’t be kept: the people are treated without it.",
            n,
        )
        yield words % {"n": n}
    if n := _missions(table):
        words = ngettext(
            "One mission on working time is suspended, and both sides are told.",
            "%(n)s missions on working time are suspended, and both sides are told.",
            n,
        )
        yield words % {"n": n}


def _left(table: Import, n: int) -> str:
    if table.is_of_leavers:
        words = ngettext(
            "One line is of nobody who is here.", "%(n)s lines are of nobody who is here.", n
        )
    else:
        words = ngettext(
            "For one line there is nothing to do: here, invited or higher up in the list already.",
            "For %(n)s lines there is nothing to do: here, invited or higher up in the list already.",
            n,
        )
    return words % {"n": n}


def _missions(table: Import) -> int:
    """The missions that a list of people who have left would suspend."""
    if not table.is_of_leavers or table.state != Import.State.READ:
        return 0
    return sum(leaver_lists.missions_of(table).values())


def _joined(table: Import) -> int:
    """Of those invited by this list, how many have joined."""
    made = table.lines.filter(outcome=Outcome.MAKE, invitation__isnull=False)
    joined = Invitation.objects.filter(accepted_at__isnull=False)
    return joined.filter(pk__in=made.values("invitation")).count()


def _chips(table: Import, counts: dict[str, int], shown: str) -> list[dict]:
    to_come = _("leave the house") if table.is_of_leavers else _("will be invited")
    labels = {
        "": _("all lines"),
        "a-faire": pgettext("lines of a list", "done") if table.ended_at else to_come,
        "changent": pgettext("lines of a list", "change"),
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


def _sites(table: Import) -> dict[str, str]:
    """The sites of the house by the number that a line keeps; nothing where the list names none."""
    if "site" not in table.columns:
        return {}
    return {str(pk): name for pk, name in table.organisation.sites.values_list("pk", "name")}


def _told(table: Import, line: ImportLine, sites: dict[str, str]) -> dict[str, Any]:
    """A line as it is shown: who, what the list says in each column, what was there before, what is wrong."""
    name = " ".join(filter(None, (line.said.get("first_name"), line.said.get("last_name"))))
    if line.membership is not None:
        name = str(line.membership.user)
    return {
        "number": line.number,
        "name": name,
        "address": _address(line),
        "cells": [] if table.is_of_leavers else list(_cells(table, line, sites)),
        "done": line.refused or _done(table, line),
        "to_correct": line.outcome == Outcome.FAULT,
        "again": line.note == "had-left",
        "wrong": [
            (people_lists.FIELDS[name], people_lists.sentence(code, said))
            for name, code, said in line.faults
        ],
    }


def _address(line: ImportLine) -> str:
    """Of somebody who was found by their name, the address of their account: people choose their names themselves."""
    found = line.membership.user.email if line.membership is not None else ""
    return line.said.get("email") or line.typed.get("email") or found


def _done(table: Import, line: ImportLine) -> "StrOrPromise":
    if line.outcome == Outcome.LEAVE:
        return LEFT[line.note]
    if line.undone_at:
        return _undone(line)
    if line.note == "confirms":
        return _("Confirms the contract and the entry date")
    if line.outcome != Outcome.MAKE:
        return _("To correct") if line.outcome == Outcome.FAULT else _("Changes")
    if not table.is_of_leavers:
        return _("Receives an invitation")
    return _("The invitation is withdrawn") if line.note == "invited" else _("Leaves")


def _undone(line: ImportLine) -> "StrOrPromise":
    """Of a line that was taken back with its list."""
    if line.outcome != Outcome.MAKE:
        return _("Is as before, unless it was changed since")
    joined = line.invitation is not None and line.invitation.accepted_at
    return _("Had joined, and stays") if joined else _("The invitation is withdrawn")


def _cells(table: Import, line: ImportLine, sites: dict[str, str]) -> Iterator[dict[str, Any]]:
    return (_cell(column, line, sites, table.organisation) for column in COLUMNS)


def _cell(
    column: str, line: ImportLine, sites: dict[str, str], employer: Organisation
) -> dict[str, Any]:
    by_address = column == "manager_name" and column not in line.typed
    name = "manager_email" if by_address else column
    before = line.before.get(name)
    now = line.typed.get(name, "") if name in line.said else ""
    if column == "site":
        now = sites.get(line.said.get("site", ""), now)
    meant = line.said.get("manager_email", "") if column == "manager_name" else ""
    if now and meant and "manager_email" not in line.typed:
        now = f"{now} ({meant})"  # found by the name: whoever sent the list sees who was meant
    return {
        "label": people_lists.FIELDS[column],
        "now": now,
        "before": _in_words(column, before, sites, employer) if before else "",
    }


def _in_words(name: str, value: str, sites: dict[str, str], employer: Organisation) -> str:
    """What was there before, as it is written in a list."""
    if name == "site":
        return sites.get(value, "")
    if name == "contract":
        return str(Contract.name_at(employer, Contract(value)))
    if name == "hired_on":
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value
