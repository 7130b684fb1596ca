"""The pages of the employer's agreement: asked for by the employee, answered by a link or by the company."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.requests import OurRequest, SignedInRequest
from marketplace.actions.missions import agreements, quotas
from marketplace.actions.refusals import NotYet
from marketplace.forms.missions.agreements import AgreementAnswerForm, EmployeeForm
from marketplace.models import Agreement, Amendment, Employee, Mission
from marketplace.rules import employments, permissions, sheet_yeses, teams
from marketplace.views.missions.missions import led_to_what_stays, one_of


@login_not_required
@never_cache
def answer(request: OurRequest, token: str) -> HttpResponse:
    """The manager's page, without an account. Opening it changes nothing, since mail scanners open links."""
    now = timezone.now()
    try:
        agreement = agreements.from_token(token, now=now)
    except agreements.LinkOver as over:
        return _over(request, over)
    form = AgreementAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agreements.answer(agreement, now=now, **form.cleaned_data)
        except agreements.LinkOver as over:
            return _over(request, over)
        return redirect("agreement", token=token)
    context = about(agreement) | {"form": form}
    return unindexed(render(request, "marketplace/missions/agreement.html", context))


def about(agreement: Agreement) -> dict:
    """The context of a question's page: the mission as it would be agreed to, and what an amendment changes."""
    mission = agreement.subject
    return {
        "agreement": agreement,
        "mission": mission,
        "changes": agreement.amendment.labelled_changes if agreement.amendment else [],
        "quotas": quotas_of(agreement, mission),
    }


def quotas_of(agreement: Agreement, mission: Mission) -> list:
    """What the programme still gives to whoever is asked for, year by year; empty without a programme, and for a whole
    team by name."""
    member = agreement.member
    employee = teams.employee_of(mission, member.person) if member else employee_of(mission)
    by_name = member is None and teams.has_names(mission)
    if mission.programme is None or employee is None or by_name:
        return []
    return [
        quotas.quota_from(
            mission.programme, employee, year, hours=agreement.hours,
            starts_on=mission.starts_on, ends_on=mission.ends_on, but=mission,
        )
        for year in range(mission.starts_on.year, mission.ends_on.year + 1)
    ]  # fmt: skip


def _over(request: OurRequest, over: agreements.LinkOver) -> HttpResponse:
    thanks = over.agreement is not None and over.agreement.is_answered
    context = {
        "sentence": str(over),
        "thanks": thanks,
        "asks_the_employer": thanks and _asks_the_employer(over.agreement),
        "may_be_sent_again": _may_be_sent_again(over.agreement),
    }
    status = 200 if thanks else 410
    return unindexed(
        render(request, "marketplace/missions/agreement_over.html", context, status=status)
    )


def _asks_the_employer(agreement: Agreement | None) -> bool:
    """Whether a manager's yes to the mission, or to its amendment, has led to a question to the employer that waits."""
    if agreement is None or agreement.member_id or not agreement.is_yes:
        return False
    asked = agreement.mission.agreements.waiting().filter(asked=Agreement.Asked.COMPANY)
    return asked.filter(amendment=agreement.amendment_id).exists()


def _may_be_sent_again(agreement: Agreement | None) -> bool:
    """Whether the letter may be sent again: its link has run out or was replaced, but the question isn't void."""
    if agreement is None:
        return True
    return not agreement.voided_at and agreement.is_expired(timezone.now())


def unindexed(response: HttpResponse) -> HttpResponse:
    """Tell search engines not to list this page, whose address is a key. (The site's Referrer-Policy, same-origin,
    keeps the address from other sites; a stricter one would make browsers send the form without its origin.)"""
    response["X-Robots-Tag"] = "noindex"
    return response


def employee_of(mission: Mission) -> Employee | None:
    """What the company has said of the person who comes, or a new Employee that isn't saved; None on own time."""
    company = mission.offer.organisation
    person = mission.person_coming
    if company is None or mission.is_own_time:
        return None
    found = Employee.objects.filter(organisation=company, person=person).first()
    found = found or Employee(person=person)
    found.organisation = company  # its programmes and places are asked of it
    return found


