"""One's own part in a team: the yes, the hours, the certificate; and a day of several people at once."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from marketplace.actions.documents import documents
from marketplace.actions.missions import hours, teams
from marketplace.actions.refusals import NotYet
from marketplace.documents.words import figure
from marketplace.forms.market.consents import ConsentForm
from marketplace.forms.missions.teams import DayChoiceForm, DayForm, a_day
from marketplace.models import Consent, ConsentKind, Document, HoursEntry, Kind, TeamMember
from marketplace.models.market.consents import WORDS
from marketplace.models.missions.hours import HoursQuerySet
from marketplace.rules import audience, permissions
from marketplace.rules import teams as rules
from marketplace.rules.next_acts import employer_refusal
from marketplace.rules.parties import signatories
from marketplace.rules.team_hours import refusal_of
from marketplace.states import DocumentStatus
from marketplace.views.missions.hours import (
    for_whom,
    here,
    hours_form,
    monday_of,
    save_week,
    typed_week,
    week_facts,
    what_follows,
)
from marketplace.views.missions.missions import one_of
from marketplace.views.missions.team_members import one_part


def own_part(request: SignedInRequest, pk: int) -> TeamMember:
    """One's own, and nobody else's (403)."""
    part = one_part(request, pk)
    permissions.require(part.person_id == request.user.pk)
    return part


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What for, when, with whom; one says yes or no here, and finds one's hours and certificate."""
    part = one_part(request, pk)
    if part.person_id != request.user.pk:
        permissions.require(permissions.can_name_team(request.user, part.mission))
        return redirect("mission-team", pk=part.mission_id)
    acts = permissions.answers_as_member(request.user, part)
    form = ConsentForm(
        request.POST or None, families=[], employee=rules.employee_of(part.mission, part.person)
    )
    if request.method == "POST":
        permissions.require(acts)
        if form.is_valid() and _answer(request, part, form):
            return redirect(part)
    return _page(request, part, form, acts=acts)


def _answer(request: SignedInRequest, part: TeamMember, form: ConsentForm) -> bool:
    said, now = form.cleaned_data, timezone.now()
    try:
        if said["answer"] == "YES":
            teams.agree(part, manager=form.manager, how=Consent.How.ACCOUNT, now=now)
        else:
            teams.decline(part, reason=said["reason"], now=now)
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Thank you: those who answer for the team are told."))
    return True


def _page(
    request: SignedInRequest, part: TeamMember, form: ConsentForm, *, acts: bool
) -> HttpResponse:
    mission, sheet = part.mission, part.mission.sheet
    is_over = not mission.is_live
    question = part.agreements.current().first() if part.comes else None
    if question and is_over and not question.is_yes:
        question = None  # nothing is awaited of the manager any more
    others = mission.team.coming().exclude(pk=part.pk).select_related("person")
    mine = mission.hours.filter(person=request.user)
    certificate = part.documents.kept().standing().first()
    refusal = documents.refusal_of(Kind.HOURS_CERTIFICATE, mission, part)
    context = {
        "part": part,
        "mission": mission,
        "is_over": is_over,
        "sheet": sheet if part.is_in_it else None,  # it may change since, and is theirs no more
        "form": form if acts and not teams.why_not_answered(part) else None,
        "why_not": teams.why_not_answered(part) if part.is_named else "",
        "refused": _refused(part),
        "own_words": WORDS[ConsentKind.TEAM],
        "others": [one.person for one in others] if part.is_in_it else [],
        "turn_to": audience.answers_for_team(part),
        "welcoming": audience.welcoming(mission) if mission.started_at and part.comes else [],
        "question": question,
        "manager_awaited": acts and part.comes and question is None and rules.may_be_asked(mission),
        "now": timezone.now(),
        "total": mine.total(),
        "confirmed": mine.confirmed().total(),
        "contested": mine.contested().exists(),
        "may_write": permissions.can_write_own_part(request.user, part)
        and not hours.refusal_of(mission)
        and not refusal_of(mission, request.user),
        "certificate": certificate,
        "may_certify": permissions.asks_own_certificate(request.user, part)
        and not refusal
        and (certificate is None or _has_more(certificate, mine)),
        "consent": Consent.objects.standing(request.user, ConsentKind.TEAM, part).first(),
    }
    return render(request, "marketplace/missions/team_member.html", context)


def _refused(part: TeamMember) -> str:
    """That the employer didn't agree to the mission as it stands, with its reason for those who have said that they come."""
    answer = employer_refusal.refused(part.mission)
    if answer is None or not part.is_in_it:
        return ""
    then = _(
        "As it stands, the team doesn’t come. Both sides may change its sheet: the employer is then asked again."
    )
    reason = answer.reason if part.comes else ""
    return f"{employer_refusal.told(part.mission)}. {then} {reason}".strip()


def _has_more(certificate: Document, mine: HoursQuerySet) -> bool:
    """Whether hours were confirmed since a certificate that isn't signed yet: its next version has them."""
    waits = certificate.status == DocumentStatus.TO_SIGN
    return waits and certificate.facts["hours"]["total"] != figure(mine.confirmed().total())


