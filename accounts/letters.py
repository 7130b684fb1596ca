"""The letters about who people are and for whom they speak, one function for each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from accounts.models import (
    AddressChange,
    GroupTie,
    Invitation,
    Membership,
    Organisation,
    OrganisationStep,
    Seat,
    SeatStep,
    User,
    coordinated_by,
)
from accounts.states import OrganisationStatus
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for
from notifications.rules import NO_LONGER_THEIRS, Family

DESK = Family(
    "desk",
    _("The coordination desk"),
    _("For coordinators: what arrives on the desk."),
    is_for=lambda user: coordinated_by(user).exists(),
)


# --- organisations -------------------------------------------------------------------------
def _read(letter: Notification, *, step: int) -> str:
    waits = Organisation.objects.filter(steps=step, status=OrganisationStatus.SUBMITTED)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


def _more_sent(letter: Notification, *, step: int) -> str:
    asked = Organisation.objects.filter(steps=step, status=OrganisationStatus.MORE_ASKED)
    return "" if asked.exists() else gettext_noop("Answered meanwhile")


ORGANISATION_STEP = Key("organisation-step:{step}")
ORGANISATION_SUBMITTED = Letter(
    "organisation_submitted", ORGANISATION_STEP, DESK, asks=True, moot=_read
)
ORGANISATION_MORE_ASKED = Letter(
    "organisation_more_asked", ORGANISATION_STEP, asks=True, moot=_more_sent
)
ORGANISATION_ACCEPTED = Letter("organisation_accepted", ORGANISATION_STEP)
ORGANISATION_REFUSED = Letter("organisation_refused", ORGANISATION_STEP)
ORGANISATION_SUSPENDED = Letter("organisation_suspended", ORGANISATION_STEP)
ORGANISATION_RESTORED = Letter("organisation_restored", ORGANISATION_STEP)


def organisation_submitted(step: OrganisationStep) -> None:
    """Tell the coordinators of its pôle that an organisation waits for them."""
    organisation = step.organisation
    ORGANISATION_SUBMITTED.tell(
        Membership.objects.coordinating(organisation.pole).people(),
        url=reverse("organisation-verify", args=[organisation.pk]),
        step=step.pk,
        organisation=organisation,
        by=step.by,
        word=step.reason,
        again=bool(step.before),
    )


def organisation_moved(letter: Letter, step: OrganisationStep) -> None:
    """Tell the organisation's administrators what the coordinators decided."""
    organisation = step.organisation
    letter.tell(
        organisation.memberships.administrators().people(),
        url=organisation.get_absolute_url(),
        step=step.pk,
        organisation=organisation,
        reason=step.reason,
    )


def _listed_no_more(letter: Notification, *, organisation: int, day: str) -> str:
    listed = Organisation.objects.accepted().filter(pk=organisation, listed_from__isnull=False)
    return "" if listed.exists() else gettext_noop("No longer to be in the directory")


DIRECTORY_OPENS = Letter(
    "directory_opens", Key("directory:{organisation}:{day:word}"), moot=_listed_no_more
)


def directory_opens(organisation: Organisation) -> None:
    """Tell its administrators from which day it is in the public directory, and how to stay out."""
    assert organisation.listed_from is not None
    DIRECTORY_OPENS.tell(
        organisation.memberships.administrators().people(),
        url=reverse("organisation-listing", args=[organisation.pk]),
        day=organisation.listed_from.isoformat(),
        organisation=organisation,
        opens_on=organisation.listed_from,
    )


def _no_yes_awaited(letter: Notification, *, organisation: int, change: str) -> str:
    waits = Organisation.objects.filter(pk=organisation, listed_from=None)
    return "" if waits.exists() else gettext_noop("Answered meanwhile")


# It may come to bear one name after the other.
DIRECTORY_NAMED = Letter(
    "directory_named", Key("directory-named:{organisation}:{change:word}"), moot=_no_yes_awaited
)


