"""What a mission that stops leaves behind: its places, free again, and the mission that it was to go on with."""

from django.utils import timezone

from accounts.models import User
from marketplace.actions.market import waiting_lists
from marketplace.models import Mission, Need, Offer
from marketplace.states import MissionStatus


def free(need: Need, offer: Offer, *, by: User | None) -> None:
    now = timezone.now()
    waiting_lists.settle_need(need, by=by, now=now)
    waiting_lists.settle_offer(offer, by=by, now=now, is_broken_off=True)


def goes_on_no_more(renewal: Mission, *, by: User | None) -> None:
    """What it was to go on with is closed, and nothing else, where it stops before it began."""
    first = renewal.renewed_from
    if first and first.status == MissionStatus.RENEWED and renewal.started_at is None:
        first.move(MissionStatus.CLOSED, by=by)
