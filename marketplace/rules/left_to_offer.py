"""With what somebody may still come for a need: the offers that they may choose from, and what goes on already where none is
left. Reads only."""

from django.db.models import Case, QuerySet, When

from accounts.models import User
from accounts.reading import once
from common.already_read import may_have
from marketplace.models import Need, Offer, Proposal, Time
from marketplace.models.missions import places
from marketplace.rules import own_time


def to_apply_with(user: User, need: Need) -> QuerySet[Offer]:
    """The offers with which this person may apply, those in their own name first: none of their own time where it is
    offered already, nor of their working time for an employer for which they come."""
    theirs = places.to_apply_with(user)
    if own_time.offered(user, need):
        theirs = own_time.without_ones_own(theirs, user)
    at_work = Proposal.objects.going_on().filter(
        need=need, offer__person=user, offer__time=Time.WORK
    )
    employers = at_work.order_by().values("offer__organisation")
    theirs = theirs.exclude(person=user, time=Time.WORK, organisation__in=employers)
    poles = [need.pole_id]
    if may_have(need, "asked_poles"):
        poles += need.asked_poles.still_asked().values_list("pole", flat=True)
    return (
        theirs.filter(pole__in=poles)
        .select_related("person", "organisation", "pole")
        .order_by(Case(When(person=user, then=0), default=1), "title", "pk")
    )


@once
def comes_already(user: User, need: Need) -> Proposal | None:
    """What goes on between this person and the need, where they have no other offer to come with; None otherwise."""
    theirs = Offer.objects.to_apply_with(user).order_by().values("pk")
    going = Proposal.objects.going_on().filter(need=need, offer__in=theirs)
    mine = list(going.order_by("pk"))
    if not mine:
        return None
    others = to_apply_with(user, need).exclude(pk__in=[one.offer_id for one in mine])
    return None if others.exists() else mine[0]
