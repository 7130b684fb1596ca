"""What the pôle promises: the public page, and the page on which its coordinators change it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Pole
from accounts.models.seats import numbers_of_poles
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.desk import promises as acts
from marketplace.figures import comparison, discretion
from marketplace.forms.desk.promises import PromisesForm
from marketplace.models import Promises
from marketplace.rules import permissions, readings


@login_not_required
@require_safe
def index(request: OurRequest) -> HttpResponse:
    """The public page: anybody may read what they can expect."""
    poles = list(Pole.objects.all())
    mine = numbers_of_poles(request.reader) if request.reader else ()
    promised = Promises.of_each(poles)
    days = {pole: promises.read_within for pole, promises in promised.items()}
    read = comparison.read_in_time(days, today=timezone.localdate())
    shown = [
        {
            "pole": pole,
            "promises": promised[pole.pk],
            "within": readings.in_words([days[pole.pk]]),
            "kept": discretion.share(*read[pole.pk]),
            "can_edit": pole.pk in mine,
        }
        for pole in poles
    ]
    return render(request, "marketplace/desk/promises.html", {"shown": shown})


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    pole = get_object_or_404(Pole, pk=pk)
    permissions.require(request.user.coordinates(pole))
    form = PromisesForm(request.POST or None, instance=Promises.of(pole))
    if request.method == "POST" and form.is_valid():
        acts.change(form.save(commit=False), by=request.user)
        messages.success(request, _("The promises are changed, and shown to everyone as they are."))
        return redirect("promises")
    return render(request, "marketplace/desk/promises_edit.html", {"pole": pole, "form": form})
