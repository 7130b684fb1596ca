"""A company's or a structure's year on one page, to be printed for a board or a report."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.documents import valuations
from marketplace.figures import organisation_year
from marketplace.models import Review
from marketplace.models.missions.reviews import ReviewQuerySet
from marketplace.rules import permissions
from marketplace.views.documents.years import GIVEN, around

QUOTED = 6


@require_safe
def page(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_organisation_year(request.user, organisation))
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    company = _tells_of_gifts(request, organisation)
    told = (organisation_year.given_by if company else organisation_year.received_by)(
        organisation, year
    )
    deducts = organisation.may_deduct_gifts
    sees_gifts = company and deducts and permissions.can_see_gifts_of(request.user, organisation)
    context = {
        "organisation": organisation,
        "year": year,
        "told": told,
        "is_company": company,
        "lead": _lead(organisation, company),
        "sides": _sides(organisation, company) if organisation.asks_and_offers else [],
        "this_side": f"?sens={GIVEN}" if company and organisation.asks_and_offers else "",
        "shares": [told.by_regime, told.by_cause, told.by_territory],
        "sees_gifts": sees_gifts,
        "tells_receipts": deducts if company else not organisation.is_public,
        "estimate": valuations.year_estimate(organisation, year) if sees_gifts else None,
        "testimonials": _said(organisation, company).filter(created_at__year=year)[:QUOTED],
        "money": permissions.can_see_receipts(request.user, organisation),
        **around(year),
    }
    return render(request, "marketplace/documents/organisation_year.html", context)


def _said(organisation: Organisation, given: bool) -> ReviewQuerySet:
    """What the others say publicly of that side of its year."""
    reviews = Review.objects
    return reviews.about_lent(organisation) if given else reviews.about_received(organisation)


def _tells_of_gifts(request: SignedInRequest, organisation: Organisation) -> bool:
    """Whether the page tells what it gave rather than what it received: whoever does both chooses."""
    if not organisation.asks_and_offers:
        return organisation.may_offer
    given = request.GET.get("sens") == GIVEN
    permissions.require(not given or permissions.can_see_work_of(request.user, organisation))
    return given


def _lead(organisation: Organisation, given: bool) -> str:
    if not given:
        return _("What the structure received: time, skills, and what people say of it.")
    if organisation.is_non_profit:
        return _("The people it lent, on working time.")
    return _("What it gave through its people, on working time.")


def _sides(organisation: Organisation, given: bool) -> list[dict]:
    """The two sides of its year; what a non-profit lends at cost isn't given."""
    lends = _("lent") if organisation.is_non_profit else _("given")
    return [
        {"url": "?sens=recu", "label": _("received"), "count": None, "active": not given},
        {"url": f"?sens={GIVEN}", "label": lends, "count": None, "active": given},
    ]