@led_to_what_stays
def agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the agreement is: the employee asks from here, the company answers here."""
    mission = one_of(request.user, pk)
    employee = _asking(request, mission)
    form = None
    if employee and not teams.is_naming(mission):
        form = EmployeeForm(request.POST or None, instance=employee, mission=mission)
    if request.method == "POST":
        permissions.require(form is not None)
        if form is not None and form.is_valid() and _ask(request, mission, form):
            return redirect("mission-agreement", pk=pk)
        employee = _asking(request, mission)  # as it stands, not as it was typed
    return _page(request, mission, form, AgreementAnswerForm(), employee)


def _asking(request: SignedInRequest, mission: Mission) -> Employee | None:
    can_ask = permissions.can_ask_agreement(request.user, mission)
    return employee_of(mission) if can_ask else None


def _page(
    request: SignedInRequest,
    mission: Mission,
    form: EmployeeForm | None,
    answer_form: AgreementAnswerForm,
    employee: Employee | None,
) -> HttpResponse:
    """`employee`: who comes, for whoever asks the employer."""
    ours = [one for one in mission.agreements.all() if one.member_id is None]
    asked, earlier = (
        [one for one in ours if not one.voided_at],
        [one for one in ours if one.voided_at],
    )
    # None waits, says the mission, as it comes from `with_course`.
    waits = agreements.amendment_to_agree(mission) if mission.amendment_open else None
    may_ask = agreements.may_ask(mission, waits)
    can_answer = permissions.can_answer_for_company(request.user, mission)
    return render(
        request,
        "marketplace/missions/mission_agreement.html",
        {
            "mission": mission,
            "form": form if may_ask else None,
            "asked": asked,
            "nobody_asked": _nobody_asked(mission, earlier),
            "asked_from_here": _asked_once_agreed(mission),
            "stands_in_the_way": [] if waits else filter(None, [sheet_yeses.why_none(mission)]),
            "has_a_yes": _has_a_yes(waits, asked),
            "earlier": earlier,
            "is_naming": teams.is_naming(mission),
            "can_name": permissions.can_name_team(request.user, mission),
            # The employer's reasons and figures are between the employee and the employer.
            "sees_reasons": permissions.can_ask_agreement(request.user, mission),
            "can_answer": can_answer,
            "why_not_answer": "" if can_answer else _why_not_answer(request.user, mission),
            "answer_form": answer_form,
            "unconfirmed": _unconfirmed(mission) if can_answer else [],
            "now": timezone.now(),
            **_left(
                waits.amended() if waits else mission,
                employee if may_ask and not teams.is_naming(mission) else None,
                is_chosen=bool(asked),
            ),
        },
    )


def _has_a_yes(waits: Amendment | None, asked: Iterable[Agreement]) -> bool:
    """Whether a yes falls when somebody else is asked: one to the amendment that waits for the employer; otherwise one
    to the mission itself. What all have signed stands."""
    about = waits.pk if waits else None
    yes = Agreement.Answer.YES
    return any(one.answer == yes and one.amendment_id == about for one in asked)


def _asked_once_agreed(mission: Mission) -> str:
    """What a yes of both sides to the sheet brings, as a sentence; "" where it isn't awaited."""
    if mission.is_own_time or not mission.is_being_framed or mission.sheet.is_agreed:
        return ""
    if teams.is_naming(mission):
        return _(
            "Both sides say yes to the mission’s sheet first; each person’s manager is asked then."
        )
    return _(
        "Both sides say yes to the mission’s sheet first; then the manager is asked from this page."
    )


def _nobody_asked(mission: Mission, earlier: Sequence[Agreement]) -> str:
    """What is said where no question stands. What was agreed counts no more once a mission stops: it isn't said never
    to have been asked."""
    if mission.is_own_time:
        return _("This mission is done on own time: no employer has to agree.")
    if mission.was_interrupted:
        return _("The mission has stopped: nothing is asked here any more.")
    if mission.has_been_left:
        return _("The person who came has left their employer: nothing is asked here any more.")
    if teams.is_naming(mission):
        return _("The employer is asked once the manager of everybody who comes agrees.")
    if earlier:
        return _("Nobody has been asked about this version yet.")
    return _("Nobody has been asked yet.")


