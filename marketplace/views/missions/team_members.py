"""The people of a team: who is named, on the page of those who answer for it; what is one's own, on the page of each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import ForbiddenMove
from accounts.requests import SignedInRequest
from marketplace.actions.missions import hours, quotas, teams
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.agreements import EmployeeForm
from marketplace.forms.missions.teams import NameForm, SharesForm
from marketplace.models import (
    Agreement,
    ConsentKind,
    ConsentRequest,
    Mission,
    RoundAnswer,
    TeamMember,
)
from marketplace.rules import permissions
from marketplace.rules import teams as rules
from marketplace.views.missions.missions import one_of


# --- those who answer for it ---------------------------------------------------------------
def _named_by_me(request: SignedInRequest, pk: int) -> Mission:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_name_team(request.user, mission))
    return mission


def one_part(request: SignedInRequest, pk: int) -> TeamMember:
    """One person's part: for that person, and for those who see the mission, of whom some may act."""
    related = ("person", "named_by", "mission__sheet", "mission__programme")
    sides = (
        "mission__need__organisation",
        "mission__offer__organisation",
        "mission__offer__person",
    )
    rows = TeamMember.objects.reached_by(request.user).select_related(*related, *sides)
    return get_object_or_404(rows.select_related("mission__proposal__offer"), pk=pk)


def roster(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who comes: named here, with the hours of each and what is awaited."""
    mission = _named_by_me(request, pk)
    form = _name_form(mission, rules.in_it(mission), request.POST or None)
    if request.method == "POST" and form.is_valid() and _name(request, mission, form):
        return redirect("mission-team", pk=pk)
    return _roster_page(request, mission, form)


def _name_form(
    mission: Mission, there: list[TeamMember], data: QueryDict | None = None
) -> NameForm:
    known = set(mission.team.values_list("person", flat=True))
    expected = [answer.person for answer in _of_round(mission, known)]
    return NameForm(data, mission=mission, there=there, expected=expected)


def _name(request: SignedInRequest, mission: Mission, form: NameForm) -> bool:
    try:
        named = teams.name(
            mission, form.chosen, programme=form.cleaned_data.get("programme"),
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    except quotas.OverQuota as refusal:
        form.add_error("programme" if "programme" in form.fields else None, str(refusal))
        return False
    except NotYet as refusal:
        form.add_error("people", str(refusal))
        return False
    _said_named(request, named)
    return True


def _said_named(request: SignedInRequest, named: list[TeamMember]) -> None:
    if named:
        messages.success(request, _("They are asked by a letter each, and answer for themselves."))
    else:
        messages.info(request, _("Nothing has changed."))


def _roster_page(
    request: SignedInRequest, mission: Mission, form: NameForm, shares: SharesForm | None = None
) -> HttpResponse:
    now = timezone.now()
    team = list(mission.team.select_related("person", "named_by").prefetch_related("steps"))
    there = [one for one in team if one.is_in_it]
    shares = shares or SharesForm(there=there)
    current = mission.agreements.current().exclude(member=None)
    asked = {row.member_id: row for row in current}
    requests = ConsentRequest.objects.waiting().filter(kind=ConsentKind.TEAM)
    links = {row.about: row for row in requests.filter(about__in=[one.pk for one in there])}
    why_not = teams.why_not_named(mission)
    if not why_not and not form.has_somebody:
        why_not = _("Everybody of this organisation who has an account here is named already.")
    context = {
        "mission": mission,
        "form": None if why_not else form,
        "why_not": why_not,
        "shares": shares,
        "rows": [
            {
                "part": one,
                "hours": shares.field_for(one),
                "question": asked.get(one.pk),
                "may_ask": one.comes and rules.may_be_asked(mission),
                "is_over": not mission.is_live,
                "is_late": one.is_named
                and mission.is_live
                and (one.pk not in links or links[one.pk].is_expired(now)),
            }
            for one in there
        ],
        "gone": [one for one in team if not one.is_in_it],
        "is_over": not mission.is_live,
        "planned": sum(one.hours for one in there),
        "company": mission.agreements.current().of_mission_itself().first(),
        "is_framed": mission.has_employer and mission.is_live and not mission.is_being_framed,
        "of_round": _of_round(mission, {one.person_id for one in team}),
        "can_log": permissions.can_log_for_team(request.user, mission)
        and not hours.refusal_of(mission),
        "now": now,
    }
    return render(request, "marketplace/missions/mission_team.html", context)


def _of_round(mission: Mission, known: set[int]) -> list[RoundAnswer]:
    """Those of the round's team from which the mission comes who aren't named yet."""
    team = getattr(mission.offer, "round_team", None)
    if team is None:
        return []
    coming = RoundAnswer.objects.coming().filter(team=team, person__is_active=True)
    return list(coming.exclude(person__in=known).select_related("person", "round__programme"))


@require_POST
def name_of_round(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name in one press all those of the round's team."""
    mission = _named_by_me(request, pk)
    found = _of_round(mission, {one.person_id for one in rules.in_it(mission)})
    programme = found[0].round.programme if found else mission.programme
    try:
        named = teams.name(
            mission, [one.person for one in found], programme=programme,
            by=request.user, now=timezone.now(),
        )  # fmt: skip
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        _said_named(request, named)
    return redirect("mission-team", pk=pk)


@require_POST
def share(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = _named_by_me(request, pk)
    there = list(mission.team.in_it().select_related("person"))
    form = SharesForm(request.POST, there=there)
    if form.is_valid():
        try:
            teams.share(mission, form.hours, now=timezone.now())
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The hours are shared out."))
            return redirect("mission-team", pk=pk)
    return _roster_page(request, mission, _name_form(mission, there), form)


def _do(
    request: SignedInRequest, pk: int, act: Callable[[TeamMember], Any], done: str
) -> HttpResponse:
    part = one_part(request, pk)
    permissions.require(permissions.can_name_team(request.user, part.mission))
    try:
        act(part)
    except (NotYet, ForbiddenMove) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("mission-team", pk=part.mission_id)


@require_POST
def take_off(request: SignedInRequest, pk: int) -> HttpResponse:
    def act(part: TeamMember) -> None:
        teams.take_off(part, by=request.user, now=timezone.now())

    return _do(request, pk, act, _("They are no longer in the team, and are told."))


@require_POST
def ask_again(request: SignedInRequest, pk: int) -> HttpResponse:
    def act(part: TeamMember) -> None:
        teams.ask_again(part, by=request.user, now=timezone.now())

    return _do(request, pk, act, _("A new letter is on its way; the former link no longer works."))


# --- their manager -------------------------------------------------------------------------
def manager(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whose agreement is asked for one person: said by that person, or by those who answer for the team."""
    part = one_part(request, pk)
    names = permissions.can_name_team(request.user, part.mission)
    permissions.require(names or permissions.answers_as_member(request.user, part))
    back = reverse("mission-team", args=[part.mission_id]) if names else part.get_absolute_url()
    employee = rules.employee_of(part.mission, part.person)
    form = EmployeeForm(request.POST or None, instance=employee)
    if request.method == "POST" and form.is_valid():
        try:
            teams.ask_manager(
                part, employee=form.save(commit=False), by=request.user, now=timezone.now()
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The letter is on its way to the manager: one link, good for two weeks.")
            )
            return redirect(back)
    question: Agreement | None = part.agreements.current().first()
    context = {
        "part": part,
        "mission": part.mission,
        "form": form,
        "back_url": back,
        "asked": question,
    }
    return render(request, "marketplace/missions/team_manager.html", context)
