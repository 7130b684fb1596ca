"""Somebody on a mission of their company's time, who leaves it: for the tests of what follows."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.market import people
from marketplace.actions.missions import succession
from marketplace.models import Mission, Proposal, Transfer
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


def asked(mission, colleague, boss) -> Transfer:
    return succession.ask(
        mission, colleague=colleague, word="Tu veux ?", by=boss, now=timezone.now()
    )


def says(client, transfer, answer, by):
    client.force_login(by)
    return client.post(reverse("transfer", args=[transfer.pk]), {"answer": answer})


def status(mission) -> str:
    return Mission.objects.get(pk=mission.pk).status


def transfer_proposal(transfer) -> Proposal:
    return Proposal.objects.get(transfer=transfer)
