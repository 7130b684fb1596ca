"""The letters about invitations and members."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from accounts.models import (
    Invitation,
    Membership,
    Organisation,
    Seat,
    User,
)
from accounts.states import SeatStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for
from notifications.rules import NO_LONGER_THEIRS


def _no_longer_open(letter: Notification, *, invitation: int, times: int) -> str:
    pending = Invitation.objects.pending(timezone.now()).filter(pk=invitation)
    found = pending.select_related("organisation", "invited_by").first()
    return "" if found and found.is_backed else gettext_noop("No longer open")


OF_INVITATION = Key("invitation:{invitation}:")
# Its link lets somebody in.
INVITATION = Letter("invitation", OF_INVITATION + "{times}", secret=True, moot=_no_longer_open)
INVITATION_ACCEPTED = Letter("invitation_accepted", Key("invitation-accepted:{invitation}"))


def invitation(invitation: Invitation, secret: str, *, due_at: datetime | None = None) -> None:
    """Invite an address, perhaps of somebody whom the site has never seen."""
    house, answers = invitation.organisation, invitation.role == Membership.Role.ADMINISTRATOR
    asked = house.seats.filter(status=SeatStatus.INVITED).select_related("pole")
    with override(language_for(invitation.email)):
        INVITATION.write_to(
            invitation.email,
            url=reverse("invitation", args=[secret]),
            invitation=invitation.pk,
            times=invitation.sent_count,
            organisation=house,
            by=invitation.invited_by,
            administrator=answers,
            employee=invitation.role == Membership.Role.EMPLOYEE,
            coordinator=Seat.objects.coordinating().filter(operator=house).exists(),
            asked_in=", ".join(seat.pole.name for seat in asked) if answers else "",
            expires_at=invitation.expires_at,
            due_at=due_at,
        )


def _list_with(row: Membership | Invitation) -> str:
    """The page that lists somebody in this role."""
    page = "employees" if row.role == Membership.Role.EMPLOYEE else "members"
    return reverse(page, args=[row.organisation_id])


def invitation_link_dead(invitation: Invitation, *, reason: str, now: datetime) -> None:
    """Cancel a letter that hasn't left yet, since its link no longer works."""
    OF_INVITATION.cancel(invitation=invitation, reason=reason, now=now)


def invitation_accepted(invitation: Invitation, *, by: User) -> None:
    """Tell whoever invited that their colleague has joined."""
    if invitation.invited_by is None or not invitation.invited_by.is_active:
        return
    INVITATION_ACCEPTED.tell(
        [invitation.invited_by],
        url=_list_with(invitation),
        invitation=invitation.pk,
        organisation=invitation.organisation,
        person=by,
        speaks=invitation.role in Membership.REPRESENTS,
    )


def _no_longer_there(letter: Notification, *, membership: int, change: str) -> str:
    there = Membership.objects.filter(pk=membership)
    return "" if there.exists() else gettext_noop("No longer theirs")


# Roles may go back and forth: each change is a fact of its own. Whoever becomes an employee is told too, though they have
# no part in the organisation's matters.
ROLE_CHANGED = Letter(
    "role_changed", Key("role:{membership}:{change:word}"), moot=_no_longer_there, to_leavers=True
)
MEMBER_REMOVED = Letter("member_removed", Key("member-removed:{membership}"), to_leavers=True)
MEMBER_LEFT = Letter("member_left", Key("member-left:{membership}"))


def role_changed(membership: Membership, *, by: User) -> None:
    """An employee is told too, who reads nothing else about the organisation."""
    represents = membership.represents
    ROLE_CHANGED.tell(
        [membership.user],
        url=reverse("members", args=[membership.organisation_id])
        if represents
        else reverse("home"),
        but=by,
        membership=membership.pk,
        change=uuid4(),
        organisation=membership.organisation,
        administrator=membership.is_administrator,
        employee=not represents,
        by=by,
    )


ROLES_TO_CHOOSE = Letter("roles_to_choose", Key("roles:{organisation}"))


def roles_to_choose(organisation: Organisation) -> None:
    """Tell the administrators that who doesn't speak for the organisation may become an employee."""
    theirs = organisation.memberships.representing().of_active_accounts()
    ROLES_TO_CHOOSE.tell(
        organisation.memberships.administrators().people(),
        url=reverse("roles", args=[organisation.pk]),
        organisation=organisation,
        total=theirs.count(),
    )


def member_removed(membership: Membership) -> None:
    MEMBER_REMOVED.tell(
        [membership.user],
        url=reverse("organisations"),
        membership=membership.pk,
        organisation=membership.organisation,
        speaks=membership.represents,
        # Who came by the organisation's sign-in has nothing else to open their account with.
        has_password=membership.user.has_usable_password(),
    )


def member_left(membership: Membership) -> None:
    """Tell the administrators who stay."""
    organisation = membership.organisation
    MEMBER_LEFT.tell(
        organisation.memberships.administrators().people().exclude(pk=membership.user_id),
        url=_list_with(membership),
        membership=membership.pk,
        organisation=organisation,
        person=membership.user,
    )


MOST_NAMES = 10


def _administers_no_more(letter: Notification, *, organisation: int, day: str) -> str:
    house = Organisation.objects.get(pk=organisation)
    theirs = letter.recipient is not None and letter.recipient.administers(house)
    return "" if theirs else NO_LONGER_THEIRS


JOINERS = Letter("joiners", Key("joiners:{organisation}:{day:word}"), moot=_administers_no_more)


def joiners(organisation: Organisation, joined: Sequence[Membership], *, day: date) -> None:
    """Tell the administrators, this morning, who has joined by themselves up to yesterday: the first first."""
    JOINERS.tell(
        organisation.memberships.administrators().people(),
        url=reverse("employees", args=[organisation.pk]) + "?tri=arrivee",
        organisation=organisation,
        day=day.isoformat(),
        since=timezone.localdate(joined[0].created_at),
        until=day - timedelta(days=1),
        total=len(joined),
        names=[one.user.get_full_name() for one in joined[:MOST_NAMES]],
        more=max(0, len(joined) - MOST_NAMES),
    )
