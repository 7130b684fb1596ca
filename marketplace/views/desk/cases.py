"""The pages of a case: its story, who is in charge, what was done, and how it ends."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from marketplace.actions.desk import cases
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.cases import CaseAssignForm, CaseCloseForm, CaseNoteForm, CaseOpenForm
from marketplace.models import Case, Mission, Proposal
from marketplace.models.desk.cases import SUBJECTS
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.rules import absences, audience, permissions
from marketplace.views.missions.missions import follow_ups_of
from marketplace.views.timeline import events

ASSIGN, CLOSE = "assign-%s", "close-%s"  # three forms of one page have a field of one name
# How the page calls each.
NAMES: dict[type[BaseForm], str] = {
    CaseNoteForm: "note_form",
    CaseAssignForm: "assign_form",
    CaseCloseForm: "close_form",
}


def _case(request: SignedInRequest, pk: int) -> Case:
    """The case, or 404 for one that the reader doesn't see, such as another pôle's."""
    found = Case.objects.visible_to(asked_beforehand(request.user)).select_related(
        "mission__need__organisation",
        "mission__need__pole",
        "mission__offer__person",
        "mission__offer__organisation",
        "mission__proposal__thread",
        "proposal__need__organisation",
        "proposal__need__pole",
        "proposal__offer__person",
        "proposal__offer__organisation",
        "proposal__thread",
        "organisation",
        "in_charge",
        "pole",
    )
    return get_object_or_404(found, pk=pk)


def _colleagues(case: Case, *, reader: User) -> QuerySet[User]:
    """Who may take it: not whoever is on a side of what it is about, as far as the reader may know."""
    ours = audience.coordinators_of(case.pole)
    return permissions.following(ours, case.subject, known_to=reader)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, _case(request, pk))


def _page(request: SignedInRequest, case: Case, sent: BaseForm | None = None) -> HttpResponse:
    """`sent`: one of its forms, which can't be kept as it is; what was typed stays in its place."""
    about = case.mission or case.proposal
    colleagues = _colleagues(case, reader=request.user)
    return render(
        request,
        "marketplace/desk/case.html",
        {
            "case": case,
            "entries": case.entries.select_related("by"),
            "about": about,
            "thread": about
            and getattr(case.mission.proposal if case.mission else about, "thread", None),
            "needed": about and audience.structure(about.need),
            "offering": about and audience.offering(about.offer),
            "follow_ups": follow_ups_of(case.mission, request.user, coordinates=True)
            if case.mission
            else (),
            "events": events(about.steps.select_related("by"), discreet=False) if about else (),
            "is_mine": case.in_charge_id == request.user.pk,
            "note_form": CaseNoteForm(),
            "assign_form": CaseAssignForm(people=colleagues, pole=case.pole, auto_id=ASSIGN),
            "close_form": CaseCloseForm(auto_id=CLOSE),
            "form": sent,
            **({NAMES[type(sent)]: sent} if sent else {}),
        },
    )


def _act(
    request: SignedInRequest, case: Case, form: BaseForm, act: Callable[..., object], done: str
) -> HttpResponse:
    """Do the act and go back to the case; a form with errors is shown there, or these alone once it is closed. Who comes by
    its address, as after a change of language, is led to the case too."""
    if request.method != "POST":
        return redirect(case)
    if not form.is_valid():
        if case.is_open:
            return _page(request, case, form)
        for lines in form.errors.values():
            messages.error(request, " ".join(map(str, lines)))
        return redirect(case)
    try:
        act(case, by=request.user, **form.cleaned_data)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(case)


def note(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, _case(request, pk), CaseNoteForm(request.POST), cases.note, _("Noted."))


def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    people = _colleagues(case, reader=request.user)
    form = CaseAssignForm(request.POST, people=people, pole=case.pole, auto_id=ASSIGN)
    done = _("Passed on: they are being told.")
    if form.is_valid() and (away := absences.away_from(form.cleaned_data["to"], case.pole)):
        done = f"{done} {form.cleaned_data['to']}{_(': ')}{away.words}."
    return _act(request, case, form, cases.assign, done)


@require_POST
def take(request: SignedInRequest, pk: int) -> HttpResponse:
    case = _case(request, pk)
    try:
        cases.assign(case, to=request.user, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are in charge."))
    return redirect(case)


def close(request: SignedInRequest, pk: int) -> HttpResponse:
    form = CaseCloseForm(request.POST, auto_id=CLOSE)
    done = _("The case is closed, with its outcome.")
    return _act(request, _case(request, pk), form, cases.close, done)


def open_one(request: SignedInRequest, noun: str, pk: int) -> HttpResponse:
    """Open a case by hand, about a mission, a proposal or an organisation of one's pôle."""
    subject = _subject(request.user, noun, pk)
    form = CaseOpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        case = cases.open_about(
            subject,
            reason=Case.Reason.OTHER,
            words=form.cleaned_data["words"],
            by=request.user,
            now=timezone.now(),
        )
        return redirect(case)
    standing = Case.objects.visible_to(request.user).open().about(subject).first()
    if standing and request.method == "GET":
        return redirect(standing)
    return render(request, "marketplace/desk/case_open.html", {"subject": subject, "form": form})


def _subject(user: User, noun: str, pk: int) -> Mission | Proposal | Organisation:
    if noun not in SUBJECTS:
        raise Http404
    if noun == "organisation":
        organisation = get_object_or_404(Organisation.objects.in_poles_of(user), pk=pk)
        permissions.require(permissions.follows(user, organisation))
        return organisation
    related = ("need__organisation", "need__pole", "need__coordinator")
    subject: Mission | Proposal
    if noun == "mission":
        missions = Mission.objects.visible_to(user).select_related(*related)
        subject = get_object_or_404(missions, pk=pk)
    else:
        proposals = Proposal.objects.visible_to(user).select_related(*related)
        subject = get_object_or_404(proposals, pk=pk)
    permissions.require(permissions.follows(user, subject))
    return subject
