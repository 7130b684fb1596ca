"""The pages of a list that an organisation sends: people to bring in, people who have left."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Invitation, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common import spreadsheets
from marketplace.actions.market import imports, leaver_lists
from marketplace.actions.market.employee_lists import LETTERS_WAIT
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.imports import ListForm
from marketplace.models import Contract, Import, ImportLine
from marketplace.rules import people_lists
from marketplace.views.desk.figures import SHEETS, sent_file

A_PAGE = 50
BEFORE = 10  # lists sent before, on the page
Outcome = ImportLine.Outcome
# In the address: which lines are shown.
SHOWN = {"a-faire": Outcome.MAKE, "changent": Outcome.CHANGE, "rien": Outcome.LEAVE, "a-corriger": Outcome.FAULT}  # fmt: skip


def _organisation(request: SignedInRequest, pk: int) -> Organisation:
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    return organisation


def _mine(request: SignedInRequest, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user).select_related("organisation", "by", "undone_by")
    table = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.can_gather(request.user, table.organisation))
    return table


def new(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Send a list; those sent before are below."""
    organisation = _organisation(request, pk)
    form = ListForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    sent = form.is_bound and form.is_valid()
    if sent and (answer := _received(request, organisation, kind, form)) is not None:
        return answer
    context = {
        "organisation": organisation,
        "form": form,
        "leavers": kind == Import.Kind.LEAVERS,
        "before": organisation.imports.filter(kind=kind).select_related("by")[:BEFORE],
    }
    return render(request, "marketplace/market/imports.html", context)


def _received(
    request: SignedInRequest, organisation: Organisation, kind: str, form: ListForm
) -> HttpResponse | None:
    try:
        table, is_new = imports.receive(
            organisation, kind, **form.given, by=request.user, now=timezone.now()
        )
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return None
    if not is_new:
        messages.info(request, _("This list is here already: twice is once."))
    return redirect(table)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the list is; before it is carried out, each line with what it will do."""
    table, now = _mine(request, pk), timezone.now()
    shown = request.GET.get("lignes", "")
    counts = dict(
        table.lines.order_by()
        .values_list("outcome")
        .annotate(Count("pk"))
        .values_list("outcome", "pk__count")
    )
    rows = table.lines.select_related("membership__user", "invitation")
    if shown in SHOWN:
        rows = rows.filter(outcome=SHOWN[shown])
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "organisation": table.organisation,
        "counts": {name: counts.get(outcome, 0) for name, outcome in _OUTCOMES.items()},
        "chips": _chips(table, counts, shown),
        "page": page,
        "rows": [_told(table, line) for line in page],
        "columns": [(people_lists.FIELDS[name], said) for name, said in table.columns.items()],
        "remarks": _remarks(table),
        "may_be_undone": table.may_be_undone(now),
        "leaves_at": table.started_at and table.started_at + LETTERS_WAIT,
        "waits": table.started_at and now < table.started_at + LETTERS_WAIT,
        "joined": _joined(table),
        "missions": _missions(table),
        "refused": table.lines.exclude(refused="")[:A_PAGE],
    }
    return render(request, "marketplace/market/import.html", context)


_OUTCOMES = {"make": Outcome.MAKE, "change": Outcome.CHANGE, "leave": Outcome.LEAVE, "fault": Outcome.FAULT}  # fmt: skip


def _chips(table: Import, counts: dict[str, int], shown: str) -> list[dict]:
    labels = {
        "": _("all lines"),
        "a-faire": _("leave the house") if table.is_of_leavers else _("will be invited"),
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


def _remarks(table: Import) -> int:
    """Lines of which some cell isn't kept, though the line is."""
    return (
        table.lines.exclude(faults=[]).exclude(outcome__in=(Outcome.FAULT, Outcome.LEAVE)).count()
    )


def _joined(table: Import) -> int:
    """Of those invited by this list, how many have joined."""
    made = table.lines.filter(outcome=Outcome.MAKE, invitation__isnull=False)
    return Invitation.objects.filter(
        pk__in=made.values("invitation"), accepted_at__isnull=False
    ).count()


def _missions(table: Import) -> int:
    if not table.is_of_leavers or table.state != Import.State.READ:
        return 0
    return sum(leaver_lists.missions_of(table).values())


def _told(table: Import, line: ImportLine) -> dict[str, Any]:
    """A line as it is shown: who, what the list says, what changes, what is wrong."""
    facts = [
        (people_lists.FIELDS[name], _in_words(name, line.said[name]), line.before.get(name))
        for name in ("team", "manager_name", "manager_email", "contract", "hired_on")
        if name in line.said
    ]
    wrong = [
        (people_lists.FIELDS[name], people_lists.sentence(code, said))
        for name, code, said in line.faults
    ]
    name = " ".join(filter(None, (line.said.get("first_name"), line.said.get("last_name"))))
    if line.membership is not None:
        name = str(line.membership.user)
    return {"line": line, "name": name, "facts": facts, "wrong": wrong}


def _in_words(name: str, value: str) -> str:
    if name == "contract":
        return str(Contract(value).label)
    if name == "hired_on":
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


def _act(
    request: SignedInRequest, pk: int, act: Callable[[Import], object], said: str
) -> HttpResponse:
    table = _mine(request, pk)
    try:
        act(table)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect(table)


@require_POST
def start(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _act(request, pk, lambda table: imports.start(table, by=request.user, now=now), "")


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _act(request, pk, lambda table: imports.undo(table, by=request.user, now=now), "")


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    table = _mine(request, pk)
    try:
        imports.drop(table, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(table)
    messages.success(request, _("Nothing was done with this list, and it is deleted."))
    name = "imports-leavers" if table.is_of_leavers else "imports"
    return redirect(name, pk=table.organisation_id)


@require_safe
def faults(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lines to correct, as they were sent, each with what is wrong: to be corrected and sent again."""
    table = _mine(request, pk)
    names = [name for name in people_lists.FIELDS if name in table.columns] or ["email", "name"]
    header = [table.columns.get(name) or str(people_lists.FIELDS[name]) for name in names]
    rows = list(_wrong_rows(table, names))
    return sent_file(
        f"lignes-a-corriger-{table.pk}.csv",
        "text/csv; charset=utf-8",
        spreadsheets.as_csv([*header, _("Line"), _("What is wrong")], rows),
    )


def _wrong_rows(table: Import, names: list[str]) -> Iterator[list[str]]:
    for line in table.lines.exclude(faults=[]).iterator():
        wrong = " ".join(
            f"{people_lists.FIELDS[name]} : {people_lists.sentence(code, said)}"
            for name, code, said in line.faults
        )
        yield [*(line.typed.get(name, "") for name in names), str(line.number), wrong]


@require_safe
def model_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """An empty workbook with the headings that we know."""
    _organisation(request, pk)
    names = ["last_name", "first_name", "email", "team", "manager_email", "contract", "hired_on"]
    header = [str(people_lists.FIELDS[name]) for name in names]
    return sent_file("modele-liste.xlsx", SHEETS, spreadsheets.as_xlsx(_("People"), header, []))
