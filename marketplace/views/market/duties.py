"""Who is charged with what in an organisation."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import duties
from marketplace.forms.market.duties import DutyForm
from marketplace.models import Duty
from marketplace.rules import permissions


def charged(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page of who is charged with what; administrators change it."""
    organisation = visible(request, pk)
    permissions.require(not organisation.may_coordinate and request.user.belongs_to(organisation))
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
    return render(request, "marketplace/market/duties.html", context)


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    mine = Duty.objects.filter(membership__organisation__memberships__user=request.user)
    duty = get_object_or_404(mine.select_related("membership__organisation"), pk=pk)
    organisation = duty.membership.organisation
    permissions.require(permissions.can_give_duties(request.user, organisation))
    duties.take_back(duty)
    messages.success(request, _("Done."))
    return redirect("duties", pk=organisation.pk)
