"""An organisation's public page: its needs belong to this floor."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.views.organisations import visible
from marketplace.models import Need

SHOWN = 12


@login_not_required
@require_safe
def detail(request, pk: int):
    """Public once it is verified; before, its own people and its coordinators alone find it."""
    organisation = visible(request, pk)
    user = request.user
    known = user.is_authenticated
    context = {
        "organisation": organisation,
        "needs": Need.objects.published()
        .of(organisation)
        .select_related("commune", "cause")[:SHOWN],
        "belongs": known and user.speaks_for(organisation),
        "can_edit": known and permissions.can_edit(user, organisation),
        "can_resubmit": known and permissions.can_resubmit(user, organisation),
        "can_see_members": known and permissions.can_see_members(user, organisation),
        "can_verify": known and permissions.can_verify(user, organisation),
        "last_word": organisation.steps.exclude(reason="").last() if known else None,
    }
    return render(request, "marketplace/organisation.html", context)
