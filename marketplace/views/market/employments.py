"""What an organisation keeps of its people: confirmed by human resources, read by the person."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation
from accounts.requests import SignedInRequest
from accounts.views.members import membership_seen_by
from accounts.views.organisations import visible
from marketplace.actions.market import employments, sites
from marketplace.actions.market.employments import Facts
from marketplace.desk import employees
from marketplace.forms.market.employments import ConfirmForm, CorrectionForm, GradeOfForm
from marketplace.forms.market.sites import PlaceForm
from marketplace.models import Contract, Employee
from marketplace.rules import permissions
from marketplace.views.long_lists import counted_page

A_PAGE = 50
BY_NAME = ("person__last_name", "person__first_name", "pk")


def employment(request: SignedInRequest, pk: int) -> HttpResponse:
    """The team and the site of one person; the contract and the entry date, to confirm; for human resources, the grade."""
    membership = membership_seen_by(request.user, pk)
    organisation, person = membership.organisation, membership.user
    permissions.require(permissions.can_place_people(request.user, organisation))
    known = Employee.objects.filter(organisation=organisation, person=person).first()
    posted = _forms(request, membership, known)
    what = request.POST.get("what", "place")
    if request.method == "POST":
        permissions.require(what in posted)
        if _saved(request, membership, what, posted[what]):
            return (
                redirect("employment", pk=pk)
                if what != "place"
                else redirect("employees", pk=organisation.pk)
            )
    context = {
        "forms": posted,
        "known": known,
        "person": person,
        "organisation": organisation,
        "teams": employees.known_teams(organisation),
        "may_add_sites": permissions.can_run_programmes(request.user, organisation),
        "is_own": person == request.user,
    }
    return render(request, "marketplace/market/employment.html", context)


def _forms(
    request: SignedInRequest, membership: Membership, known: Employee | None
) -> dict[str, forms.Form]:
    """The forms of the page that this person may send; the one that was sent holds what was typed."""
    organisation = membership.organisation
    sent = request.POST.get("what", "place") if request.method == "POST" else None
    typed = {name: request.POST if sent == name else None for name in ("place", "facts", "grade")}
    place = {"team": known.team, "site": known.site_id} if known else {}
    found: dict[str, forms.Form] = {
        "place": PlaceForm(typed["place"], organisation=organisation, initial=place)
    }
    if permissions.can_confirm_employment(request.user, organisation):
        found["facts"] = ConfirmForm.about(known, typed["facts"], organisation=organisation)
    if permissions.can_see_costs(request.user, organisation) and organisation.grades.exists():
        grade = {"grade": known.grade_id} if known else {}
        found["grade"] = GradeOfForm(typed["grade"], organisation=organisation, initial=grade)
    return found


def _saved(request: SignedInRequest, membership: Membership, what: str, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    said, by = form.cleaned_data, request.user
    acts: dict[str, Callable[[], object]] = {
        "place": lambda: sites.place(membership, **said, by=by),
        "facts": lambda: employments.confirm(membership, **said, by=by, now=timezone.now()),
        "grade": lambda: employments.place_in_grade(membership, said["grade"], by=by),
    }
    try:
        acts[what]()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Confirmed.") if what == "facts" else _("Saved."))
    return True


def to_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Those of whom something is only declared, or who ask for a correction; several are confirmed in one press."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_confirm_employment(request.user, organisation))
    if request.method == "POST":
        return _confirmed(request, organisation)
    rows = Employee.objects.to_confirm().filter(organisation=organisation)
    page, count = counted_page(
        rows.select_related("person", "organisation"), BY_NAME, A_PAGE, request.GET.dict()
    )
    context = {
        "organisation": organisation,
        "page": page,
        "count": count,
        "rows": list(_with_membership(organisation, page.rows, request.user.pk)),
    }
    return render(request, "marketplace/market/employments_to_confirm.html", context)


def _with_membership(
    organisation: Organisation, rows: Iterable[Employee], reader: int
) -> Iterator[dict]:
    rows = list(rows)
    there = organisation.memberships.filter(user__in=[row.person_id for row in rows])
    numbers = dict(there.values_list("user", "pk"))
    for row in rows:
        is_whole = bool(row.contract and row.hired_on) and not row.correction
        may = is_whole and row.person_id != reader
        value = f"{row.pk}|{row.contract}|{row.hired_on}" if may else ""
        yield {"employee": row, "membership": numbers.get(row.person_id), "value": value}


def _confirmed(request: SignedInRequest, organisation: Organisation) -> HttpResponse:
    seen = dict(filter(None, map(_seen, request.POST.getlist("row")[:A_PAGE])))
    back = redirect("employments-to-confirm", pk=organisation.pk)
    if not seen:
        messages.error(request, _("Tick those that you confirm."))
        return back
    try:
        done, left = employments.confirm_several(
            organisation, seen, by=request.user, now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return back
    if done:
        words = ngettext("One person confirmed.", "%(n)d people confirmed.", done)
        messages.success(request, words % {"n": done})
    if left:
        words = ngettext(
            "One has changed since you opened the page: read it again.",
            "%(n)d have changed since you opened the page: read them again.",
            left,
        )
        messages.info(request, words % {"n": left})
    return back


def _seen(value: str) -> tuple[int, Facts] | None:
    """What stood on a ticked line; None for what no page of ours sends."""
    number, _bar, rest = value.partition("|")
    contract, _bar, day = rest.partition("|")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    try:
        return int(number), Facts(Contract(contract), date.fromisoformat(day))
    except ValueError:
        return None


def own(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the organisation keeps of whoever reads it, as one of its people; and what they say isn't right."""
    organisation = visible(request, pk)
    permissions.require(permissions.can_ask_for_a_correction(request.user, organisation))
    known = Employee.objects.filter(organisation=organisation, person=request.user)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            employments.ask_correction(
                organisation, form.cleaned_data["words"], by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept: those who confirm it read it on their list."))
            return redirect("own-employment", pk=pk)
    context = {
        "organisation": organisation,
        "known": known.select_related("organisation", "site", "confirmed_by", "grade").first(),
        "form": form,
    }
    return render(request, "marketplace/market/own_employment.html", context)
