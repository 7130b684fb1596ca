"""What changes in the market when two organisations become one group, or cease to be: nothing is proposed inside."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.actions import groups as accounts
from accounts.models import GroupTie, Organisation, User
from marketplace import ranking
from marketplace.models import Carrier, Need, Offer


@transaction.atomic
def agree(tie: GroupTie, *, by: User, now: datetime) -> None:
    """The head says yes. Raises Refusal."""
    rank_anew([accounts.agree(tie, by=by, now=now).member])


@transaction.atomic
def end(tie: GroupTie, *, by: User, now: datetime) -> None:
    """One side ends it, or takes its question back. Raises Refusal."""
    tie = accounts.end(tie, by=by, now=now)
    if tie.agreed_at:
        rank_anew([tie.member])


def rank_anew(organisations: Iterable[Organisation]) -> None:
    """The cards of what these ask for and offer say of which house they are: that of the head doesn't change."""
    ours = [one.pk for one in organisations]
    carried = Carrier.objects.agreed().filter(organisation__in=ours).values("need")
    theirs = Q(organisation__in=ours) | Q(pk__in=carried)
    needs = Need.objects.published().filter(theirs)
    ranking.changed(*needs, *Offer.objects.published().filter(organisation__in=ours))
