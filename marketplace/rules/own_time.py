"""What one person offers on their own time for one need: once, with whichever of their offers. Reads only."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.reading import once
from accounts.scope import scope_of
from marketplace.models import Need, Offer, Proposal, Time


def offered_by(person_id: int, need: Need) -> QuerySet[Proposal]:
    """The proposals that go on between this person's own time and this need; what they do for an employer is apart."""
    going = Proposal.objects.going_on().filter(need=need)
    return going.filter(offer__person=person_id, offer__time=Time.OWN).order_by("pk")


@once
def offered(user: User, need: Need) -> Proposal | None:
    """The one that goes on already; None at work, which doesn't open what is done at home."""
    return offered_by(user.pk, need).first() if scope_of(user).own else None


def without_ones_own(offers: QuerySet[Offer], user: User) -> QuerySet[Offer]:
    """Those of them that aren't this person's own time."""
    return offers.exclude(person=user, time=Time.OWN)
