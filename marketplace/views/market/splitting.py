"""Splitting a need in two, so that each part finds somebody."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.market import splitting
from marketplace.actions.refusals import NotYet
from marketplace.forms.market.splitting import SplitForm
from marketplace.rules import permissions
from marketplace.views.market.needs import need_or_404


def split(request: SignedInRequest, pk: int) -> HttpResponse:
    need = need_or_404(request, pk)
    permissions.require(permissions.can_see_candidates(request.user, need))
    data = request.POST if request.method == "POST" else None
    form = SplitForm(data, need=need, ticked=request.GET.getlist("skill"))
    if request.method == "POST" and form.is_valid():
        try:
            other = splitting.split(need, **form.cleaned_data, by=request.user)
        except (ForbiddenMove, NotYet) as refusal:
            messages.error(request, str(refusal))
            return redirect(need)
        messages.success(request, _("Done: two missions instead of one. Here is the new one."))
        return redirect(other)
    context = {"need": need, "form": form, "one_skill": need.wanted.count() < 2}
    return render(request, "marketplace/market/need_split.html", context)
