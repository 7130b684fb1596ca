"""A manager's page at their company: who asks for their agreement, and what their people do at work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.missions import agreements
from marketplace.forms.missions.agreements import AgreementAnswerForm
from marketplace.models import Agreement, Employee, Mission, TeamMember
from marketplace.rules import permissions
from marketplace.views.missions.agreements import about

SHOWN = 100


@require_safe
def team(request: SignedInRequest, pk: int) -> HttpResponse:
    """The employees who have named this person as their manager, and their missions on working time."""
    company = visible(request, pk)
    permissions.require(permissions.manages_at(request.user, company))
    people = Employee.objects.led_by(request.user).filter(organisation=company)
    missions = (
        Mission.objects.at_work_of(people)
        .with_served()
        .select_related("need__organisation", "offer__person", "sheet")
        .prefetch_related("departures")
    )
    parts = TeamMember.objects.coming().filter(
        mission__offer__organisation=company, person__in=people.values("person")
    )
    asked = Agreement.objects.asked_to(request.user).current()
    asked = asked.filter(mission__offer__organisation=company)
    context = {
        "organisation": company,
        "people": people.select_related("person").order_by("person__last_name", "pk"),
        "missions": missions.order_by("-starts_on", "-pk")[:SHOWN],
        "parts": parts.select_related("person", "mission__need__organisation")
        .order_by("-mission__starts_on", "-pk")[:SHOWN],
        "asked": asked.select_related("mission__need__organisation", "asked_by").order_by("-pk")[:SHOWN],
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "marketplace/missions/team.html", context)


def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer from the account. The letter's link leads to the same question; whichever is first counts."""
    asked = Agreement.objects.asked_to(request.user).select_related(
        "mission__need__organisation", "mission__offer__person", "mission__sheet",
        "mission__programme", "asked_by", "mission__offer__organisation",
    )  # fmt: skip
    agreement = get_object_or_404(asked, pk=pk)
    mission = agreement.mission
    form = AgreementAnswerForm(request.POST or None)
    try:
        agreements.require_open(agreement, now=timezone.now())
        if request.method == "POST" and form.is_valid():
            agreements.answer(
                agreement, by=request.user, name=str(request.user), now=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, _("Thank you. Those concerned are being told."))
            return redirect("team", pk=mission.offer.organisation_id)
    except agreements.LinkOver as over:
        messages.error(request, str(over))
        return redirect("team", pk=mission.offer.organisation_id)
    context = about(agreement) | {"form": form}
    return render(request, "marketplace/missions/agreement.html", context)