def directory_named(organisation: Organisation, *, after: Iterable[int]) -> None:
    """Tell its administrators, and those after whom it has come to be named, that it is in the directory by their
    yes."""
    told = organisation.memberships.filter(
        Q(role=Membership.Role.ADMINISTRATOR) | Q(user__in=after)
    )
    DIRECTORY_NAMED.tell(
        told.people(),
        url=reverse("organisation-listing", args=[organisation.pk]),
        change=uuid4(),
        organisation=organisation,
    )


# --- invitations ---------------------------------------------------------------------------
def _no_longer_open(letter: Notification, *, invitation: int, times: int) -> str:
    pending = Invitation.objects.pending(timezone.now()).filter(pk=invitation)
    found = pending.select_related("organisation", "invited_by").first()
    return "" if found and found.is_backed else gettext_noop("No longer open")


OF_INVITATION = Key("invitation:{invitation}:")
# Its link lets somebody in.
INVITATION = Letter("invitation", OF_INVITATION + "{times}", secret=True, moot=_no_longer_open)
INVITATION_ACCEPTED = Letter("invitation_accepted", Key("invitation-accepted:{invitation}"))


def invitation(invitation: Invitation, secret: str) -> None:
    """Invite an address, perhaps of somebody whom the site has never seen."""
    with override(language_for(invitation.email)):
        INVITATION.write_to(
            invitation.email,
            url=reverse("invitation", args=[secret]),
            invitation=invitation.pk,
            times=invitation.sent_count,
            organisation=invitation.organisation,
            by=invitation.invited_by,
            administrator=invitation.role == Membership.Role.ADMINISTRATOR,
            coordinator=invitation.organisation.may_coordinate,
            expires_at=invitation.expires_at,
        )


def invitation_link_dead(invitation: Invitation, *, reason: str, now: datetime) -> None:
    """Cancel a letter that hasn't left yet, since its link no longer works."""
    OF_INVITATION.cancel(invitation=invitation, reason=reason, now=now)


def invitation_accepted(invitation: Invitation, *, by: User) -> None:
    """Tell whoever invited that their colleague has joined."""
    if invitation.invited_by is None or not invitation.invited_by.is_active:
        return
    INVITATION_ACCEPTED.tell(
        [invitation.invited_by],
        url=reverse("members", args=[invitation.organisation_id]),
        invitation=invitation.pk,
        organisation=invitation.organisation,
        person=by,
    )


# --- members -------------------------------------------------------------------------------
# Roles may go back and forth: each change is a fact of its own.
ROLE_CHANGED = Letter("role_changed", Key("role:{membership}:{change:word}"))
MEMBER_REMOVED = Letter("member_removed", Key("member-removed:{membership}"), to_leavers=True)
MEMBER_LEFT = Letter("member_left", Key("member-left:{membership}"))


def role_changed(membership: Membership, *, by: User) -> None:
    ROLE_CHANGED.tell(
        [membership.user],
        url=reverse("members", args=[membership.organisation_id]),
        but=by,
        membership=membership.pk,
        change=uuid4(),
        organisation=membership.organisation,
        administrator=membership.is_administrator,
        by=by,
    )


def member_removed(membership: Membership) -> None:
    MEMBER_REMOVED.tell(
        [membership.user],
        url=reverse("organisations"),
        membership=membership.pk,
        organisation=membership.organisation,
    )


def member_left(membership: Membership) -> None:
    """Tell the administrators who stay."""
    organisation = membership.organisation
    MEMBER_LEFT.tell(
        organisation.memberships.administrators().people().exclude(pk=membership.user_id),
        url=reverse("members", args=[organisation.pk]),
        membership=membership.pk,
        organisation=organisation,
        person=membership.user,
    )


# --- groups --------------------------------------------------------------------------------
def _answered(letter: Notification, *, tie: int) -> str:
    """Why nothing is asked of this reader any more: it was answered, or isn't theirs to answer today."""
    waits = GroupTie.objects.waiting().filter(pk=tie)
    if not waits.exists():
        return gettext_noop("Answered meanwhile")
    theirs = GroupTie.objects.to_answer_by(letter.recipient) if letter.recipient else waits
    return "" if theirs.filter(pk=tie).exists() else NO_LONGER_THEIRS


