"""The pages on which coordinators say that they, or a colleague, are away, and who answers meanwhile."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import require
from accounts.requests import SignedInRequest
from marketplace.actions.desk import absences as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.absences import AbsenceChangeForm, AbsenceForm
from marketplace.models import Absence
from marketplace.rules import absences, permissions
from marketplace.views.desk.desk import scope_of


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Who is away today and in the days to come, in the pôles of the coordinator."""
    scope = scope_of(request)
    today = timezone.localdate(scope.now)
    coming = Absence.objects.visible_to(request.user).of_coordinators().from_then_on(today)
    rows = coming.select_related("person", "stand_in", "pole")
    answers = {away.absence.pk: away.answers for away in scope.absences.values()}
    ours = set(permissions.may_be_said_away_by(request.user).values_list("pk", flat=True))
    lines = [
        {
            "absence": absence,
            "is_on": absence.is_on(today),
            "answers": answers.get(absence.pk, absence.stand_in),
            "can_change": absence.person_id in ours,
            "can_stand_in": absence.person != request.user,
        }
        for absence in rows
    ]
    context = {
        "now_away": [line for line in lines if line["is_on"]],
        "later": [line for line in lines if not line["is_on"]],
        "several": len(scope.poles) > 1,
    }
    return render(request, "marketplace/desk/absences.html", context)


def new(request: SignedInRequest) -> HttpResponse:
    scope_of(request)
    initial = {"person": request.user.pk, "first_day": timezone.localdate()}
    form = AbsenceForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.say(by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            _said(request, made, form.cleaned_data["stand_in"])
            return redirect("absences")
    return render(request, "marketplace/desk/absence_new.html", {"form": form})


def _said(request: SignedInRequest, made: list[Absence], stand_in: User | None) -> None:
    told = stand_in != request.user and any(one.stand_in for one in made)
    words = _("Noted. Whoever answers meanwhile is told by letter.") if told else _("Noted.")
    messages.success(request, words)
    alone = [str(one.pole) for one in made if one.stand_in is None]
    if stand_in and alone:
        messages.warning(
            request,
            _("They don’t coordinate %(poles)s: nobody answers there yet. Choose somebody else.")
            % {"poles": ", ".join(alone)},
        )


def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One absence: changed by the person and their own colleagues, taken on or declined by who answers meanwhile."""
    absence = _absence(request, pk)
    can_change = permissions.can_change_absence(request.user, absence)
    today = timezone.localdate()
    is_over = absence.ended_at is not None or absence.last_day < today
    form = None
    if can_change and not is_over:
        form = AbsenceChangeForm(request.POST or None, absence=absence)
    require(request.method in {"GET", "HEAD"} or form is not None)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            acts.change(absence, by=request.user, **form.cleaned_data)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            told = _told_of(absence, **form.cleaned_data) - {request.user}
            words = _("Noted. Those concerned are told by letter.") if told else _("Noted.")
            messages.success(request, words)
            return redirect("absences")
    answers = None if is_over else absences.answers_for(absence)
    is_mine = absence.person == request.user
    context = {
        "absence": absence,
        "form": form,
        "is_over": is_over,
        "is_on": absence.is_on(today),
        "answers": answers,
        "is_mine": is_mine,
        "meanwhile": _meanwhile(request.user, answers, is_mine=is_mine),
        "is_stand_in": absence.stand_in == request.user,
        "can_stand_in": permissions.can_stand_in(request.user, absence),
    }
    return render(request, "marketplace/desk/absence.html", context)


def _meanwhile(user: User, answers: User | None, *, is_mine: bool) -> str:
    """Who answers, in the words of this reader."""
    if answers is None and is_mine:
        return _(
            "Nobody answers meanwhile: what concerns you is told to all who coordinate the pôle."
        )
    if answers is None:
        return _(
            "Nobody answers meanwhile: what concerns them is told to all who coordinate the pôle."
        )
    if answers == user:
        return _("You answer meanwhile.")
    return _("%(who)s answers meanwhile.") % {"who": answers}


def _told_of(absence: Absence, *, last_day: date, stand_in: User | None) -> set[User]:
    """Those who hear of a change: nobody where all stays as it was."""
    if (absence.last_day, absence.stand_in) == (last_day, stand_in):
        return set()
    return {one for one in (absence.person, absence.stand_in, stand_in) if one}


def _absence(request: SignedInRequest, pk: int) -> Absence:
    rows = Absence.objects.visible_to(request.user).select_related("person", "stand_in", "pole")
    return get_object_or_404(rows, pk=pk)


def _act(
    request: SignedInRequest, absence: Absence, act: Callable[..., None], done: str
) -> HttpResponse:
    try:
        act(absence, by=request.user)
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("absences")


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    absence = _absence(request, pk)
    require(permissions.can_change_absence(request.user, absence))
    if not absence.is_on(timezone.localdate()):
        done = _("Noted: the absence is cancelled.")
    elif absence.person == request.user:
        done = _("Noted: what you follow is told to you again.")
    else:
        done = _("Noted: what they follow is told to them again.")
    return _act(request, absence, acts.end, done)


@require_POST
def stand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    absence = _absence(request, pk)
    require(permissions.can_stand_in(request.user, absence))
    done = _("Thank you: what they follow stands among your lines while they are away.")
    return _act(request, absence, acts.stand_in, done)


@require_POST
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    absence = _absence(request, pk)
    require(permissions.can_stand_in(request.user, absence))
    return _act(request, absence, acts.decline, _("Noted: they are told, to ask somebody else."))
