"""The pages where human resources enter what an hour costs: mission by mission in one table, on average, by grade."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.documents import costs, estimates
from marketplace.actions.documents.estimates import Estimate
from marketplace.actions.refusals import NotYet
from marketplace.figures import discretion
from marketplace.forms.documents.costs import AveragesForm, CostsForm
from marketplace.law.value import reduction_words
from marketplace.models import Basis, Employee, Grade, HoursEntry, Mission
from marketplace.rules import permissions
from marketplace.views.documents.years import around
from marketplace.views.long_lists import keyset_page

A_PAGE = 25  # each row has its field: it is what the page costs
LATEST = ("-ends_on", "-pk")
NAMED = ("need__organisation", "apart_for", "offer__person", "offer__organisation", "valuation")


def house_of(request: SignedInRequest, pk: int) -> Organisation:
    """The organisation, for its human resources alone."""
    company = visible(request, pk)
    permissions.require(company.may_offer and permissions.can_see_costs(request.user, company))
    return company


@never_cache
@sensitive_post_parameters()
def index(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """The missions of the year that may still be valued, each with the cost of an hour; a page of them is kept at once."""
    company = house_of(request, pk)
    missions = costs.of_year(company, year).select_related(*NAMED)
    page = keyset_page(missions, LATEST, A_PAGE, request.GET.dict())
    shown = page.rows if request.method != "POST" else _sent(company, request.POST)
    form = CostsForm(request.POST or None, missions=shown, own=estimates.own_costs(shown))
    if request.method == "POST" and form.is_valid() and _entered(request, company, form):
        return redirect(request.get_full_path())
    context = {
        "organisation": company,
        "year": year,
        "page": page,
        "form": form,
        "rows": list(_rows(company, shown, form)),
        "reduction": reduction_words(year),
        "has_averages": bool(costs.averages_of(company, year)),
        **around(year),
    }
    return render(request, "marketplace/documents/hour_costs.html", context)


def _sent(company: Organisation, sent: QueryDict) -> list[Mission]:
    """The missions of the page that was sent: those of now may be others."""
    typed = [name.removeprefix("cost_") for name in sent if name.startswith("cost_")]
    numbers = [int(one) for one in typed if one.isascii() and one.isdecimal() and len(one) < 18]
    rows = costs.to_value(company).filter(pk__in=numbers[:A_PAGE])
    return list(rows.select_related(*NAMED).order_by(*LATEST))


def _entered(request: SignedInRequest, company: Organisation, form: CostsForm) -> bool:
    names = [name for name in request.POST if name.startswith("cost_")]
    try:
        if set(names) - set(form.fields):
            raise NotYet(
                _(
                    "Some of these missions can no longer be valued: they are off the page, and nothing is kept yet."
                )
            )
        kept, gone = costs.enter(company, form.changed, by=request.user)
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    if kept:
        words = ngettext("One cost is kept, encrypted.", "%(n)d costs are kept, encrypted.", kept)
        messages.success(request, words % {"n": kept})
    if gone:
        words = ngettext("One cost is taken away.", "%(n)d costs are taken away.", gone)
        messages.success(request, words % {"n": gone})
    if not kept and not gone:
        messages.info(request, _("Nothing has changed."))
    return True


def _rows(company: Organisation, missions: Iterable[Mission], form: CostsForm) -> Iterator[dict]:
    missions = list(missions)
    found = estimates.of_several(company, missions)
    entries = HoursEntry.objects.filter(mission__in=[row.pk for row in missions]).confirmed()
    hours = dict(
        entries.order_by().values("mission").annotate(n=Sum("hours")).values_list("mission", "n")
    )
    for mission in missions:
        estimate = found.get(mission.pk)
        yield {
            "mission": mission,
            "field": form.field_of(mission),
            "hours": hours.get(mission.pk),
            "estimate": estimate,
            "declared": getattr(mission, "valuation", None),
            "basis": _basis(estimate),
        }


def _basis(estimate: Estimate | None) -> str:
    if estimate is None:
        return _("no cost yet")
    return ", ".join(str(Basis(code).label) for code in estimate.bases)


@never_cache
@sensitive_post_parameters()
def averages(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """What an hour costs on average, over the company or by grade; what the structure can work out of it, in words."""
    company = house_of(request, pk)
    grades = list(company.grades.all())
    known = costs.averages_of(company, year)
    form = AveragesForm(request.POST or None, grades=grades, known=known)
    if request.method == "POST" and form.is_valid() and _averaged(request, company, year, form):
        return redirect("average-costs", pk=pk, year=year)
    context = {
        "organisation": company,
        "year": year,
        "form": form,
        "few": discretion.FEW,
        "rows": list(_grade_rows(company, form)),
        "reduction": reduction_words(year),
        **around(year),
    }
    return render(request, "marketplace/documents/average_costs.html", context)


def _grade_rows(company: Organisation, form: AveragesForm) -> Iterator[dict]:
    """Each grade with how many of those who are there have it."""
    there = Employee.objects.there().filter(organisation=company, grade__isnull=False)
    counted = there.order_by().values("grade").annotate(n=Count("pk"))
    people = dict(counted.values_list("grade", "n"))
    for grade, field in form.of_grades():
        n = people.get(grade.pk, 0)
        yield {"grade": grade, "field": field, "people": n, "is_few": 0 < n < discretion.FEW}


def _averaged(
    request: SignedInRequest, company: Organisation, year: int, form: AveragesForm
) -> bool:
    said, by = form.cleaned_data, request.user
    try:
        costs.keep_averages(
            company, year, form.costs, new_grade=said["new_name"], new_cost=said["cost_new"], by=by
        )
    except costs.NameTaken as refusal:
        form.add_error("new_name", str(refusal))
        return False
    except NotYet as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Kept, encrypted. What has been declared stays as it is."))
    return True


def remove_grade(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what follows, then do it at the press of the button."""
    ours = Organisation.objects.spoken_for_by(request.user).values("pk")
    rows = Grade.objects.filter(organisation__in=ours).select_related("organisation")
    grade = get_object_or_404(rows, pk=pk)
    permissions.require(permissions.can_see_costs(request.user, grade.organisation))
    back = reverse("average-costs", args=[grade.organisation_id, timezone.localdate().year])
    if request.method == "POST":
        try:
            costs.remove_grade(grade, by=request.user)
        except NotYet as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The grade is removed."))
        return redirect(back)
    context = {
        "title": _("Remove the grade “%(grade)s”?") % {"grade": grade},
        "consequences": [
            _("Its averages of every year are deleted, and its people are of no grade."),
            _("What has been declared stays as it is."),
        ],
        "act_label": _("Remove the grade"),
        "back_url": back,
        "danger": True,
    }
    return render(request, "components/confirm_page.html", context)
