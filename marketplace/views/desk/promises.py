"""What the pôle promises: the public page, and the page on which its coordinators change it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Pole, coordinated_by
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.desk import promises as acts
from marketplace.figures import comparison
from marketplace.forms.desk.promises import PromisesForm
from marketplace.models import Promises
from marketplace.rules import permissions


@login_not_required
@require_safe
def index(request: OurRequest) -> HttpResponse:
    """The public page: anybody may read what they can expect."""
    poles = Pole.objects.all()
    mine = set(coordinated_by(request.user).values_list("pole", flat=True))
    shown = []
    for pole in poles:
        promises = Promises.of(pole)
        kept = comparison.share_read(pole, promises.read_within, today=timezone.localdate())
        can_edit = pole.pk in mine
        shown.append({"pole": pole, "promises": promises, "kept": kept, "can_edit": can_edit})
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
