"""Whether the structure may give tax receipts: the page on which it declares and its coordinators check."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.documents import eligibility as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.documents.eligibility import EligibilityCheckForm, EligibilityForm
from marketplace.law.carried import GIVES_NONE
from marketplace.models import Eligibility
from marketplace.rules import permissions


def eligibility(request: SignedInRequest, pk: int) -> HttpResponse:
    """The structure declares, and its coordinators check."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_eligibility(request.user, organisation))
    current = Eligibility.objects.current_of(organisation)
    can_declare = permissions.can_declare_eligibility(request.user, organisation)
    can_verify = permissions.can_verify_eligibility(request.user, organisation) and current
    declared = can_declare and "declare" in request.POST
    form = EligibilityForm(
        *((request.POST, request.FILES) if declared else ()),
        instance=Eligibility(organisation=organisation),
    )
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
        "history": organisation.eligibilities.exclude(
            pk=current.pk if current else 0
        ).select_related("declared_by", "verified_by"),
        "named_by_no_law": organisation.legal_form in GIVES_NONE,
        "form": form if can_declare else None,
        "check": check if can_verify else None,
    }
    return render(request, "marketplace/documents/eligibility.html", context)


def _checked(current: Eligibility | None) -> dict:
    if current is None:
        return {}
    return {"status": current.status, "valid_until": current.valid_until, "read": current.pk}


def _saved(
    request: SignedInRequest,
    organisation: Organisation,
    current: Eligibility | None,
    form: EligibilityForm,
    check: EligibilityCheckForm,
) -> bool:
    bound = form if form.is_bound else check
    if not bound.is_valid():
        return False
    said = bound.cleaned_data
    try:
        if bound is form:
            kept = {name: said[name] for name in (*EligibilityForm.Meta.fields, "proof")}
            acts.declare(organisation, by=request.user, **kept)
            messages.success(request, _("Thank you. A coordinator checks it."))
        else:
            assert current is not None, "only what was declared is checked"
            seen = Eligibility(pk=said.pop("read"), organisation=organisation)
            acts.verify(seen, by=request.user, now=timezone.now(), **said)
            messages.success(request, _("Checked. The structure is being told."))
    except NotYet as refusal:
        bound.add_error(None, str(refusal))
        return False
    return True
