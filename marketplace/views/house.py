"""What an organisation says of itself for its missions: tax receipts, programmes, duties."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.views.organisations import visible
from marketplace import permissions
from marketplace.actions import duties
from marketplace.actions import eligibility as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.organisations import (
    DutyForm,
    EligibilityCheckForm,
    EligibilityForm,
    ProgrammeForm,
)
from marketplace.models import CompanyProgramme, Duty, Eligibility


def eligibility(request, pk):
    """The structure declares; its coordinators check."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_eligibility(request.user, organisation))
    current = Eligibility.objects.current_of(organisation)
    can_declare = permissions.can_declare_eligibility(request.user, organisation)
    can_verify = permissions.can_verify_eligibility(request.user, organisation) and current
    declared = can_declare and "declare" in request.POST
    form = EligibilityForm(*((request.POST, request.FILES) if declared else ()))
    check = EligibilityCheckForm(
        request.POST if can_verify and "check" in request.POST else None, initial=_checked(current)
    )
    if request.method == "POST":
        permissions.require(form.is_bound or check.is_bound)
        if _saved(request, organisation, current, form, check):
            return redirect("eligibility", pk=pk)
    context = {
        "organisation": organisation,
        "current": current,
        "refusal": current.why_no_receipt(timezone.localdate()) if current else "",
        "history": organisation.eligibilities.select_related("declared_by", "verified_by", "proof"),
        "form": form if can_declare else None,
        "check": check if can_verify else None,
    }
    return render(request, "marketplace/eligibility.html", context)


def _checked(current: Eligibility | None) -> dict:
    return {"status": current.status, "valid_until": current.valid_until} if current else {}


def _saved(
    request, organisation, current, form: EligibilityForm, check: EligibilityCheckForm
) -> bool:
    bound = form if form.is_bound else check
    if not bound.is_valid():
        return False
    said = bound.cleaned_data
    try:
        if bound is form:
            kept = {name: said[name] for name in (*EligibilityForm.Meta.fields, "proof")}
            acts.declare(organisation, by=request.user, **kept)
            messages.success(
                request, _("Thank you. A coordinator checks it before the first receipt.")
            )
        else:
            acts.verify(current, by=request.user, now=timezone.now(), **said)
            messages.success(request, _("Checked. The structure is being told."))
    except NotYet as refusal:
        bound.add_error(None, str(refusal))
        return False
    return True


def programmes(request, pk):
    company = visible(request, pk)
    permissions.require(
        company.kind == Organisation.Kind.COMPANY and request.user.belongs_to(company)
    )
    return render(
        request,
        "marketplace/programmes.html",
        {
            "organisation": company,
            "programmes": company.programmes.all(),
            "can_change": permissions.can_run_programmes(request.user, company),
            "today": timezone.localdate(),
        },
    )


def programme_new(request, pk):
    company = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, company))
    return _programme(request, CompanyProgramme(organisation=company, manager=request.user))


def programme_edit(request, pk):
    mine = CompanyProgramme.objects.filter(organisation__memberships__user=request.user)
    programme = get_object_or_404(mine.select_related("organisation"), pk=pk)
    permissions.require(permissions.can_run_programmes(request.user, programme.organisation))
    return _programme(request, programme)


def _programme(request, programme: CompanyProgramme):
    form = ProgrammeForm(request.POST or None, instance=programme)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It counts for the agreements asked from now on."))
        return redirect("programmes", pk=programme.organisation_id)
    context = {"form": form, "programme": programme, "organisation": programme.organisation}
    return render(request, "marketplace/programme_form.html", context)


def charged(request, pk):
    """Who is charged with what; administrators give and take back."""
    organisation = visible(request, pk)
    permissions.require(
        organisation.kind != Organisation.Kind.OPERATOR and request.user.belongs_to(organisation)
    )
    can_give = permissions.can_give_duties(request.user, organisation)
    form = DutyForm(request.POST or None, organisation=organisation)
    if request.method == "POST":
        permissions.require(can_give)
        if form.is_valid():
            duties.give(by=request.user, **form.cleaned_data)
            messages.success(request, _("Done."))
            return redirect("duties", pk=pk)
    given = Duty.objects.filter(membership__organisation=organisation).select_related(
        "membership__user"
    )
    context = {"organisation": organisation, "duties": given, "form": form, "can_give": can_give}
    return render(request, "marketplace/duties.html", context)


@require_POST
def take_back(request, pk):
    mine = Duty.objects.filter(membership__organisation__memberships__user=request.user)
    duty = get_object_or_404(mine.select_related("membership__organisation"), pk=pk)
    organisation = duty.membership.organisation
    permissions.require(permissions.can_give_duties(request.user, organisation))
    duties.take_back(duty)
    messages.success(request, _("Done."))
    return redirect("duties", pk=organisation.pk)