def _why_not_answer(user: User, mission: Mission) -> str:
    """Why somebody else answers for the company, in place of this person, who is in charge there; otherwise ""."""
    if not permissions.is_in_charge_at(user, mission.offer.organisation):
        return ""
    if theirs := permissions.own_structure(user, mission):
        return _(
            "You belong to %(structure)s too: somebody else in charge at the employer’s answers for it."
        ) % {"structure": theirs}
    return _(
        "You said yes for %(structure)s: somebody else in charge at the employer’s answers for it."
    ) % {"structure": mission.need.organisation}


def _unconfirmed(mission: Mission) -> list[str]:
    """For whoever answers for the company: what the programme's rules rest on, of those who come, that is only declared."""
    programme = mission.programme
    if programme is None:
        return []
    if not teams.has_names(mission):
        employee = employee_of(mission)
        said = employments.unconfirmed(programme, employee) if employee else ""
        return [said] if said else []
    coming = [one.person_id for one in teams.in_it(mission)]
    rows = Employee.objects.filter(organisation=mission.offer.organisation, person__in=coming)
    found = (
        (row, employments.unconfirmed(programme, row)) for row in rows.select_related("person")
    )
    return [f"{row.person} – {said}" for row, said in found if said]


def _left(mission: Mission, employee: Employee | None, *, is_chosen: bool) -> dict:
    """What each programme still gives beside this mission, shown while the employer may be asked: from then on this
    mission has taken its part of it. Once the manager has been asked, that of the programme that was chosen, if any."""
    if employee is None:
        return {"left": []}
    years = range(mission.starts_on.year, mission.ends_on.year + 1)
    left = []
    programmes = employee.organisation.programmes.open_on(timezone.localdate())
    if is_chosen:
        programmes = programmes.filter(pk__in=[mission.programme_id])
    for programme in programmes:
        by_year = [quotas.quota_of(mission, programme, employee, year) for year in years]
        refusals = dict.fromkeys(refusal for quota in by_year for refusal in quota.refusals)
        declared = {quota.unconfirmed for quota in by_year} - {""}
        left.append((programme, by_year, list(refusals), list(declared)))
    return {"left": left, "left_to": employee.person}


def _ask(request: SignedInRequest, mission: Mission, form: EmployeeForm) -> bool:
    try:
        agreements.ask_manager(
            mission,
            employee=form.save(commit=False),
            programme=form.cleaned_data.get("programme"),
            by=request.user,
            now=timezone.now(),
        )
    except quotas.OverQuota as refusal:
        form.add_error("programme", str(refusal))
        return False
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, _("The letter is on its way to the manager: one link, good for two weeks.")
    )
    return True


def _current(mission: Mission, asked: str) -> Agreement | None:
    """The agreement that waits; otherwise the one that was answered about the mission itself."""
    current = mission.agreements.current().of_nobody_alone().filter(asked=asked)
    return current.waiting().first() or current.of_mission_itself().first()


@require_POST
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_ask_agreement(request.user, mission))
    question = _current(mission, Agreement.Asked.MANAGER)
    try:
        if question is None:
            raise NotYet(_("Nobody has been asked yet."))
        agreements.send_again(question, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new letter is on its way; the former link no longer works."))
    return redirect("mission-agreement", pk=pk)


@require_POST
def answer_for_company(request: SignedInRequest, pk: int) -> HttpResponse:
    mission = one_of(request.user, pk)
    permissions.require(permissions.can_answer_for_company(request.user, mission))
    question = _current(mission, Agreement.Asked.COMPANY)
    form = AgreementAnswerForm(request.POST)
    if question is None:
        messages.error(request, _("The employer is asked once the manager has agreed."))
    elif request.POST.get("question") != str(question.pk):
        messages.error(
            request,
            _("The question has changed since you opened this page: read it again, then answer."),
        )
    elif not form.is_valid():
        employee = _asking(request, mission)
        asking = EmployeeForm(instance=employee, mission=mission) if employee else None
        return _page(request, mission, asking, form, employee)
    else:
        try:
            agreements.answer(
                question,
                by=request.user,
                name=str(request.user),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except agreements.LinkOver as over:
            messages.error(request, str(over))
        else:
            messages.success(request, _("Thank you. Those concerned are being told."))
    return redirect("mission-agreement", pk=pk)
