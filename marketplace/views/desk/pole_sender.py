"""In whose name the letters of a pôle leave, as its coordinators say."""

from email.utils import parseaddr

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Pole
from accounts.requests import SignedInRequest
from marketplace.forms.desk.pole_sender import PoleSenderForm
from marketplace.rules import permissions


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = get_object_or_404(Pole, pk=pk)
    permissions.require(request.user.coordinates(pole))
    form = PoleSenderForm(request.POST or None, instance=pole)
    if request.method == "POST" and form.is_valid():
        said = form.save(commit=False)
        said.save(update_fields=form.Meta.fields)
        messages.success(request, _("Kept: letters that leave from now on are signed so."))
        return redirect("pole-sender", pk)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    kept = Pole.objects.get(pk=pk)
    context = {"pole": kept, "form": form, "site_name": name or address, "address": address}
    return render(request, "marketplace/desk/pole_sender.html", context)
