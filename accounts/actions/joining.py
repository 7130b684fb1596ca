"""Somebody joins an organisation, by whatever way: one act, which tells the floors above."""

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction

from accounts.actions import directory
from accounts.models import Invitation, Membership, Organisation, User


class Told(Protocol):
    """What `settings.TOLD_OF_JOINING` names: a module of a floor above, which this one may not import."""

    def joined(self, membership: Membership, invitation: Invitation | None) -> None: ...


@transaction.atomic
def join(
    organisation: Organisation,
    *,
    user: User,
    role: str,
    came_by: str,
    now: datetime,
    invitation: Invitation | None = None,
) -> tuple[Membership, bool]:
    """Make somebody one of the organisation's people; who is there already stays as they are. The caller has asked whether
    they may. Returns the membership, and whether they have just joined."""
    house = Organisation.objects.filter(pk=organisation.pk)
    with directory.asking_those_it_names(house):
        membership, is_new = Membership.objects.get_or_create(
            organisation=organisation,
            user=user,
            defaults={"role": role, "came_by": came_by, "created_at": now},
        )
    cast(Told, import_module(settings.TOLD_OF_JOINING)).joined(membership, invitation)
    return membership, is_new
