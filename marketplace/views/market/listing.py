"""Whether one's organisation is in the public directory: what is read of it there, and the one click in or out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import listing
from marketplace.models import ConsentKind
from marketplace.models.market.consents import WORDS


def page(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the directory says of it, to its own people; those who may decide have a button."""
    organisation, user = visible(request, pk), request.user
    permissions.require(user.belongs_to(organisation))
    can_enter = permissions.can_list(user, organisation)
    can_leave = permissions.can_unlist(user, organisation)
    day = organisation.listed_from
    if request.method == "POST":
        permissions.require(can_leave if request.POST.get("act") == "leave" else can_enter)
        _act(request, organisation)
        return redirect("organisation-listing", pk=pk)
    own_yes = permissions.enters_by_own_yes(organisation)
    context = {
        "organisation": organisation,
        "is_in": day is not None,
        "is_shown": organisation.is_accepted and day is not None and day <= timezone.localdate(),
        "own_yes": own_yes,
        "own_words": WORDS[ConsentKind.LISTED] if own_yes else "",
        "can_enter": can_enter and day is None,
        "can_leave": can_leave and day is not None,
    }
    return render(request, "marketplace/market/listing.html", context)


def _act(request: SignedInRequest, organisation: Organisation) -> None:
    named = {"organisation": organisation}
    if request.POST.get("act") == "leave":
        listing.leave(organisation)
        messages.success(request, _("%(organisation)s is no longer in the directory.") % named)
        return
    try:
        listing.enter(organisation, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(organisation)s is in the directory.") % named)