@require_POST
def step_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """One can't come any more: those who answer for the team are told."""
    part = own_part(request, pk)
    permissions.require(permissions.answers_as_member(request.user, part))
    given = Consent.objects.standing(request.user, ConsentKind.TEAM, part).first()
    if not part.mission.is_live:
        messages.info(request, _("The mission is over: nothing is left to step out of."))
    elif given is None or not part.comes:
        messages.info(request, _("This yes has ended already."))
    else:
        teams.step_out(part, consent=given, now=timezone.now())
        messages.success(
            request, _("You are no longer in the team: those who answer for it are told.")
        )
    return redirect(part)


def own_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own hours in the team, a week at a time."""
    part = own_part(request, pk)
    mission, today = part.mission, timezone.localdate()
    refusal = hours.refusal_of(mission) or refusal_of(mission, request.user)
    can_write = permissions.can_write_own_part(request.user, part) and not refusal
    monday = monday_of(request.GET.get("semaine", ""), mission, min(today, part.last_on or today))
    form = hours_form(request, mission, monday, person=request.user) if can_write else None
    typing = typed_week(request, mission, monday, person=request.user)
    if form and typing.answers:
        return typing.answer()
    if request.method == "POST":
        permissions.require(form is not None)
        if (
            form
            and form.is_valid()
            and save_week(request, mission, form, typing, person=request.user)
        ):
            pour = here(mission, for_whom(request, mission))["pour"]
            return redirect(f"{request.path}?semaine={monday}{pour}")
    mine = mission.hours.filter(person=request.user)
    mine = mine.select_related("person", "written_by", "served")
    context = {
        **here(mission, for_whom(request, mission), f"semaine={monday}"),
        "part": part,
        "mission": mission,
        "form": typing.fill(form) if form else None,
        "typing": typing,
        "refusal": refusal,
        "entries": mine,
        "contested": list(mine.contested()) if form else [],
        "total": mine.total(),
        "confirmed": mine.confirmed().total(),
        **week_facts(monday),
    }
    return render(request, "marketplace/missions/team_hours.html", context)


@require_POST
def certificate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make the certificate of one person's hours: asked by that person, or by either side."""
    part = one_part(request, pk)
    mine = permissions.asks_own_certificate(request.user, part)
    permissions.require(mine or permissions.can_make_documents(request.user, part.mission))
    back = redirect(part) if mine else redirect("mission-documents", pk=part.mission_id)
    try:
        made = documents.make(
            Kind.HOURS_CERTIFICATE, part.mission, member=part, by=request.user, now=timezone.now()
        )
    except NotYet as refusal:
        messages.error(request, str(refusal))
        return back
    signs = {user.pk for user, _capacity in signatories(part.mission.need.organisation)}
    if signs - {request.user.pk}:
        messages.success(request, _("The document is ready. Those who sign it are being told."))
    else:
        messages.success(request, _("The document is ready."))
    return redirect(made)


# --- a day of several ----------------------------------------------------------------------
def day(request: SignedInRequest, pk: int) -> HttpResponse:
    """One day of the whole team: the same hours for everybody to begin with, each may be changed."""
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_log_for_team(request.user, mission))
    today = timezone.localdate()
    chosen = DayChoiceForm(request.GET if "jour" in request.GET else None, initial={"jour": today})
    on = a_day(request.GET.get("jour", ""), mission, today)
    same = chosen.cleaned_data.get("heures") if chosen.is_bound and chosen.is_valid() else None
    there = mission.team.who_came().select_related("person")
    people = [
        one
        for one in there.prefetch_related("agreements", "steps")
        if rules.has_managers_yes(one) and not one.takes_away(on)
    ]
    whom = for_whom(request, mission)
    written = HoursEntry.objects.filter(mission=mission, day=on, served=whom)
    written = written.select_related("written_by", "person")
    entries = {entry.person_id: entry for entry in written}
    form = DayForm(request.POST or None, people=people, entries=entries, same=same)
    if request.method == "POST" and form.is_valid():
        try:
            changed = hours.write_day(
                mission, on, form.written, today=today, by=request.user, served=whom
            )
        except hours.WrongPerson as refusal:
            form.add_error(_field_of(form, refusal.person), str(refusal))
        else:
            messages.success(request, what_follows(mission, changed))
            pour = here(mission, whom)["pour"]
            return redirect(f"{reverse('team-day', args=[pk])}?jour={on}{pour}")
    context = {
        **here(mission, whom, f"jour={on}"),
        "mission": mission,
        "day": on,
        "chosen": chosen,
        "form": form,
        "confirmed": [entry for entry in entries.values() if entry.is_confirmed],
        "refusal": hours.refusal_of(mission),
    }
    return render(request, "marketplace/missions/team_day.html", context)


def _field_of(form: BaseForm, person: int) -> str | None:
    return name if (name := f"hours_{person}") in form.fields else None
