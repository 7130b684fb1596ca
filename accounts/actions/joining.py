"""Somebody joins an organisation, by whatever way: one act, which tells the floors above."""

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts import letters
from accounts.actions import directory
from accounts.actions.refusals import require_staying
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User


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
    they may. Returns the membership, and whether they have just joined. Raises Refusal when the organisation leaves."""
    house = Organisation.objects.filter(pk=organisation.pk)
    if not user.memberships.filter(organisation=organisation).exists():
        require_staying(house.get())
    with directory.asking_those_it_names(house):
        membership, is_new = Membership.objects.get_or_create(
            organisation=organisation,
            user=user,
            defaults={"role": role, "came_by": came_by, "created_at": now},
        )
    told = cast(Told, import_module(settings.TOLD_OF_JOINING))
    told.joined(membership, invitation)
    for answered in _invitations_of(membership, but=invitation):
        answered.accepted_at = now
        answered.save(update_fields=["accepted_at"])
        letters.invitation_link_dead(answered, reason="joined another way", now=now)
        told.joined(membership, answered)
    asked = JoinRequest.objects.open().filter(organisation=organisation, user=user)
    asked.update(answered_at=now, accepted=True)  # they came another way meanwhile
    return membership, is_new


def _invitations_of(membership: Membership, *, but: Invitation | None) -> list[Invitation]:
    """Those to the same person, in the same role, which have no use any more."""
    verified = EmailAddress.objects.filter(user=membership.user, verified=True)
    mine = {email.lower() for email in verified.values_list("email", flat=True)}
    theirs = Invitation.objects.shown().filter(
        organisation=membership.organisation, email__in=mine, role=membership.role
    )
    return [one for one in theirs.order_by("pk") if but is None or one.pk != but.pk]
