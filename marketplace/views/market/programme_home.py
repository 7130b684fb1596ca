"""The page of who runs an employer's programmes: what was given, who took part, what waits, what is open."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.actions.refusals import Refusal
from accounts.models import Organisation
from accounts.permissions import can_gather
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.market import headcounts
from marketplace.desk import company_waits, needs_near_sites, programmes_open
from marketplace.figures import programme_year
from marketplace.forms.market.headcounts import HeadcountForm
from marketplace.models import Headcount, Review, Site
from marketplace.rules import permissions, tellings
from marketplace.views.documents.years import around
from marketplace.views.market import programme_words

QUOTED = 2


@require_safe
def this_year(request: SignedInRequest, pk: int) -> HttpResponse:
    return year(request, pk, timezone.localdate().year)


@require_safe
def year(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    """A year that is over shows its figures; this one also what waits, what is open, and the needs near the sites."""
    company, today = visible(request, pk), timezone.localdate()
    permissions.require(permissions.can_see_people(request.user, company))
    if not headcounts.FIRST <= year <= today.year:
        raise Http404
    told = programme_year.of(company, year, today=today)
    is_this_year = year == today.year
    runs = permissions.can_run_programmes(request.user, company)
    gathers = can_gather(request.user, company) and company.leaves_on is None
    context = {
        "organisation": company,
        "year": year,
        "is_this_year": is_this_year,
        "told": told,
        "nearby": [],
        "quotes": Review.objects.quoted_of(company, year, lent=True, most=QUOTED),
        "tellings": [
            (one, tellings.names_of(one))
            for one in tellings.latest_of_employer(company, year, QUOTED)
        ],
        "runs": runs,
        "gathers": gathers,
        "sees_gifts": company.may_deduct_gifts
        and permissions.can_see_gifts_of(request.user, company),
        **programme_words.told_in_words(told, company, is_this_year=is_this_year),
        **around(year),
    }
    if is_this_year:
        sites = list(company.sites.select_related("commune"))
        context["steps"] = programme_words.first_steps(
            company, told, runs=runs, gathers=gathers, has_sites=bool(sites)
        )
        context |= _today(request, company, sites, today)
    return render(request, "marketplace/market/programme_home.html", context)


def _today(request: SignedInRequest, company: Organisation, sites: list[Site], today: date) -> dict:
    nearby = needs_near_sites.of(company, sites, today=today) if company.is_accepted else []
    return {
        "waits": company_waits.of(request.user, request.memberships, company, now=timezone.now()),
        "programmes": programmes_open.programmes(company, today=today),
        "rounds": programmes_open.rounds(company, today=today),
        "nearby": nearby,
    }


# --- the headcount --------------------------------------------------------------------------
def headcount(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    company = visible(request, pk)
    permissions.require(permissions.can_run_programmes(request.user, company))
    if not headcounts.FIRST <= year <= timezone.localdate().year:
        raise Http404
    known = Headcount.objects.filter(organisation=company, year=year).first()
    form = HeadcountForm(request.POST or None, initial={"people": known.people if known else None})
    if request.method == "POST" and form.is_valid():
        try:
            headcounts.say(
                company,
                year,
                form.cleaned_data["people"],
                by=request.user,
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Saved: the share of those who take part is told of it."))
        return redirect("programme-year", pk=company.pk, year=year)
    context = {"organisation": company, "year": year, "form": form}
    return render(request, "marketplace/market/headcount.html", context)
