"""Milestones and deliverables of a mission."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from common.among import among
from marketplace.actions.missions import deliverables
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.deliverables import DeliverableForm, MilestoneForm
from marketplace.models import Deliverable, Milestone, Mission
from marketplace.rules import permissions
from marketplace.views.missions.missions import led_to_what_stays, one_of


def _page(
    request: SignedInRequest,
    mission: Mission,
    form: BaseForm,
    act: Callable[..., object],
    *,
    title: str,
    label: str,
    done: str,
) -> HttpResponse:
    permissions.require(permissions.can_steer_mission(request.user, mission))
    if request.method == "POST" and form.is_valid():
        try:
            act(mission, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(mission)
    context = {"mission": mission, "form": form, "title": title, "act_label": label}
    context["back_url"] = mission.get_absolute_url()
    return render(request, "marketplace/missions/mission_act.html", context)


@led_to_what_stays
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(
        request,
        one_of(request.user, pk),
        MilestoneForm(request.POST or None),
        deliverables.plan,
        title=_("Add a milestone"),
        label=_("Add the milestone"),
        done=_("The milestone is on the page of the mission."),
    )


@led_to_what_stays
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(
        request,
        one_of(request.user, pk),
        DeliverableForm(request.POST or None, request.FILES or None),
        lambda mission, **said: deliverables.hand_over(mission, by=request.user, **said),
        title=_("Hand something over"),
        label=_("Hand it over"),
        done=_("Handed over: the others are being told."),
    )


@require_POST
def tick(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _mine(request, Milestone, pk)
    try:
        deliverables.tick(milestone, by=request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    return redirect(milestone.mission)


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    milestone = _mine(request, Milestone, pk)
    try:
        deliverables.remove(milestone)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    return redirect(milestone.mission)


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    handed = _mine(request, Deliverable, pk)
    permissions.require(permissions.can_confirm_hours(request.user, handed.mission))
    if deliverables.accept(handed, by=request.user, now=timezone.now()):
        messages.success(request, _("Accepted. Thank you."))
    return redirect(handed.mission)


def _mine[Row: (Milestone, Deliverable)](
    request: SignedInRequest, model: type[Row], pk: int
) -> Row:
    """The milestone or deliverable of a mission that this person sees and may move; otherwise 404 or 403."""
    row = get_object_or_404(
        model.objects.filter(
            among(Mission.objects.visible_to(request.user), "mission")
        ).select_related(
            "mission__proposal__need__organisation",
            "mission__proposal__need__pole",
            "mission__proposal__offer__organisation",
        ),
        pk=pk,
    )
    permissions.require(permissions.can_steer_mission(request.user, row.mission))
    return row
