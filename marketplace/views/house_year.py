"""A company's or a structure's year on one page, to be printed for a board or a report."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from accounts.views.organisations import visible
from marketplace import permissions
from marketplace.actions import values
from marketplace.figures import houses
from marketplace.models import Review
from marketplace.views.years import around

QUOTED = 6


@require_safe
def house_year(request, pk: int, year: int):
    organisation = visible(request, pk)
    permissions.require(permissions.can_see_house_year(request.user, organisation))
    if not 2000 <= year <= timezone.localdate().year:
        raise Http404
    company = organisation.kind == Organisation.Kind.COMPANY
    told = (houses.given_by if company else houses.received_by)(organisation, year)
    context = {
        "organisation": organisation,
        "year": year,
        "told": told,
        "is_company": company,
        "shares": [told.by_regime, told.by_cause, told.by_territory],
        "estimate": values.year_estimate(organisation, year) if company else None,
        "testimonials": Review.objects.public_about(organisation).filter(created_at__year=year)[
            :QUOTED
        ],
        "money": permissions.can_see_receipts(request.user, organisation),
        **around(year),
    }
    return render(request, "marketplace/house_year.html", context)
