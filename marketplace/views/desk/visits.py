"""The pages on which a coordinator says when they are free for visits, proposes one, and finds those to come."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from marketplace.actions.desk import free_times
from marketplace.actions.desk import visits as acts
from marketplace.actions.refusals import NotYet
from marketplace.forms.desk.visits import FreeTimeForm, InviteForm, LengthForm
from marketplace.models import FreeTime, Mission, Need, Visit
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.desk.visits import CLOSED_AFTER
from marketplace.rules import permissions, visits
from marketplace.states import VisitStatus
from marketplace.views.desk.desk import scope_of

MANY = 50


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The visits of the pôles of this coordinator: to come, waiting for an answer, and to be dealt with."""
    scope = scope_of(request)
    rows = Visit.objects.filter(pole__in=scope.poles).followed_by(asked_beforehand(request.user))
    rows = rows.with_what_pages_show()
    waits = rows.filter(status__in=[VisitStatus.NO_TIME, VisitStatus.LAPSED])
    context = {
        "agreed": rows.agreed().order_by("begins_at", "pk")[:MANY],
        "held": rows.held().order_by("ends_at", "pk")[:MANY],
        "waits": waits.order_by("asked_at", "pk")[:MANY],
        "working_days": CLOSED_AFTER,
        "has_hours": FreeTime.objects.filter(person=request.user).exists(),
    }
    return render(request, "marketplace/desk/visits.html", context)


def hours(request: SignedInRequest) -> HttpResponse:
    """One's own hours for visits, and more of them."""
    scope_of(request)
    form = FreeTimeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            free_times.say(
                request.user,
                weekday=form.weekday,
                day=said["day"],
                begins=said["begins"],
                ends=said["ends"],
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted: visits are proposed in these hours."))
            return redirect("visit-hours")
    mine = FreeTime.objects.filter(person=request.user)
    standing = [one for one in mine if not one.day or one.day >= timezone.localdate()]
    context = {"form": form, "hours": standing}
    return render(request, "marketplace/desk/visit_hours.html", context)


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hours that aren't free any more. What was proposed in them stays."""
    scope_of(request)
    get_object_or_404(FreeTime, person=request.user, pk=pk).delete()
    messages.success(request, _("Taken away. What you have proposed already stays proposed."))
    return redirect("visit-hours")


def new(request: SignedInRequest, noun: str, pk: int) -> HttpResponse:
    """Propose three times for a visit to a structure, or about one of its needs or missions."""
    subject, now = _subject(request, noun, pk), timezone.now()
    if request.method != "POST" and (waits := _waiting(request, subject)):
        messages.info(request, _("An invitation to this structure already waits for its answer."))
        return redirect(waits)
    length = LengthForm(request.GET)
    minutes = length.cleaned_data["minutes"] if length.is_valid() else 60
    said = request.POST.get("minutes", "")
    minutes = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else minutes
    free = visits.free_times(request.user, minutes, now=now)
    form = InviteForm(request.POST or None, free=free, initial={"minutes": minutes})
    if request.method == "POST" and form.is_valid():
        try:
            visit = acts.invite(
                subject, times=form.chosen, place=form.place, by=request.user, now=now
            )
        except NotYet as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(visit))
            return redirect(visit)
    context = {
        "subject": subject,
        "house": acts.house_of(subject),
        "form": form,
        "length": LengthForm(initial={"minutes": minutes}),
        "has_free": bool(free),
        "told": _told(acts.house_of(subject)),
    }
    return render(request, "marketplace/desk/visit_new.html", context)


def _waiting(request: SignedInRequest, subject: Organisation | Need | Mission) -> Visit | None:
    """The invitation that this structure hasn't answered yet, as far as the reader may see it."""
    house = acts.house_of(subject)
    return Visit.objects.visible_to(request.user).held().filter(organisation=house).first()


def _subject(request: SignedInRequest, noun: str, pk: int) -> Organisation | Need | Mission:
    """What the visit is about; 404 for what this coordinator doesn't see, 403 for what they leave to others."""
    scope, user = scope_of(request), request.user
    here: dict[str, QuerySet[Any]] = {
        "organisation": Organisation.objects.filter(pole__in=scope.poles),
        "need": Need.objects.visible_to(user).filter(pole__in=scope.poles),
        "mission": Mission.objects.visible_to(user).filter(need__pole__in=scope.poles),
    }
    if noun not in here:
        raise Http404
    subject: Organisation | Need | Mission = get_object_or_404(here[noun], pk=pk)
    permissions.require(permissions.can_propose_visit(user, subject))
    return subject


def _told(house: Organisation) -> list[str]:
    """Whom the letter is for, by name or by address; nobody where it has to be arranged on the phone."""
    people: list[User] = visits.people_of(house)
    behalf = visits.written_for(house)
    return [one.get_full_name() for one in people] or ([behalf.email] if behalf else [])


def _said(visit: Visit) -> str:
    if _told(visit.organisation):
        return _(
            "Sent. The three times are held for them until they answer, for %(n)s working days at most."
        ) % {"n": CLOSED_AFTER}
    return _(
        "The three times are held. Nobody of this structure has an address here: call them, and write down which one they choose."
    )
