"""The pages of a list that an organisation sends: people to bring in, people who have left."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common import spreadsheets
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.imports import ListForm
from marketplace.models import Import, ImportLine
from marketplace.rules import people_lists
from marketplace.rules.permissions import can_see_costs
from marketplace.views.desk.figures import SHEETS, sent_file
from marketplace.views.documents import cost_lists
from marketplace.views.market import import_page, sent_lists

BEFORE = 10  # lists sent before, on the page
# Where each kind of list is sent.
PAGES: dict[str, str] = {
    Import.Kind.EMPLOYEES: "imports",
    Import.Kind.LEAVERS: "imports-leavers",
    Import.Kind.COSTS: "cost-lists",
}


def _organisation(request: SignedInRequest, pk: int) -> Organisation:
    organisation = visible(request, pk)
    permissions.require(permissions.can_gather(request.user, organisation))
    return organisation


def _mine(request: SignedInRequest, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user).filter(pole=None)
    table = get_object_or_404(rows.select_related("organisation", "by", "undone_by"), pk=pk)
    may = can_see_costs if table.is_of_costs else permissions.can_gather
    permissions.require(may(request.user, table.organisation))
    return table


def new(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Send a list; those sent before are below."""
    organisation = _organisation(request, pk)
    form = ListForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    sent = form.is_bound and form.is_valid()
    if sent and (answer := sent_lists.received(request, organisation, kind, form)) is not None:
        return answer
    context = {
        "organisation": organisation,
        "form": form,
        "leavers": kind == Import.Kind.LEAVERS,
        "before": organisation.imports.filter(kind=kind).select_related("by")[:BEFORE],
    }
    return render(request, "marketplace/market/imports.html", context)


@never_cache
@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the list is; before it is carried out, each line with what it will do."""
    table = _mine(request, pk)
    if table.is_of_costs:
        return cost_lists.detail(request, table)
    context = import_page.of(
        table, shown=request.GET.get("lignes", ""), page=request.GET.get("page")
    )
    return render(request, "marketplace/market/import.html", context)


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
    return redirect(PAGES[table.kind], pk=table.organisation_id)


@never_cache
@require_safe
def faults(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lines to correct, as they were sent, each with what is wrong: to be corrected and sent again."""
    table = _mine(request, pk)
    if table.is_of_costs:
        return cost_lists.faults(table)
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
        yield [*(_cell(line, name, names) for name in names), str(line.number), wrong]


def _cell(line: ImportLine, name: str, names: list[str]) -> str:
    """What was typed there. A manager's address typed into the column of names is kept as an address."""
    if name == people_lists.MANAGER and people_lists.MANAGER_EMAIL not in names:
        return line.typed.get(name) or line.typed.get(people_lists.MANAGER_EMAIL, "")
    return line.typed.get(name, "")


@require_safe
def model_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """An empty workbook with the headings that we know."""
    _organisation(request, pk)
    names = [
        "last_name",
        "first_name",
        "email",
        "team",
        "site",
        "manager_email",
        "contract",
        "hired_on",
    ]
    header = [str(people_lists.FIELDS[name]) for name in names]
    return sent_file("modele-liste.xlsx", SHEETS, spreadsheets.as_xlsx(_("People"), header, []))
