"""What we tell people about who they are and for whom they speak: one function a letter."""

from datetime import datetime
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import (
    AddressChange,
    Invitation,
    Membership,
    Organisation,
    OrganisationStep,
    User,
)
from notifications import outbox


def organisation_submitted(step: OrganisationStep) -> None:
    """To the coordinators of its pôle: someone waits for you."""
    organisation = step.organisation
    coordinating = Membership.objects.coordinating().filter(organisation__pole=organisation.pole)
    for coordinator in coordinating.people():
        outbox.post(
            recipient=coordinator,
            key=f"organisation-step:{step.pk}",
            template="organisation_submitted",
            url=reverse("organisation-verify", args=[organisation.pk]),
            organisation=organisation,
            by=step.by,
            word=step.reason,
            again=bool(step.before),
        )


def organisation_moved(template: str, step: OrganisationStep) -> None:
    """To its administrators: what the coordinators decided."""
    organisation = step.organisation
    for administrator in organisation.memberships.administrators().people():
        outbox.post(
            recipient=administrator,
            key=f"organisation-step:{step.pk}",
            template=template,
            url=organisation.get_absolute_url(),
            organisation=organisation,
            reason=step.reason,
        )


def invitation(invitation: Invitation, secret: str) -> None:
    """To an address, perhaps of someone we have never seen."""
    outbox.post(
        recipient=None,
        address=invitation.email,
        key=f"invitation:{invitation.pk}:{invitation.sent_count}",
        template="invitation",
        url=reverse("invitation", args=[secret]),
        organisation=invitation.organisation,
        by=invitation.invited_by,
        administrator=invitation.role == Membership.Role.ADMINISTRATOR,
        coordinator=invitation.organisation.kind == Organisation.Kind.OPERATOR,
        expires_at=invitation.expires_at,
    )


def invitation_link_dead(invitation: Invitation, *, reason: str, now: datetime) -> None:
    """A letter that hasn't left yet stays here: its link opens nothing any more."""
    outbox.cancel(key_prefix=f"invitation:{invitation.pk}:", reason=reason, now=now)


def invitation_accepted(invitation: Invitation, *, by: User) -> None:
    """To whoever invited: your colleague is here."""
    if invitation.invited_by is None or not invitation.invited_by.is_active:
        return
    outbox.post(
        recipient=invitation.invited_by,
        key=f"invitation-accepted:{invitation.pk}",
        template="invitation_accepted",
        url=reverse("members", args=[invitation.organisation_id]),
        organisation=invitation.organisation,
        person=by,
    )


def role_changed(membership: Membership, *, by: User) -> None:
    if membership.user_id == by.pk:
        return
    outbox.post(
        recipient=membership.user,
        # Roles may go back and forth: each change is a fact of its own.
        key=f"role:{membership.pk}:{uuid4()}",
        template="role_changed",
        url=reverse("members", args=[membership.organisation_id]),
        organisation=membership.organisation,
        administrator=membership.is_administrator,
        by=by,
    )


def member_removed(membership: Membership) -> None:
    outbox.post(
        recipient=membership.user,
        key=f"member-removed:{membership.pk}",
        template="member_removed",
        url=reverse("organisations"),
        organisation=membership.organisation,
    )


def member_left(membership: Membership) -> None:
    """To the administrators who stay."""
    organisation = membership.organisation
    for administrator in (
        organisation.memberships.administrators().people().exclude(pk=membership.user_id)
    ):
        outbox.post(
            recipient=administrator,
            key=f"member-left:{membership.pk}",
            template="member_left",
            url=reverse("members", args=[organisation.pk]),
            organisation=organisation,
            person=membership.user,
        )


def account_closed(address: str, *, pk: int, language: str) -> None:
    """The last letter, to an address that we forget at the same moment."""
    with override(language):
        outbox.post(
            recipient=None,
            address=address,
            key=f"account-closed:{pk}",
            template="account_closed",
            url="",
        )


def address_changed(change: AddressChange, secret: str) -> None:
    """To the address that no longer opens the account, with the way back."""
    with override(change.user.language):
        outbox.post(
            recipient=None,
            address=change.before,
            key=f"address-changed:{change.pk}",
            template="address_changed",
            url=reverse("address-restore", args=[secret]),
            expires_at=change.open_until,
            at=change.changed_at,
        )


def address_set(user: User, *, before: str, now: datetime) -> None:
    """To the address that no longer opens the account. An administrator's change keeps no row."""
    with override(user.language):
        outbox.post(
            recipient=None, address=before, key=f"address-set:{uuid4()}", template="address_set",
            url="", at=now,
        )  # fmt: skip


def address_restored(change: AddressChange, *, lost: str, language: str) -> None:
    """To the address that opened the account meanwhile, which may be of its owner too."""
    with override(language):
        outbox.post(
            recipient=None,
            address=lost,
            key=f"address-restored:{change.pk}",
            template="address_restored",
            url="",
        )


def password_changed(user: User) -> None:
    """Each change is a fact of its own, which no row keeps."""
    outbox.post(
        recipient=user,
        key=f"password:{uuid4()}",
        template="password_changed",
        url=reverse("account_reset_password"),
        at=timezone.now(),
    )


def second_factor_changed(user: User, *, change) -> None:
    """`change` is the sentence that says what was added or removed, in the reader's language."""
    outbox.post(
        recipient=user,
        key=f"second-factor:{uuid4()}",
        template="second_factor_changed",
        url=reverse("mfa_index"),
        change=change,
        at=timezone.now(),
    )
