"""An employer's programmes: the list, the page of each for its people, and what whoever runs it changes."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from common.dates import spoken
from marketplace.actions.market import programmes as acts
from marketplace.desk import own_programmes
from marketplace.forms.market.programmes import ProgrammeForm
from marketplace.models import CompanyProgramme
from marketplace.rules import lenders, permissions, programme_hours
from marketplace.rules.programme_hours import Taken
from marketplace.rules.programme_quota import ONE_PLACE


def programmes(request: SignedInRequest, pk: int) -> HttpResponse:
    company = visible(request, pk)
    theirs = Membership.objects.of(request.user).filter(organisation=company)
    permissions.require(company.may_offer and theirs.exists())
    found = list(company.programmes.prefetch_related("sites"))
    runs, year = permissions.can_run_programmes(request.user, company), timezone.localdate().year
    taken = programme_hours.taken_of(found, year) if runs else {}
    return render(
        request,
        "marketplace/market/programmes.html",
        {
            "organisation": company,
            "rows": [
                {"programme": one, "use": _use(one, taken[one.pk], year) if runs else []}
                for one in found
            ],
            "can_change": runs,
        },
    )


def _use(programme: CompanyProgramme, taken: Taken, year: int) -> list[str]:
    """What is taken of it, for whoever runs it, and of how much where it has a limit."""
    said: dict[str, Any] = {
        "year": year,
        "people": taken.places,
        "places": programme.places,
        "days": _days(programme, taken),
        "budget": _figure(programme.budget_days),
    }
    if programme.places is None:
        people = _("people in %(year)s: %(people)s")
    elif taken.places > programme.places:  # it had more of them once
        people = _("places taken in %(year)s: %(people)s, for %(places)s now")
    else:
        people = _("places taken in %(year)s: %(people)s of %(places)s")
    days = (
        _("days taken or planned: %(days)s of %(budget)s")
        if programme.budget_days is not None
        else _("days taken or planned: %(days)s")
    )
    return [people % said, days % said]


def _days(programme: CompanyProgramme, taken: Taken) -> str:
    return _figure((taken.hours / programme.hours_per_day).quantize(ONE_PLACE))


def _figure(value: Any) -> str:
    return number_format(value.normalize(), use_l10n=True) if value else "0"


@require_safe
def programme(request: SignedInRequest, pk: int) -> HttpResponse:
    """What it gives, to whom, and what is left of it for the reader; of colleagues nothing but the places left."""
    theirs = Membership.objects.of(request.user).values("organisation")
    rows = CompanyProgramme.objects.filter(organisation__in=theirs).select_related("organisation")
    one = get_object_or_404(rows.prefetch_related("sites", "causes"), pk=pk)
    company, today = one.organisation, timezone.localdate()
    permissions.require(company.may_offer)
    own = own_programmes.one(request.user, one, today=today)
    context = {
        "programme": one,
        "organisation": company,
        "own": own,
        "shut": "" if own else _why_shut(one),
        "can_change": permissions.can_run_programmes(request.user, company),
    }
    return render(request, "marketplace/market/programme.html", context)


def _why_shut(programme: CompanyProgramme) -> str:
    """Why it isn't open to anybody today."""
    company, today = programme.organisation, timezone.localdate()
    if not company.is_active:
        return _("%(organisation)s may not act here at the moment.") % {"organisation": company}
    if why := lenders.why_not(company, today):
        return why
    if programme.starts_on > today:
        return _("It opens on %(day)s.") % {"day": spoken(programme.starts_on, "j F Y")}
    return _("It is closed: nothing more is asked under it.")


def programme_new(request: SignedInRequest, pk: int) -> HttpResponse:
    company = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, company))
    return _programme(request, CompanyProgramme(organisation=company, manager=request.user))


def programme_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    ours = Organisation.objects.spoken_for_by(request.user).values("pk")
    mine = CompanyProgramme.objects.filter(organisation__in=ours)
    programme = get_object_or_404(mine.select_related("organisation"), pk=pk)
    permissions.require(permissions.can_run_programmes(request.user, programme.organisation))
    return _programme(request, programme)


def _programme(request: SignedInRequest, programme: CompanyProgramme) -> HttpResponse:
    called = programme.name  # the form writes on the row
    form = ProgrammeForm(request.POST or None, instance=programme)
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        return redirect(programme)
    context = {
        "form": form,
        "programme": programme,
        "called": called,
        "organisation": programme.organisation,
    }
    return render(request, "marketplace/market/programme_form.html", context)


def _kept(request: SignedInRequest, form: ProgrammeForm) -> bool:
    chosen = {name: form.cleaned_data.get(name) or [] for name in ("sites", "causes")}
    try:
        acts.keep(form.instance, **chosen, by=request.user)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved. It counts for the agreements asked from now on."))
    for sentence in _beyond(form.instance):
        messages.warning(request, sentence)
    return True


def _beyond(programme: CompanyProgramme) -> Iterator[str]:
    """What more is taken of it this year already than it now gives."""
    year = timezone.localdate().year
    taken = programme_hours.taken_of([programme], year)[programme.pk]
    if programme.places is not None and taken.places > programme.places:
        yield _(
            "%(people)s people take part in %(year)s already, more than the places: nobody else comes in, and they go on."
        ) % {"people": taken.places, "year": year}
    budget = programme.budget_hours
    if budget is not None and taken.hours > budget:
        yield _(
            "%(days)s days of %(year)s are taken or planned already, more than that: nothing more is given, and what was agreed goes on."
        ) % {"days": _days(programme, taken), "year": year}
