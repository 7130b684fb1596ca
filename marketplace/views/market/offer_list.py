"""The list of offers: one's own and, for a coordinator, those of their pôles."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import SignedInRequest
from marketplace.models import Offer
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.models.missions import places
from marketplace.states import OfferStatus
from marketplace.views.by_state import ByState


def index(request: SignedInRequest) -> HttpResponse:
    """One's own offers; for a coordinator, those of the pôle."""
    poles = {pole for membership in request.memberships for pole in membership.poles}
    found = (
        of_the_poles(request.user, poles)
        if poles and request.GET.get("whose") != "mine"
        else Offer.objects.owned_by(request.user)
    )
    seen = ByState.of(request, found, OfferStatus)
    seen = replace(seen, states=[*map(_as_listed, seen.states)])
    rows = seen.rows.select_related("person", "organisation", "commune__department")
    context = {
        "coordinates": bool(poles),
        **seen.context(request, rows.order_by("-updated_at", "-pk")),
    }
    context["with_a_place_again"] = places.full_with_a_place(context["page"])
    return render(request, "marketplace/market/offers.html", context)


def _as_listed(chip: tuple[str, str, int]) -> tuple[str, str, int]:
    """A full offer whose mission has ended has a place again, as its line says, and stays in that state."""
    state, words, count = chip
    return (
        state,
        _("full, or with a place again") if state == OfferStatus.USED_UP else words,
        count,
    )


def of_the_poles(user: User, poles: Collection[int]) -> QuerySet[Offer]:
    """Those of a coordinator's pôles that they see. They see all but drafts: of these alone it is asked whether they do. The
    pôles are named by their numbers, so that an index gives their offers in the order of the list."""
    ours = Offer.objects.filter(pole__in=poles).in_poles_of(asked_beforehand(user))
    drafts = ours.filter(status=OfferStatus.DRAFT).visible_to(user).order_by()
    return ours.filter(~Q(status=OfferStatus.DRAFT) | Q(pk__in=drafts.values("pk")))