GROUP_ASKED = Letter("group_asked", Key("group-asked:{tie}"), asks=True, moot=_answered)
GROUP_AGREED = Letter("group_agreed", Key("group-agreed:{tie}"))
GROUP_DECLINED = Letter("group_declined", Key("group-declined:{tie}"))
GROUP_ENDED = Letter("group_ended", Key("group-ended:{tie}"))


def group_asked(tie: GroupTie) -> None:
    """Ask the administrators of the head."""
    _tell_of_group(GROUP_ASKED, tie, tie.head, url=tie.get_absolute_url(), by=tie.asked_by)


def group_agreed(tie: GroupTie) -> None:
    """Tell both sides, and not whoever said yes."""
    for organisation in (tie.member, tie.head):
        _tell_of_group(GROUP_AGREED, tie, organisation, but=tie.agreed_by, by=tie.agreed_by)


def group_declined(tie: GroupTie) -> None:
    _tell_of_group(GROUP_DECLINED, tie, tie.member)


def group_ended(tie: GroupTie, *, by_closing: bool) -> None:
    """Tell the other side that it has ended, or that the question was taken back."""
    told = tie.head if tie.ended_side == GroupTie.End.MEMBER else tie.member
    _tell_of_group(GROUP_ENDED, tie, told, closing=by_closing, agreed=tie.agreed_at is not None)


def _tell_of_group(
    letter: Letter, tie: GroupTie, organisation: Organisation, *, url: str = "", **facts: Any
) -> None:
    """Tell the administrators of one end; the other end is named, and not handed over: a letter has one matter."""
    letter.tell(
        organisation.memberships.administrators().people(),
        url=url or reverse("group", args=[organisation.pk]),
        tie=tie.pk,
        organisation=organisation,
        other=tie.other_than(organisation).name,
        **facts,
    )


# --- seats ---------------------------------------------------------------------------------
def _seat_answered(letter: Notification, *, step: int) -> str:
    """Why nothing is asked of this reader any more: the seat has moved on since this step, or it isn't theirs to
    answer today."""
    seat = Seat.objects.filter(steps=step).first()
    if seat is None or _last(seat).pk != step:
        return gettext_noop("Answered meanwhile")
    assert letter.recipient is not None, "it goes to administrators"
    theirs = Seat.objects.to_answer_by(letter.recipient).filter(pk=seat.pk)
    return "" if theirs.exists() else NO_LONGER_THEIRS


SEAT_STEP = Key("seat-step:{step}")
SEAT_ASKED = Letter("seat_asked", SEAT_STEP, DESK, asks=True, moot=_seat_answered)
SEAT_OFFERED = Letter("seat_offered", Key("seat-offered:{step}"), asks=True, moot=_seat_answered)
SEAT_TAKEN = Letter("seat_taken", SEAT_STEP, DESK)
SEAT_DECLINED = Letter("seat_declined", SEAT_STEP)
SEAT_LEAVING = Letter("seat_leaving", Key("seat-leaving:{step}"))
SEAT_KEPT = Letter("seat_kept", SEAT_STEP)
SEAT_ENDED = Letter("seat_ended", Key("seat-ended:{step}"), to_leavers=True)


def seat_asked(seat: Seat) -> None:
    """Ask the administrators of the other operators of the pôle: to seat an operator, or to end its seat."""
    asked = Organisation.objects.second_to(seat)
    _tell_of_seat(SEAT_ASKED, seat, asked, but=_last(seat).by, leaving=seat.is_leaving)


def seat_offered(seat: Seat, *, by: User | None) -> None:
    """Ask the administrators of the operator itself."""
    _tell_of_seat(SEAT_OFFERED, seat, [seat.operator], by=by)


def seat_taken(seat: Seat, *, by: User) -> None:
    """Tell all who coordinate the pôle with whom they do from now on."""
    people = Membership.objects.coordinating(seat.pole).people()
    _write_of_seat(SEAT_TAKEN, seat, people, but=by, by=by)


def seat_declined(seat: Seat, *, was_offered: bool, reason: str, by: User) -> None:
    """Tell the operator that had asked and, if it had been asked itself, the one that isn't seated."""
    told = [seat.asked_for, *([seat.operator] if was_offered else [])]
    _tell_of_seat(SEAT_DECLINED, seat, told, but=by, by=by, reason=reason)


