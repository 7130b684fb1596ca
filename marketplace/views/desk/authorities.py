"""The page where a coordinator says what kind of public body an organisation is."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from marketplace.actions.desk import authorities
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.authorities import AuthorityForm


def classify(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Organisation.objects.in_poles_of(request.user).without_operators()
    organisation = get_object_or_404(rows.select_related("commune__department"), pk=pk)
    permissions.require(permissions.can_verify(request.user, organisation))
    form = AuthorityForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            authorities.classify(organisation, form.cleaned_data["choice"], by=request.user)
        except NotYet as refusal:
            form.add_error("choice", str(refusal))
        else:
            messages.success(request, _("Kept: its history says so."))
            return redirect("organisation-verify", pk=pk)
    context = {"organisation": organisation, "form": form}
    return render(request, "marketplace/desk/authority.html", context)
