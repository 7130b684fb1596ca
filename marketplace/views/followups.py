"""“How is it going?”, answered from the letter without signing in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace import permissions
from marketplace.actions import followups
from marketplace.actions.refusals import NotYet
from marketplace.forms.answers import FollowUpForm
from marketplace.models import FollowUp


@login_not_required
def answer(request, token):
    """Opening the link changes nothing (mail scanners open links): the form's button answers."""
    follow_up = followups.from_token(token)
    if follow_up is None:
        raise Http404
    form = FollowUpForm(request.POST or None, initial={"answer": request.GET.get("answer")})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            followups.answer(follow_up, **form.cleaned_data)
        except NotYet as too_late:
            refusal = str(too_late)
        else:
            return redirect(request.path)
    return render(
        request,
        "marketplace/follow_up.html",
        {
            "follow_up": follow_up,
            "mission": follow_up.mission,
            "form": form,
            "refusal": refusal,
            "chosen": request.GET.get("answer") in FollowUp.Answer.values
            and request.method == "GET",
        },
    )


@require_POST
def settle(request, pk):
    follow_up = get_object_or_404(
        FollowUp.objects.visible_to(request.user).select_related("mission__need__pole"), pk=pk
    )
    permissions.require(request.user.coordinates(follow_up.mission.need.pole))
    if followups.settle(follow_up):
        messages.success(request, _("Settled: it has left the desk."))
    return redirect(follow_up.mission)
