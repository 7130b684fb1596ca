"""The page on which a coordinator says whether a loan may be billed below its cost."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from marketplace.actions.missions import below_cost
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.below_cost import BelowCostForm
from marketplace.law import groups
from marketplace.models.missions.sheets import AT_COST
from marketplace.rules import parties, permissions
from marketplace.views.missions.missions import led_to_what_stays, one_of


@led_to_what_stays
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    if not mission.is_live and permissions.follows(request.user, mission):
        messages.info(request, _("The mission is over: nothing is asked about what is billed."))
        return redirect(mission)
    permissions.require(permissions.can_agree_below_cost(request.user, mission))
    share = mission.sheet.billed_share
    asked = {"share": share} if share < AT_COST else {}
    form = BelowCostForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            below_cost.answer(mission, **form.cleaned_data, by=request.user)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is kept, and both sides are being told."))
            return redirect(mission)
    tied = parties.of_the_lenders_group(mission)
    context = {
        "mission": mission,
        "form": form,
        "sheet": mission.sheet,
        "is_asked": bool(asked),
        "group_law": groups if tied else None,
        "tied": ", ".join(map(str, tied)),
    }
    return render(request, "marketplace/missions/mission_below_cost.html", context)
