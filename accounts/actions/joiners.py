"""Who has joined by a list, a link, the organisation's domain or its sign-in: told to its administrators once a day, not one by one."""

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone

from accounts import letters
from accounts.capabilities import Capability
from accounts.models import Membership, Organisation
from accounts.models.memberships import MembershipQuerySet
from notifications.faults import each_row

ACT = "joiners"  # by its name in the schedule
MORNING = 6  # o'clock
How = Membership.How
BY_THEMSELVES = (How.LIST, How.LINK, How.DOMAIN, How.SIGN_IN)


def tell(now: datetime) -> int:
    """Tell the administrators of each house, the morning after, who has joined since they were last told; whoever has left
    meanwhile isn't named. Returns how many houses were told."""
    here = timezone.localtime(now)
    if here.hour < MORNING:
        return 0
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    untold = _untold(midnight)
    lend = Organisation.objects.accepted().that_may(Capability.OFFER)
    houses = lend.filter(pk__in=untold.values("organisation"))

    def tell_one(organisation: Organisation) -> bool:
        fresh = lend.select_for_update(no_key=True, of=("self",)).filter(pk=organisation.pk)
        found = fresh.first()
        joined = list(untold.filter(organisation=found).select_related("user")) if found else []
        if found is None or not joined:
            return False
        found.joiners_told_at = midnight
        found.save(update_fields=["joiners_told_at"])
        letters.joiners(found, joined, day=here.date())
        return True

    return each_row(ACT, houses.order_by("pk"), tell_one)


def _untold(before: datetime) -> MembershipQuerySet:
    """The memberships of those who came by themselves before this moment, and haven't been told of."""
    told_at = F("organisation__joiners_told_at")
    new = Q(organisation__joiners_told_at=None) | Q(created_at__gte=told_at)
    theirs = Membership.objects.of_active_accounts().filter(new, came_by__in=BY_THEMSELVES)
    return theirs.filter(created_at__lt=before).order_by("created_at", "pk")
