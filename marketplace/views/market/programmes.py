"""A company's programmes and their quota."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.forms.market.programmes import ProgrammeForm
from marketplace.models import CompanyProgramme
from marketplace.rules import permissions


def programmes(request: SignedInRequest, pk: int) -> HttpResponse:
    company = visible(request, pk)
    theirs = Membership.objects.of(request.user).filter(organisation=company)
    permissions.require(company.may_offer and theirs.exists())
    return render(
        request,
        "marketplace/market/programmes.html",
        {
            "organisation": company,
            "programmes": company.programmes.all(),
            "can_change": permissions.can_run_programmes(request.user, company),
            "today": timezone.localdate(),
        },
    )


def programme_new(request: SignedInRequest, pk: int) -> HttpResponse:
    company = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, company))
    return _programme(request, CompanyProgramme(organisation=company, manager=request.user))


def programme_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    ours = Organisation.objects.spoken_for_by(request.user).values("pk")
    mine = CompanyProgramme.objects.filter(organisation__in=ours)
    programme = get_object_or_404(mine.select_related("organisation"), pk=pk)
    permissions.require(permissions.can_run_programmes(request.user, programme.organisation))
    return _programme(request, programme)


def _programme(request: SignedInRequest, programme: CompanyProgramme) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, instance=programme)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It counts for the agreements asked from now on."))
        return redirect("programmes", pk=programme.organisation_id)
    context = {"form": form, "programme": programme, "organisation": programme.organisation}
    return render(request, "marketplace/market/programme_form.html", context)
