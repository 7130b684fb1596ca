"""The pages by which a pôle moves in: its spreadsheets sent, looked at, carried out, taken back."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions
from accounts.models import Organisation, Pole, Seat, User
from accounts.requests import SignedInRequest
from common import spreadsheets
from marketplace.actions.desk import bringing
from marketplace.actions.market import imports
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.bringing import BringForm, ColumnsForm
from marketplace.models import Import, ImportLine
from marketplace.rules import record_columns
from marketplace.rules.permissions import can_bring_in
from marketplace.views.desk import bring_page
from marketplace.views.desk.figures import pole_chips, pole_of, sent_file

BEFORE = 10  # lists sent before, on the page
MOST_ANSWERS = 50
NAMED = re.compile(r"line-[0-9]{1,18}")  # the field that asks about a line


def _operator(request: SignedInRequest, pole: Pole) -> Organisation:
    """The operator for which this coordinator works in the pôle: the one seated first, of several."""
    seats = Seat.objects.held_by(request.user).filter(pole=pole).order_by("since", "pk")
    seat = seats.select_related("operator").first()
    permissions.require(seat is not None)
    assert seat is not None
    return seat.operator


def _mine(request: SignedInRequest, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user).exclude(pole=None)
    found = rows.select_related("organisation", "pole", "by", "undone_by")
    table = get_object_or_404(found, pk=pk)
    assert table.pole is not None
    permissions.require(can_bring_in(request.user, table.pole, table.organisation))
    return table


def bring_in(request: SignedInRequest) -> HttpResponse:
    """Send a file; what the pôle holds already, and the files sent before, are beside."""
    pole = pole_of(request)
    operator = _operator(request, pole)
    first = {"kind": bring_page.kind_of(request.GET.get("quoi", ""))}
    is_sent = request.method == "POST"
    form = BringForm(request.POST, request.FILES) if is_sent else BringForm(initial=first)
    if form.is_bound and form.is_valid():
        name, content = form.cleaned_data["sent"]
        try:
            table, is_new = imports.receive(
                operator,
                form.cleaned_data["kind"],
                content=content,
                name=name,
                pole=pole,
                by=request.user,
                now=timezone.now(),
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            if not is_new:
                messages.info(
                    request,
                    _("This list is here already: it is read again.")
                    if table.state == Import.State.READING
                    else _("This list is here already: twice is once."),
                )
            return redirect(table)
    before = Import.objects.visible_to(request.user).filter(pole=pole, organisation=operator)
    context = {
        "form": form,
        "pole": pole,
        "poles": pole_chips(request, pole),
        "held": bring_page.held(pole),
        "before": before.select_related("by")[:BEFORE],
    }
    return render(request, "marketplace/desk/bring_in.html", context)


@never_cache
@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the list is; before it is carried out, each line with what it will do."""
    table = _mine(request, pk)
    if table.state == Import.State.READ and table.problem:
        return redirect("bring-columns", pk=table.pk)
    asked = request.GET
    context = bring_page.of(
        table, reader=request.user, shown=asked.get("lignes", ""), page=asked.get("page")
    )
    return render(request, "marketplace/desk/bring_list.html", context)


def columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which column is what, or which sheet to read."""
    table = _mine(request, pk)
    if table.state != Import.State.READ:
        return redirect(table)
    sampled = table.sampled or []
    headings = [heading for heading, *_samples in sampled]
    places = table.mapped or {
        name: headings.index(said) for name, said in table.columns.items() if said in headings
    }
    posted = request.POST if request.method == "POST" else None
    if posted and "again" in posted:
        return _act(request, pk, partial(bringing.look_again, by=request.user, now=timezone.now()))
    form = ColumnsForm(posted, kind=table.kind, sampled=sampled, places=places)
    sheet = request.POST.get("sheet", "")
    if posted is not None and (sheet or form.is_valid()):
        fields = {} if sheet else form.by_place
        try:
            bringing.map_columns(table, fields, sheet=sheet, by=request.user, now=timezone.now())
        except NotYet as refusal:
            messages.error(request, str(refusal))
        return redirect(table)
    context = {"table": table, "form": form, "unknown": bool(table.problem)}
    return render(request, "marketplace/desk/bring_columns.html", context)


@require_POST
def same(request: SignedInRequest, pk: int) -> HttpResponse:
    """Of names nearly the same, whether they are one."""
    table = _mine(request, pk)
    said = {
        int(name.removeprefix("line-")): str(answer)
        for name, answer in list(request.POST.items())[: MOST_ANSWERS + 1]
        if NAMED.fullmatch(name) and answer in (bringing.SAME, bringing.OTHER)
    }
    try:
        decided = bringing.decide(table, said, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        if not decided:
            messages.error(request, _("Say of at least one whether it is the same."))
    return redirect(table)


def _act(request: SignedInRequest, pk: int, act: Callable[[Import], object]) -> HttpResponse:
    table = _mine(request, pk)
    try:
        act(table)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    return redirect(table)


@require_POST
def start(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _act(request, pk, lambda table: imports.start(table, by=request.user, now=now))


@require_POST
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    return _act(request, pk, lambda table: imports.undo(table, by=request.user, now=now))


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    table = _mine(request, pk)
    try:
        imports.drop(table, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return redirect(table)
    messages.success(request, _("Nothing was done with this list, and it is deleted."))
    return redirect("bring-in")


@never_cache
@require_safe
def faults(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lines to correct, as they were sent, each with what is wrong: to be corrected and sent again."""
    table = _mine(request, pk)
    fields = record_columns.FIELDS[table.kind]
    names = [name for name in fields if name in table.columns]
    header = [table.columns[name] or str(fields[name]) for name in names]
    rows = list(_wrong_rows(table, names, request.user))
    return sent_file(
        f"lignes-a-corriger-{table.pk}.csv",
        "text/csv; charset=utf-8",
        spreadsheets.as_csv([*header, _("Line"), _("What is wrong")], rows),
    )


def _wrong_rows(table: Import, names: list[str], reader: User) -> Iterator[list[str]]:
    lines = bring_page.lines_shown(table, reader).filter(outcome=ImportLine.Outcome.FAULT)
    for line in lines.iterator():
        wrong = " ".join(
            f"{label} : {sentence}" for label, sentence in bring_page.wrong(table.kind, line)
        )
        yield [*(line.typed.get(name, "") for name in names), str(line.number), wrong]
