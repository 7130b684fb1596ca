"""With what the form begins by which somebody offers their help for a need."""

from django.db.models import QuerySet

from accounts.requests import SignedInRequest
from accounts.scope import scope_of
from marketplace import ranking
from marketplace.models import Need, Offer
from marketplace.views.market.gaps import first_words
from marketplace.views.market.help_panel import held_for


def named(request: SignedInRequest) -> str:
    """The number of the offer that the form or the button names; "" otherwise."""
    asked = request.POST if request.method == "POST" else request.GET
    named = asked.get("offer", "")
    return named if named.isdecimal() and len(named) < 10 else ""


def begun(request: SignedInRequest, need: Need, offers: QuerySet[Offer]) -> dict:
    """The initial values of the form: the offer that the button names and its question; otherwise the person's only
    offer, so that nobody sends a colleague because their offer came first in the list."""
    number = named(request)
    offer = offers.filter(pk=number).first() if number else None
    if offer is None:
        said = held_for(request, need.pk) if scope_of(request.user).own else None
        word = {"word": said.text} if said else {}
        mine = [one for one in offers if one.person_id == request.user.pk] or list(offers)
        return word | ({"offer": mine[0]} if len(mine) == 1 else {})
    return {"offer": offer} | first_words(request, ranking.why(need, offer), "offer")
