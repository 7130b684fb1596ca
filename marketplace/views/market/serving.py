"""The page on which an organisation says once what it works for and whom it serves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.actions.refusals import Refusal
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import serving as acts
from marketplace.forms.market.serving import ServingForm
from marketplace.models import Serving
from marketplace.rules import permissions


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_write_need(request.user, organisation))
    said = Serving.objects.filter(pk=pk).first()
    form = ServingForm(request.POST or None, instance=said)
    if request.method == "POST" and form.is_valid():
        try:
            acts.say(
                organisation,
                cause=form.cleaned_data["cause"],
                served=form.cleaned_data["beneficiaries"],
                by=request.user,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Your next needs begin with it."))
            return redirect(organisation)
    context = {"organisation": organisation, "form": form}
    return render(request, "marketplace/market/serving.html", context)
