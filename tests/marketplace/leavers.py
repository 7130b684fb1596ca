"""Somebody on a mission of their company's time, who leaves it: for the tests of what follows."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership
from marketplace.actions import people
from marketplace.models import Mission
from notifications.models import Notification


def membership_of(mission) -> Membership:
    return Membership.objects.get(
        user=mission.offer.person, organisation=mission.offer.organisation
    )


def goes(mission, *, by=None, ago=0):
    """Removed by an administrator, some days ago."""
    now = timezone.localtime() - timedelta(days=ago)
    by = by or mission.offer.organisation.memberships.administrators().get().user
    people.remove(membership_of(mission), by=by, now=now)
    return Mission.objects.get(pk=mission.pk)


def back(mission):
    Membership.objects.create(user=mission.offer.person, organisation=mission.offer.organisation)


def told(kind, person) -> int:
    return Notification.objects.filter(kind=kind, recipient=person).count()
