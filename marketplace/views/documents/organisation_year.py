"""A company's or a structure's year on one page, to be printed for a board or a report."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from accounts.views.organisations import visible
from marketplace.actions.documents import valuations
from marketplace.figures import organisation_year
from marketplace.models import Review
from marketplace.rules import permissions
from marketplace.views.documents.years import around

QUOTED = 6


@require_safe
def page(request: SignedInRequest, pk: int, year: int) -> HttpResponse:
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_organisation_year(request.user, organisation))
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    company = organisation.may_offer
    told = (organisation_year.given_by if company else organisation_year.received_by)(
        organisation, year
    )
    sees_gifts = company and permissions.can_see_gifts_of(request.user, organisation)
    context = {
        "organisation": organisation,
        "year": year,
        "told": told,
        "is_company": company,
        "shares": [told.by_regime, told.by_cause, told.by_territory],
        "sees_gifts": sees_gifts,
        "estimate": valuations.year_estimate(organisation, year) if sees_gifts else None,
        "testimonials": Review.objects.public_about(organisation).filter(created_at__year=year)[
            :QUOTED
        ],
        "money": permissions.can_see_receipts(request.user, organisation),
        **around(year),
    }
    return render(request, "marketplace/documents/organisation_year.html", context)
