"""The list of offers: one's own and, for a coordinator, those of their pôles."""

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import User, coordinated_by
from accounts.requests import SignedInRequest
from marketplace.models import Offer
from marketplace.models.desk.left_to_others import asked_beforehand
from marketplace.states import OfferStatus
from marketplace.views.by_state import ByState


def index(request: SignedInRequest) -> HttpResponse:
    """One's own offers; for a coordinator, those of the pôle."""
    coordinates = coordinated_by(request.user).exists()
    found = (
        of_the_poles(request.user)
        if coordinates and request.GET.get("whose") != "mine"
        else Offer.objects.owned_by(request.user)
    )
    seen = ByState.of(request, found, OfferStatus)
    rows = seen.rows.select_related("person", "organisation", "commune__department")
    return render(
        request,
        "marketplace/market/offers.html",
        {"coordinates": coordinates, **seen.context(request, rows.order_by("-updated_at"))},
    )


def of_the_poles(user: User) -> QuerySet[Offer]:
    """Those of a coordinator's pôles that they see. They see all but drafts: of these alone it is asked whether they do."""
    ours = Offer.objects.in_poles_of(asked_beforehand(user))
    drafts = ours.filter(status=OfferStatus.DRAFT).visible_to(user).order_by()
    return ours.filter(~Q(status=OfferStatus.DRAFT) | Q(pk__in=drafts.values("pk")))
