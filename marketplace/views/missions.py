"""Missions: the list of one's own, and the page of one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import ForbiddenMove
from marketplace import audience, permissions
from marketplace.actions import missions
from marketplace.actions.refusals import NotYet
from marketplace.forms.answers import ReasonForm, ReviewForm
from marketplace.models import Mission, Side
from marketplace.states import MissionStatus
from marketplace.views.messages import conversation
from marketplace.views.timeline import events


def _missions(user):
    return Mission.objects.visible_to(user).select_related(
        "need__organisation",
        "need__commune",
        "need__pole",
        "offer__organisation",
        "offer__person",
        "offer__commune",
        "coordinator",
        "proposal__need__organisation",
        "proposal__offer__organisation",
        "proposal__thread",
    )


def index(request):
    status = request.GET.get("etat", "")
    found = _missions(request.user)
    if status in MissionStatus.values:
        found = found.filter(status=status)
    return render(
        request,
        "marketplace/missions.html",
        {
            "page": Paginator(found, 20).get_page(request.GET.get("page")),
            "status": status,
            "statuses": MissionStatus.choices,
        },
    )


def detail(request, pk):
    mission = get_object_or_404(_missions(request.user), pk=pk)
    side = permissions.side_of(request.user, mission.proposal)
    return render(
        request,
        "marketplace/mission.html",
        {
            "mission": mission,
            "need": mission.need,
            "offer": mission.offer,
            "structure_people": audience.structure(mission.need),
            "offering_people": audience.offering(mission.offer),
            "is_need_side": side == Side.NEED,
            "is_offer_side": side == Side.OFFER,
            "can_steer": permissions.can_steer_mission(request.user, mission),
            "can_review": permissions.can_review(request.user, mission),
            "is_running": mission.status == MissionStatus.RUNNING,
            "stages": stages(mission),
            "reviews": mission.reviews.select_related("author"),
            "follow_ups": mission.follow_ups.select_related("asked"),
            "coordinates": request.user.coordinates(mission.need.pole),
            "events": events(mission.steps.select_related("by"), discreet=False),
            **conversation(request, mission.proposal.thread),
        },
    )


def stages(mission: Mission) -> list[dict]:
    """Where the mission stands, for the stepper."""
    reached = {
        MissionStatus.RUNNING: 1,
        MissionStatus.CANCELLED: 1,
        MissionStatus.DONE: 3 if len(mission.reviews.all()) == len(Side) else 2,
    }[MissionStatus(mission.status)]
    labels = [_("Agreed"), _("Under way"), _("Reviews"), _("Finished")]
    return [
        {
            "label": label,
            "state": "done" if number < reached else "current" if number == reached else "todo",
            "note": "",
        }
        for number, label in enumerate(labels)
    ]


def finish(request, pk):
    mission = get_object_or_404(_missions(request.user), pk=pk)
    permissions.require(permissions.can_write_in(request.user, mission.proposal))
    if request.method == "POST":
        try:
            missions.finish(mission, by=request.user)
        except ForbiddenMove as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mission is finished. We are asking both sides how it went."))
        return redirect(mission)
    return render(request, "marketplace/mission_finish.html", {"mission": mission})


def cancel(request, pk):
    mission = get_object_or_404(_missions(request.user), pk=pk)
    permissions.require(permissions.can_write_in(request.user, mission.proposal))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            missions.cancel(mission, reason=form.cleaned_data["reason"], by=request.user)
        except ForbiddenMove as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mission is cancelled. Everyone concerned is being told."))
        return redirect(mission)
    return render(request, "marketplace/mission_cancel.html", {"mission": mission, "form": form})


def review(request, pk):
    mission = get_object_or_404(_missions(request.user), pk=pk)
    side = permissions.side_of(request.user, mission.proposal)
    permissions.require(side is not None)
    if not permissions.can_review(request.user, mission):
        messages.info(request, _("There is no review to give: the mission isn't finished, or your side has given it."))
        return redirect(mission)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            missions.review(mission, side=side, by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you: your review helps the next ones."))
        return redirect(mission)
    return render(request, "marketplace/mission_review.html", {"mission": mission, "form": form})
