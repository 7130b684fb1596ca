"""Tells people of new matches: the best first, a pair only once to a side, within the
month's limit.

Each row has its own transaction and lock, so that two workers at once tell once. What
can't be told today stays untold, and the best of it comes first when there is room
again.
"""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from marketplace import letters, ranking
from marketplace.models import Need, Offer, Side, Solicitation, ToldMatch
from marketplace.rules import ask_limits
from notifications.faults import rows_of

# Whoever publishes sees the list on the page that follows: that isn't news.
SEEN_AT_ONCE = timedelta(minutes=10)
BETWEEN_LETTERS = timedelta(days=7)  # about the same need
AT_MOST = 300  # letters a run: the next one goes on


def tell_new(now: datetime) -> int:
    """Tell those who offer, then the structures. Returns how many letters were written."""
    told = 0
    with rows_of("news", whole=False) as each:
        for side, model, tell in ((Side.OFFER, Offer, tell_offer), (Side.NEED, Need, tell_need)):
            for number in ranking.with_untold(side):
                told += each.treat(model(pk=number), partial(tell, number, now=now))
                if told >= AT_MOST:
                    return told
    return told


@transaction.atomic
def tell_offer(number: int, *, now: datetime) -> bool:
    """Tell an offer of a few needs in one letter, which counts once in the month's limit of its owner. False when
    nothing was told."""
    offer = (
        Offer.objects.published()
        .select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "person")
        .filter(pk=number)
        .first()
    )
    if offer is None or ask_limits.left(offer, now) <= ask_limits.kept_for_people(offer):
        return False
    matches = ranking.untold(offer, after=_since(offer))
    if not matches:
        return False
    key = letters.NEW_NEEDS.key.written(offer=offer, needs=[one.need_id for one in matches])
    if not ask_limits.spend(offer, why=Solicitation.Why.MATCHES, key=key, now=now):
        return False
    ranking.told(Side.OFFER, matches)
    letters.new_needs(offer, matches)
    return True


@transaction.atomic
def tell_need(number: int, *, now: datetime) -> bool:
    """Tell a need of a few people in one letter, at most once a week. False when nothing was told."""
    need = (
        Need.objects.published()
        .select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .filter(pk=number)
        .first()
    )
    since = now - BETWEEN_LETTERS
    if need is None or _was_told(need, since):
        return False
    matches = ranking.untold(need, after=_since(need))
    if not matches:
        return False
    ranking.told(Side.NEED, matches)
    letters.new_offers(need, matches)
    return True


def _was_told(need: Need, since: datetime) -> bool:
    return ToldMatch.objects.filter(side=Side.NEED, need=need, told_at__gt=since).exists()


def _since(row: Need | Offer) -> datetime | None:
    return row.published_at + SEEN_AT_ONCE if row.published_at else None