def seat_leaving(seat: Seat, *, by: User) -> None:
    """Tell the operator whose seat it is that its end has been asked for: nothing changes before a second yes."""
    if seat.asked_for_id != seat.operator_id:
        told = (
            []
            if Organisation.objects.second_to(seat).filter(pk=seat.operator_id).exists()
            else [seat.operator]
        )
        _tell_of_seat(SEAT_LEAVING, seat, told, but=by, by=by)


def seat_kept(seat: Seat, *, by: User) -> None:
    _tell_of_seat(SEAT_KEPT, seat, {seat.asked_for, seat.operator}, but=by, by=by)


def seat_ended(seat: Seat, people: Iterable[User], *, by: User) -> None:
    """Tell its people that they no longer coordinate the pôle."""
    _write_of_seat(SEAT_ENDED, seat, people, but=None, by=by)


def _tell_of_seat(
    letter: Letter, seat: Seat, operators: Iterable[Organisation | None], **facts: Any
) -> None:
    told = Membership.objects.filter(organisation__in=[one for one in operators if one])
    _write_of_seat(letter, seat, told.administrators().people(), **facts)


def _write_of_seat(letter: Letter, seat: Seat, people: Iterable[User], **facts: Any) -> None:
    """The operators are named, and not handed over: the letter is about the seat."""
    letter.tell(
        people,
        url=seat.get_absolute_url(),
        step=_last(seat).pk,
        seat=seat,
        operator=seat.operator.name,
        pole=seat.pole.name,
        asked_for=str(seat.asked_for or ""),
        **facts,
    )


def _last(seat: Seat) -> SeatStep:
    step = seat.steps.order_by("at", "pk").last()
    assert step is not None, "each seat begins with one"
    return step


# --- the account itself --------------------------------------------------------------------
ACCOUNT_CLOSED = Letter("account_closed", Key("account-closed:{user}"))
# Its link takes an account back.
ADDRESS_CHANGED = Letter("address_changed", Key("address-changed:{change}"), asks=True, secret=True)
ADDRESS_RESTORED = Letter("address_restored", Key("address-restored:{change}"))
# Each of these changes is a fact of its own, which no row keeps.
ADDRESS_SET = Letter("address_set", Key("address-set:{change:word}"))
PASSWORD_CHANGED = Letter("password_changed", Key("password:{change:word}"))
SECOND_FACTOR_CHANGED = Letter("second_factor_changed", Key("second-factor:{event:word}"))


def account_closed(address: str, *, pk: int, language: str) -> None:
    """Write the last letter, to an address that the site forgets at the same moment."""
    with override(language):
        ACCOUNT_CLOSED.write_to(address, url="", user=pk)


def address_changed(change: AddressChange, secret: str) -> None:
    """Tell the address that no longer opens the account, with the way back."""
    with override(change.user.language):
        ADDRESS_CHANGED.write_to(
            change.before,
            url=reverse("address-restore", args=[secret]),
            change=change.pk,
            expires_at=change.open_until,
            at=change.changed_at,
        )


def address_set(user: User, *, before: str, now: datetime) -> None:
    """Tell the address that no longer opens the account. An administrator's change leaves no row, so the key is
    random."""
    with override(user.language):
        ADDRESS_SET.write_to(before, url="", change=uuid4(), at=now)


def address_restored(change: AddressChange, *, lost: str, language: str) -> None:
    """Tell the address that opened the account meanwhile; it may be its owner's too."""
    with override(language):
        ADDRESS_RESTORED.write_to(lost, url="", change=change.pk)


def password_changed(user: User) -> None:
    PASSWORD_CHANGED.tell(
        [user], url=reverse("account_reset_password"), change=uuid4(), at=timezone.now()
    )


def second_factor_changed(user: User, *, change: str | Promise) -> None:
    """Tell the person. `change` is the sentence that says what was added or removed, in their language."""
    SECOND_FACTOR_CHANGED.tell(
        [user], url=reverse("mfa_index"), event=uuid4(), change=change, at=timezone.now()
    )
