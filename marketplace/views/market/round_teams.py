"""The teams of a round: formed, told, and each put forward for a need."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Commune
from accounts.requests import SignedInRequest
from common.numbers import chosen_by
from marketplace.actions.market import round_teams
from marketplace.actions.refusals import NotYet
from marketplace.forms.market import skills
from marketplace.forms.market.rounds import MoveForm, TeamOfferForm, TeamsForm
from marketplace.models import Employee, Offer, OfferSkill, Round, RoundTeam, Skill, Time
from marketplace.rules import permissions
from marketplace.rules.round_words import team_in_a_sentence
from marketplace.states import OfferStatus
from marketplace.views.market.rounds import act, page, run_or_403
from marketplace.views.market.skills import as_typed, posted_picker

MOST_PREFILLED = 5


@require_POST
def form_teams(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    form = TeamsForm(request.POST)
    if not form.is_valid():
        return page(request, round, teams_form=form)
    done = _("The teams are formed: read them, move people, then tell them.")
    return act(
        request,
        round,
        done,
        lambda: round_teams.form_teams(round, size=form.cleaned_data["size"], now=timezone.now()),
    )


@require_POST
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    form = MoveForm(request.POST, round=round)
    if not form.is_valid():
        return page(request, round, move_form=form, ticked=_ticked(request))
    people, team = form.cleaned_data["people"], form.cleaned_data["team"]
    done = _("Moved into team %(number)s.") % {"number": team.number}
    return act(request, round, done, lambda: round_teams.move(people, team, now=timezone.now()))


def _ticked(request: SignedInRequest) -> set[int]:
    """What was ticked, whatever the browser sent."""
    sent = request.POST.getlist("people")
    return {int(one) for one in sent if one.isascii() and one.isdigit() and len(one) < 18}


@require_POST
def tell(request: SignedInRequest, pk: int) -> HttpResponse:
    round = run_or_403(request, pk)
    done = _("The teams are told: each reads on this page who is with them.")
    return act(request, round, done, lambda: round_teams.tell(round, now=timezone.now()))


def look(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a team forward: where it may come, and with which skills."""
    team = get_object_or_404(RoundTeam.objects.select_related("round"), pk=pk)
    round = run_or_403(request, team.round_id)
    permissions.require(permissions.names_others(request.user, round.organisation))
    if team.offer_id is not None:
        messages.info(request, _("This team looks for a need already."))
        return redirect(round)
    posted = request.method == "POST"
    offer = Offer(organisation=round.organisation)
    defaults = _defaults(team, round)
    form = TeamOfferForm(request.POST if posted else None, instance=offer, initial=defaults)
    picker = posted_picker(request) if posted else _prefilled(team, round)
    if posted and skills.is_picking(request.POST):
        form = TeamOfferForm(instance=offer, initial=as_typed(form))
    elif posted and form.is_valid():
        try:
            round_teams.look_for_a_need(
                team, form, picker.chosen, by=request.user, now=timezone.now()
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Published: the coordinators are told that your teams look for needs.")
            )
            return redirect(round)
    context = {"form": form, "picker": picker, "team": team, "round": round}
    hours = _hours(team, round)
    context |= {"total": team.people.count(), "offer_hours": hours, "chosen_by": chosen_by(hours)}
    return render(request, "marketplace/market/round_team_look.html", context)


def _hours(team: RoundTeam, round: Round) -> Any:
    return team.people.count() * round.days * round.programme.hours_per_day


def _defaults(team: RoundTeam, round: Round) -> dict[str, Any]:
    """Where most of its people work; the causes that the programme prefers; who they are, in a sentence."""
    return {
        "commune": _commune_of(team, round),
        "causes": list(round.programme.causes.all()),
        "about": team_in_a_sentence(team.people.count(), round.days),
    }


def _commune_of(team: RoundTeam, round: Round) -> Commune:
    employed = Employee.objects.filter(
        organisation=round.organisation_id, person__in=team.people.values("person")
    ).exclude(site=None)
    sites = employed.values("site").annotate(n=Count("pk")).order_by("-n", "site")
    if (most := sites.first()) is None:
        return round.organisation.commune
    return Commune.objects.get(pk=round.organisation.sites.get(pk=most["site"]).commune_id)


def _prefilled(team: RoundTeam, round: Round) -> skills.Picker:
    """The skills that most of its people offer on working time."""
    offered = OfferSkill.objects.filter(
        offer__status=OfferStatus.PUBLISHED,
        offer__time=Time.WORK,
        offer__organisation=round.organisation_id,
        offer__person__in=team.people.values("person"),
    )
    most = offered.values("skill").annotate(n=Count("offer__person", distinct=True))
    numbers = [row["skill"] for row in most.order_by("-n", "skill")[:MOST_PREFILLED]]
    known = {skill.pk: skill for skill in Skill.objects.current().filter(pk__in=numbers)}
    return skills.Picker([skills.Chosen(known[pk]) for pk in numbers if pk in known])
