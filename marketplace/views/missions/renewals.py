"""The page on which a mission that goes on with another is prepared."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.missions import renewals
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.missions import RenewForm
from marketplace.models import Mission
from marketplace.rules import permissions, teams
from marketplace.views.missions.missions import led_to_what_stays, one_of


@led_to_what_stays
def renew(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_steer_mission(request.user, mission))
    if why := renewals.why_none(mission):
        messages.info(request, why)
        return redirect(mission)
    form = RenewForm(
        request.POST if request.method == "POST" else None, initial={"hours": mission.sheet.hours}
    )
    if request.method == "POST" and form.is_valid():
        try:
            following = renewals.renew(mission, by=request.user, **form.cleaned_data)
        except (ForbiddenMove, NotYet) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The renewal is ready to be framed. The others are being told.")
            )
            return redirect(following)
    context = {
        "mission": mission,
        "form": form,
        "title": _("Renew the mission"),
        "act_label": _("Prepare the renewal"),
        "back_url": mission.get_absolute_url(),
        "text": _what_goes_on(mission),
    }
    return render(request, "marketplace/missions/mission_act.html", context)


def _what_goes_on(mission: Mission) -> str:
    """What the second has of the first. A team is named anew for each mission."""
    if teams.is_a_team(mission):
        return _(
            "A second mission goes on with this one: same sheet to start from; the team is to be named for it; new agreements and new documents."
        )
    if mission.is_own_time:
        return _(
            "A second mission goes on with this one: same people, same sheet to start from; a new letter of engagement, if you wish."
        )
    return _(
        "A second mission goes on with this one: same people, same sheet to start from; new agreements and new documents."
    )
