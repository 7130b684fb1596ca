"""The door of an operator: anybody reads who it is and where it coordinates, and comes in under its name."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import permissions
from accounts.actions import doors as acts
from accounts.actions.doors import AddressTaken
from accounts.forms.doors import DoorForm
from accounts.models import Door, Organisation, Pole, Seat
from accounts.requests import OurRequest, SignedInRequest, is_signed_in


@dataclass(frozen=True)
class Way:
    """A button of the door."""

    url: str
    words: str


@login_not_required
@require_safe
def page(request: OurRequest, slug: str) -> HttpResponse:
    """The door. Of an operator that coordinates nothing any more a printed address still leads somewhere: to the pôles
    where it did. One that never sat anywhere has no door yet."""
    doors = Door.objects.select_related("operator__commune")
    door = get_object_or_404(doors, slug=slug.lower())
    seats = list(
        door.operator.seats.ever_held()
        .select_related("pole")
        .prefetch_related("pole__departments")
        .order_by("pole__name", "pk")
    )
    if not seats:
        raise Http404
    coordinates = door.operator.is_accepted and door.operator.may_coordinate
    held = [seat for seat in seats if coordinates and seat.is_held]
    if not held:
        return _closed(request, door, seats)
    context = {
        "door": door,
        "operator": door.operator,
        "seats": held,
        "poles": [seat.pole for seat in held],
        "ways": _ways(request, door, [seat.pole for seat in held]),
        "door_query": f"?{door.query}",
    }
    return render(request, "marketplace/desk/door.html", context)


def _closed(request: OurRequest, door: Door, seats: list[Seat]) -> HttpResponse:
    """Who comes by it is counted with nobody. An operator that isn't public today isn't named."""
    poles = {seat.pole_id: seat.pole for seat in seats}
    operator = door.operator if door.operator.is_accepted else None
    context = {"operator": operator, "poles": list(poles.values())}
    return render(request, "marketplace/desk/door_closed.html", context)


def _ways(request: OurRequest, door: Door, poles: list[Pole]) -> list[Way]:
    if not is_signed_in(request):
        begins = f"{reverse('account_signup')}?{door.query}&pour="
        return [
            Way(f"{begins}ESS", _("Register an association or another structure")),
            Way(f"{begins}COMPANY", _("Register a company")),
            Way(f"{begins}AUTHORITY", _("Register a local authority")),
            Way(f"{begins}MYSELF", _("Offer my own time")),
        ]
    return [
        *_of_the_signed_in(request, poles),
        Way(f"{reverse('organisation-new')}?{door.query}", _("Register an organisation")),
    ]


def _of_the_signed_in(request: SignedInRequest, poles: list[Pole]) -> list[Way]:
    """To ask and to offer, as on a pôle's page: what is written for organisations of other pôles would go there."""
    mine = [row.organisation for row in request.memberships]
    here = [one for one in mine if one.pole in poles]
    spoken_for = [row.organisation for row in request.memberships if row.represents]
    ways = []
    if any(one.may_ask for one in here if one in spoken_for):
        ways.append(Way(reverse("need-new"), _("Ask for help")))
    if here or not mine:
        ways.append(Way(reverse("offer-new"), _("Offer my skills")))
    return ways


def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """An administrator of the operator says what its door tells; only while it coordinates a pôle does it have one."""
    operator = get_object_or_404(Organisation.objects.spoken_for_by(request.user), pk=pk)
    permissions.require(permissions.can_describe_door(request.user, operator))
    door = Door.objects.filter(operator=operator).first()
    address = settings.SITE_URL + door.get_absolute_url() if door else ""
    form = DoorForm(
        request.POST or None,
        instance=door or Door(operator=operator),
        with_address=not acts.has_been_used(operator),
    )
    if request.method == "POST" and form.is_valid():
        try:
            kept = acts.describe(operator, slug=form.instance.slug, words=form.instance.words)
        except AddressTaken as refusal:
            form.add_error("slug" if "slug" in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Your door says it from now on."))
            return redirect(kept)
    context = {"operator": operator, "address": address, "form": form}
    return render(request, "marketplace/desk/door_edit.html", context)
