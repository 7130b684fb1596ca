"""The local currency of a pôle, as its coordinators name it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Pole
from accounts.requests import SignedInRequest
from marketplace.forms.desk.local_currency import LocalCurrencyForm
from marketplace.rules import permissions


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = get_object_or_404(Pole, pk=pk)
    permissions.require(request.user.coordinates(pole))
    form = LocalCurrencyForm(request.POST or None, instance=pole)
    if request.method == "POST" and form.is_valid():
        named = form.save(commit=False)
        named.save(update_fields=form.Meta.fields)
        messages.success(request, _("Kept. What was agreed on before keeps its words."))
        return redirect("pole", pole.slug)
    context = {"pole": Pole.objects.get(pk=pk), "form": form}
    return render(request, "marketplace/desk/local_currency.html", context)
