"""The pages about money: what an hour costs (human resources alone), the value declared, the receipt, the year."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import ForbiddenMove, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible as visible_organisation
from marketplace.actions.documents import receipts, valuations
from marketplace.actions.refusals import NotYet
from marketplace.figures import discretion
from marketplace.forms.documents.receipts import ReceiptForm
from marketplace.forms.documents.valuations import CompanyYearForm, HourCostForm, ValueForm
from marketplace.models import Basis, CompanyYear, Document, Mission
from marketplace.models.documents.eligibility import why_no_receipt
from marketplace.rules import permissions, receipt_shares, served
from marketplace.rules.parties import signatories
from marketplace.views.documents.documents import pdf
from marketplace.views.documents.years import around
from marketplace.views.missions.missions import one_of


@never_cache
@sensitive_post_parameters()  # an error page or a report of errors shows none of it
def hour_cost(request: SignedInRequest, pk: int) -> HttpResponse:
    """Human resources alone enter and see what an hour costs, whoever else administers the company."""
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_see_costs(request.user, mission.offer.organisation))
    permissions.require(mission.gives_a_receipt)  # what serves nothing isn't asked for
    form = HourCostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        valuations.enter_cost(mission, form.cleaned_data["cost"], by=request.user)
        messages.success(request, _("Kept, encrypted. Here is what the mission is worth."))
        return redirect("mission-cost", pk=pk)
    estimate = valuations.estimate(mission)
    context = {
        "mission": mission,
        "form": form,
        "estimate": estimate,
        "few": discretion.FEW,
        "year": timezone.localdate().year,
        "declared": (declared := getattr(mission, "valuation", None)),
        "bases": [Basis(code).label for code in (declared and declared.bases) or ()],
    }
    return render(request, "marketplace/documents/hour_cost.html", context)


def declare(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_declare_value(request.user, mission))
    estimate = valuations.estimate(mission)
    planned = {"amount": estimate.gift, "read": estimate.gift} if estimate else None
    form = ValueForm(request.POST or None, initial=planned).about(estimate)
    if request.method == "POST" and form.is_valid() and _declared(request, mission, form):
        return redirect("mission-documents", pk=pk)
    # Human resources alone see how the estimate is made; the others declare what they are told.
    sees = permissions.can_see_costs(request.user, mission.offer.organisation)
    context = {"mission": mission, "form": form, "sees_costs": sees}
    context["refusal"] = valuations.refusal_of(mission)
    context["waiting"] = mission.hours.filter(confirmed_at=None).total()
    context["estimate"] = estimate if sees else None
    context["parts"] = _parts(mission)
    context["by_average"] = estimate is not None and estimate.rests_on_average
    return render(request, "marketplace/documents/value_declare.html", context)


def _parts(mission: Mission) -> list[dict]:
    """The hours by which the value will be shared out between several structures; nothing where there is one."""
    structures = served.structures(mission)
    if len(structures) == 1:
        return []
    hours = receipt_shares.hours_of(mission)
    return [{"structure": one, "hours": hours[one.pk]} for one in structures]


def _declared(request: SignedInRequest, mission: Mission, form: ValueForm) -> bool:
    said = form.cleaned_data
    try:
        valuations.declare(
            mission, said["amount"], by=request.user, now=timezone.now(), warned=said["warned"],
            read=said["read"], confirmed=form.confirmed,
        )  # fmt: skip
    except valuations.AverageDoubt as doubt:
        form.add_error("average" if "average" in form.fields else "amount", str(doubt))
    except valuations.Changed as changed:
        form.read_again(valuations.estimate(mission))
        form.add_error("amount", str(changed))
    except valuations.CapDoubt as doubt:
        form.ask_whether_to_keep()
        form.add_error("amount", str(doubt))
    except (NotYet, ForbiddenMove) as refusal:
        form.add_error("amount", str(refusal))
    else:
        structures, now = served.structures(mission), timezone.now()
        refusals = [receipts.refusal_of(mission, now, one) for one in structures]
        several = len(structures) > 1
        said_next = (refusals[0] if all(refusals) else "") or (
            _("Each structure that gives any can now give the receipt for its own hours.")
            if several
            else _("The structure can now give its receipt.")
        )
        messages.success(request, " ".join([_("The value is declared."), said_next]))
        return True
    return False


def receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """A structure gives its receipt, or replaces one that was wrong."""
    mission = one_of(request.user, pk)
    structure = _whose_receipt(request, mission)
    if given := mission.documents.receipts().standing().filter(organisation=structure).first():
        messages.info(request, _("The receipt has been given already. To correct it, replace it."))
        return redirect(given)
    known = dict(signatories(structure)).get(request.user, "")
    valuation = getattr(mission, "valuation", None)
    leads = structure == mission.structure
    planned = {
        "capacity": known,
        "counterparts": mission.sheet.counterparts_value if leads else None,
        "read": receipt_shares.part_of(valuation, structure) if valuation else None,
    }
    form = ReceiptForm(request.POST or None, initial=planned)
    if (
        request.method == "POST"
        and form.is_valid()
        and (answer := _receipt(request, mission, form, structure))
    ):
        return answer
    context = {
        "mission": mission,
        "form": form,
        "structure": structure,
        "refusal": receipts.refusal_of(mission, timezone.now(), structure),
        "can_say": permissions.can_declare_eligibility(request.user, structure)
        and bool(why_no_receipt(structure, timezone.localdate()))
        and not valuations.is_closed_without(mission),
        "valuation": valuation,
        "amount": planned["read"],
        "is_a_part": valuation is not None and valuation.amount != planned["read"],
    }
    return render(request, "marketplace/documents/receipt.html", context)


def _whose_receipt(request: SignedInRequest, mission: Mission) -> Organisation:
    """The structure whose receipt this person gives: the one that the address names, otherwise the first of theirs.
    Raises PermissionDenied (403) for somebody who gives none."""
    mine = [
        one
        for one in served.structures(mission)
        if permissions.can_give_receipts(request.user, one)
    ]
    asked = request.GET.get("pour", "")
    found = [one for one in mine if asked in {"", str(one.pk)}]
    permissions.require(bool(found))
    return found[0]


def _receipt(
    request: SignedInRequest, mission: Mission, form: ReceiptForm, structure: Organisation
) -> HttpResponse | None:
    """Answer with the preview, or give the receipt. None when it is refused; the form then has the sentence."""
    said = form.cleaned_data
    try:
        if "preview" in request.POST:
            shown = {name: said[name] for name in ("capacity", "counterparts")}
            return pdf(
                receipts.preview(
                    mission, by=request.user, now=timezone.now(), structure=structure, **shown
                ),
                "apercu-recu",
            )
        given = receipts.issue(
            mission, by=request.user, now=timezone.now(), structure=structure,
            replaces=receipts.voided(mission, structure), **said,
        )  # fmt: skip
    except receipts.TooMuchInReturn as doubt:
        form.ask_whether_to_keep()
        form.add_error("counterparts", str(doubt))
        return None
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The receipt is given, and the company is being told."))
    return redirect(given)


def company_year(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """The estimate of the company's tax reduction, with every step; the company certifies it."""
    company = visible_organisation(request, pk)
    permissions.require(company.may_deduct_gifts)
    certifies = permissions.is_in_charge_at(request.user, company) or permissions.can_see_costs(
        request.user, company
    )
    reads = request.method != "POST" and permissions.can_see_gifts_of(request.user, company)
    permissions.require(certifies or reads)
    row = CompanyYear.objects.filter(organisation=company, year=year).first()
    form = CompanyYearForm(
        request.POST or None, instance=row or CompanyYear(organisation=company, year=year)
    )
    if request.method == "POST" and form.is_valid():
        valuations.keep_year(company, year, form.cleaned_data)
        return redirect("company-year", pk=pk, year=year)
    context = {
        "organisation": company,
        "year": year,
        "form": form,
        "result": valuations.year_estimate(company, year),
        "receipts": Document.objects.receipts()
        .standing()
        .filter(donor=company, year=year)
        .select_related("organisation"),
        **around(year),
    }
    return render(request, "marketplace/documents/company_year.html", context)
