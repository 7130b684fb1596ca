"""The structure's year: its receipts, given one by one or all at once; its statement and bookkeeping entries."""

from collections.abc import Callable
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible as visible_organisation
from marketplace.actions.documents import receipts, years
from marketplace.actions.refusals import NotYet
from marketplace.documents.entries import as_csv, as_xlsx
from marketplace.forms.fields import EurosField
from marketplace.models import Document, ReceiptRun
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import permissions
from marketplace.rules.receipt_shares import part_of
from marketplace.views.documents.documents import pdf

GIVEN = "donne"  # the side of its year that whoever gives and receives asks for

SHOWN = 50  # receipts on a page
FILES: dict[str, tuple[Callable[..., bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class RateForm(forms.Form):
    rate = EurosField(
        label=gettext_lazy("Value of an hour of volunteering, in euros"), min_value=Decimal("0.01")
    )


def _structure(request: SignedInRequest, pk: int) -> Organisation:
    organisation = visible_organisation(request, pk)
    permissions.require(permissions.can_see_receipts(request.user, organisation))
    return organisation


@require_safe
def index(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    structure = _structure(request, pk)
    found = Document.objects.receipts().filter(organisation=structure, year=year)
    run = ReceiptRun.objects.filter(organisation=structure, year=year).first()
    context = {
        "organisation": structure,
        "year": year,
        "page": Paginator(
            found.select_related("donor", "mission__need").order_by("-number"), SHOWN
        ).get_page(request.GET.get("page")),
        **_to_give(request.user, structure, year),
        "run": run,
        "refused": _still_refused(run, structure, year),
        "rate": RateForm(),
        **around(year),
    }
    return render(request, "marketplace/documents/receipts_year.html", context)


def _to_give(user: User, structure: Organisation, year: int) -> dict:
    """The receipts that wait to be given, each with its value, their sum, and what they were when they were read; none
    for somebody who may read receipts but give none, and where the structure may give none itself, which is said."""
    if not permissions.can_give_receipts(user, structure):
        return {"waiting": []}
    found = receipts.waiting(structure, year).order_by("pk")
    if gives_none := why_no_receipt(structure, timezone.localdate()):
        return {"waiting": [], "gives_none": gives_none if found.exists() else ""}
    rows = list(found.select_related("valuation", "sheet", "need", "offer__organisation"))
    lines = [
        {
            "mission": one,
            "amount": part_of(one.valuation, structure),
            "back": receipts.counterparts_of(one, structure),
        }
        for one in rows
    ]
    return {
        "waiting": lines,
        "waiting_sum": sum((part_of(one.valuation, structure) for one in rows), Decimal(0)),
        "read": receipts.fingerprint_of(rows, structure),
    }


def _still_refused(run: ReceiptRun | None, structure: Organisation, year: int) -> list[str]:
    """Why the last run made no receipt for what still waits for one."""
    if run is None or not run.refused:
        return []
    waits = set(receipts.waiting(structure, year).values_list("pk", flat=True))
    return [words for number, words in run.refused if number in waits]


def around(year: int) -> dict[str, int | None]:
    """The year before and the year after, or None: documents begin with 2000, and a year to come has none."""
    this = timezone.localdate().year
    return {
        "before": year - 1 if year > 2000 else None,
        "after": year + 1 if year < this else None,
    }


@require_POST
def make_all(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """Start the run that gives all of the year's receipts. It works in the background; the page shows how far it
    is."""
    structure = _structure(request, pk)
    permissions.require(permissions.can_give_receipts(request.user, structure))
    try:
        read = request.POST.get("read", "")
        receipts.start_run(structure, year, by=request.user, read=read)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The receipts are being made: reload this page to see how far it is.")
        )
    return redirect("receipts-year", pk=pk, year=year)


@require_safe
def statement(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    organisation = visible_organisation(request, pk)
    today = timezone.localdate()
    given = organisation.may_deduct_gifts and request.GET.get("sens") == GIVEN
    if organisation.may_give_receipts and not given:
        permissions.require(permissions.can_see_receipts(request.user, organisation))
        return pdf(years.structure_statement(organisation, year, on=today), f"recus-{year}")
    permissions.require(permissions.can_see_programme_of(request.user, organisation))
    return pdf(years.company_statement(organisation, year, on=today), f"dons-{year}")


@require_safe
def entries(request: SignedInRequest, pk: int, year: int, kind: str) -> HttpResponse:
    if kind not in FILES:
        raise Http404
    structure = _structure(request, pk)
    if not structure.keeps_classes_86_and_87:
        raise Http404
    form = RateForm(request.GET)
    if not form.is_valid():
        messages.error(
            request, _("Say what an hour of volunteering is worth: the structure chooses.")
        )
        return redirect("receipts-year", pk=pk, year=year)
    rows = years.entries(structure, year, rate=form.cleaned_data["rate"])
    write, content_type = FILES[kind]
    answer = HttpResponse(write(rows), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="ecritures-{year}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
