"""A pôle's own page: anybody reads what it is, who coordinates it and what it promises."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Pole, Seat
from accounts.requests import OurRequest
from marketplace.figures import comparison, discretion, pole_page
from marketplace.figures.counts import PERSONS
from marketplace.models import Promises
from marketplace.views.market import sharing


@login_not_required
@require_safe
def page(request: OurRequest, slug: str) -> HttpResponse:
    """The figures are those of the night: nothing is counted here."""
    pole = get_object_or_404(Pole, slug=slug)
    today, departments = timezone.localdate(), list(pole.departments.all())
    promises = Promises.of(pole)
    territory = pole_page.territory(pole, [one.code for one in departments], today=today)
    year = comparison.last_year(pole, today=today, without=PERSONS)
    return render(
        request,
        "marketplace/desk/pole.html",
        {
            "pole": pole,
            "shared": sharing.of_pole(pole),
            "departments": departments,
            "seats": _seats(pole),
            "promises": promises,
            "kept": discretion.share(*year.read_within(promises.read_within)),
            "proud": pole_page.proud(year, on_the_map=territory.missions if territory else 0),
            "territory": territory,
            **_doors(request, pole),
        },
    )


def _seats(pole: Pole) -> list[Seat]:
    """Who coordinates it today, each with its door."""
    seats = Seat.objects.coordinating().filter(pole=pole)
    rows = seats.select_related("operator__commune", "operator__door")
    return list(rows.order_by("operator__name", "operator"))


def _doors(request: OurRequest, pole: Pole) -> dict[str, str]:
    """Where one asks and where one offers; without an account it begins with one. Whoever acts for organisations of
    other pôles alone has no door here: what they wrote would go there."""
    if request.reader:
        poles = {one.organisation.pole_id for one in request.memberships}
        if poles and pole.pk not in poles:
            return {"ask_url": "", "offer_url": ""}
        return {"ask_url": reverse("need-new"), "offer_url": reverse("offer-new")}
    begins = reverse("account_signup")
    return {"ask_url": f"{begins}?pour=ESS", "offer_url": f"{begins}?pour=MYSELF"}
