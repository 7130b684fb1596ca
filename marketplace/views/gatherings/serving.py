"""A need that ends because its structure learnt at a gathering what it asked for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.gatherings import serving
from marketplace.actions.refusals import NotYet
from marketplace.models import Attendance, Need
from marketplace.rules import permissions


@require_POST
def end_need(request: SignedInRequest, pk: int) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user), pk=pk)
    permissions.require(permissions.may_be_served(request.user, need))
    said = request.POST.get("attendance", "")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    rows = Attendance.objects.that_served(need).select_related("gathering")
    attendance = get_object_or_404(rows, pk=number)
    try:
        serving.end_need(need, attendance, by=request.user)
    except (ForbiddenMove, NotYet) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: this need is served. Those who waited are told."))
    return redirect(need)
