"""Invitations to join an organisation: a letter to one address, good for fourteen days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import letters
from accounts.actions import joining
from accounts.actions.refusals import Refusal, require_staying
from accounts.models import Invitation, Membership, Organisation, User
from accounts.models.organisations import INVITATION_LASTS
from accounts.permissions import can_gather
from accounts.states import OrganisationStatus, SeatStatus
from accounts.tokens import digest, new_secret
from common.dates import end_of_day

# Letters to strangers leave in the pôle's name: few of them before anybody has verified the sender.
AT_MOST = 30
AT_MOST_UNVERIFIED = 5
RESEND_AFTER = timedelta(minutes=10)
LETTERS_TO_ONE = 5  # to one address, in the fortnight that an invitation lasts
A_DAY = timedelta(days=1)


@transaction.atomic
def invite(
    organisation: Organisation, *, email: str, role: str, by: User | None, now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody by a letter; `by` is None when the site itself invites the first
    coordinator.

    Returns the invitation and the secret of its link, which is kept in the letter only.
    Raises Refusal.
    """
    require_staying(Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk))
    _require_invitable(organisation, email, role, now)
    _require_calm(organisation, email, by=by, now=now)
    # One that has expired makes room for the new one.
    organisation.invitations.shown().filter(email=email).update(withdrawn_at=now)
    secret = new_secret()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        role=role,
        token=digest(secret),
        invited_by=by,
        sent_at=now,
        expires_at=end_of_day(now + INVITATION_LASTS),
    )
    letters.invitation(invitation, secret)
    return invitation, secret


@transaction.atomic
def invite_listed(
    organisation: Organisation,
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: User,
    leaves_at: datetime,
    now: datetime,
) -> Invitation:
    """Invite somebody of a list as an employee. The letter leaves later, so that the list can be taken back before
    anybody has read it. How many lists may bring in a day is the caller's to ask. Raises Refusal."""
    house = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not can_gather(by, house):
        raise Refusal(_("You may no longer invite people there."))
    require_staying(house)
    _require_stranger(house, email)
    if house.invitations.pending(now).filter(email=email).exists():
        raise Refusal(_("This person has been invited meanwhile."))
    _require_rest(house, email, now)
    house.invitations.shown().filter(email=email).update(withdrawn_at=now)
    secret = new_secret()
    invitation = Invitation.objects.create(
        organisation=house,
        email=email,
        first_name=first_name,
        last_name=last_name,
        role=Membership.Role.EMPLOYEE,
        by_list=True,
        token=digest(secret),
        invited_by=by,
        created_at=now,
        sent_at=leaves_at,
        expires_at=end_of_day(leaves_at + INVITATION_LASTS),
    )
    letters.invitation(invitation, secret, due_at=leaves_at)
    return invitation


@transaction.atomic
def take_over(organisation: Organisation, *, by: User, now: datetime) -> int:
    """Stand behind the employees' invitations whose sender no longer administers: their links open again, and no letter
    leaves. Returns how many. Raises Refusal."""
    house = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not by.administers(house):
        raise Refusal(_("You may no longer invite people there."))
    return house.invitations.left_by_their_sender(now).update(invited_by=by)


@transaction.atomic
def take_back(invitation: Invitation, *, now: datetime) -> bool:
    """Take back an invitation with its list: the letter doesn't leave; a link that has left says so. False for one that
    is no longer open: whoever has joined stays."""
    Organisation.objects.select_for_update(no_key=True).get(pk=invitation.organisation_id)
    open_ones = Invitation.objects.shown().filter(pk=invitation.pk)
    if not open_ones.update(withdrawn_at=now, undone_at=now):
        return False
    letters.invitation_link_dead(invitation, reason="list taken back", now=now)
    return True


def _require_invitable(organisation: Organisation, email: str, role: str, now: datetime) -> None:
    if role not in Membership.roles_in(organisation):
        raise Refusal(_("Everybody here speaks for the organisation: there are no other roles."))
    _require_stranger(organisation, email)
    pending = organisation.invitations.pending(now)
    if pending.filter(email=email).exists():
        raise Refusal(
            _("This person has already been invited: you can send the letter again below.")
        )
    most = AT_MOST if organisation.is_accepted else AT_MOST_UNVERIFIED
    if pending.filter(by_list=False).count() >= most:
        raise Refusal(
            ngettext(
                "%(most)d invitation is waiting for an answer: withdraw it to send another.",
                "%(most)d invitations are waiting for an answer: withdraw one to send another.",
                most,
            )
            % {"most": most}
        )


def _require_stranger(organisation: Organisation, email: str) -> None:
    """Raises Refusal when a member reads this address today. One that a member has given up may be somebody else's by
    now: the change is then remembered for as long as the letter works (`addresses.forget_old`), and they
    don't come back by it."""
    theirs = Q(email__iexact=email) | Q(pk__in=User.objects.of_mailbox(email))
    if User.objects.filter(theirs, memberships__organisation=organisation).exists():
        raise Refusal(_("This person already belongs to the organisation."))


def _require_calm(
    organisation: Organisation, email: str, *, by: User | None, now: datetime
) -> None:
    """Withdrawn invitations count too: their letters have left. Those of one's other organisations as well, for
    anybody may register some. Those of lists have a number of their own."""
    _require_rest(organisation, email, now)
    today = Invitation.objects.filter(created_at__gt=now - A_DAY, by_list=False)
    sent = today.filter(Q(organisation=organisation) | Q(invited_by__isnull=False, invited_by=by))
    if sent.count() >= (AT_MOST if organisation.is_accepted else AT_MOST_UNVERIFIED):
        raise Refusal(_("That is a lot of invitations for one day: go on tomorrow."))


def _require_rest(organisation: Organisation, email: str, now: datetime) -> None:
    """Raises Refusal when this address has had a letter a moment ago, or enough of them."""
    never_left = Q(withdrawn_at__lt=F("sent_at"))
    letters_to_them = list(
        organisation.invitations.filter(email=email)
        .exclude(never_left)
        .values_list("sent_at", "sent_count")
    )
    last = max((sent_at for sent_at, _count in letters_to_them), default=None)
    if last is not None and last > now:
        hour = timezone.localtime(last).strftime("%H:%M")
        raise Refusal(_("The letter hasn’t left yet: it leaves at %(hour)s.") % {"hour": hour})
    if last is not None and last > now - RESEND_AFTER:
        raise Refusal(_("The letter left a few minutes ago: give it the time to arrive."))
    lately = sum(count for sent_at, count in letters_to_them if sent_at > now - INVITATION_LASTS)
    if lately >= LETTERS_TO_ONE:
        raise Refusal(_("They have had enough letters: ask them another way whether one came."))


@transaction.atomic
def resend(invitation: Invitation, *, by: User, now: datetime) -> str:
    """Send a new link, good for fourteen days from today; the one before stops working. The invitation is then from
    whoever sends it again. Returns the secret of the link."""
    invitation = _locked(invitation)
    require_staying(invitation.organisation)
    _require_stranger(invitation.organisation, invitation.email)
    _require_rest(invitation.organisation, invitation.email, now)
    letters.invitation_link_dead(invitation, reason="sent again", now=now)
    secret = new_secret()
    invitation.token = digest(secret)
    invitation.invited_by = by
    invitation.sent_at = now
    invitation.sent_count += 1
    invitation.expires_at = end_of_day(now + INVITATION_LASTS)
    invitation.save(update_fields=["token", "invited_by", "sent_at", "sent_count", "expires_at"])
    letters.invitation(invitation, secret)
    return secret


@transaction.atomic
def withdraw(invitation: Invitation, *, now: datetime) -> None:
    """Withdraw an invitation: its link stops working."""
    invitation = _locked(invitation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    letters.invitation_link_dead(invitation, reason="withdrawn", now=now)


@transaction.atomic
def accept(invitation: Invitation, *, by: User, now: datetime) -> Membership:
    """Join the organisation. A second click changes nothing."""
    invitation = _locked(invitation)
    if invitation.is_expired(now):
        raise Refusal(_("This invitation has expired. Ask for a new one."))
    if not invitation.is_backed:
        raise Refusal(
            _("Whoever sent this invitation may no longer invite there. Ask for a new one.")
        )
    how = Membership.How.LIST if invitation.by_list else Membership.How.INVITATION
    membership, joined = joining.join(
        invitation.organisation,
        user=by,
        role=invitation.role,
        came_by=how,
        now=now,
        invitation=invitation,
    )
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    if joined:
        if not invitation.by_list:
            letters.invitation_accepted(invitation, by=by)
        for seat in invitation.organisation.seats.filter(status=SeatStatus.INVITED):
            letters.seat_offered(seat, by=None)  # whoever administered it before has had it
    return membership


def from_secret(secret: str) -> Invitation | None:
    """The invitation whose letter holds this secret, whatever has become of it; None when there is none."""
    rows = Invitation.objects.select_related("organisation", "invited_by")
    return rows.filter(token=digest(secret)).first()


def _locked(invitation: Invitation) -> Invitation:
    """The invitation, locked and read again. Raises Refusal, saying what became of it, when it isn't open."""
    Organisation.objects.select_for_update(no_key=True).get(pk=invitation.organisation_id)
    fresh = Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation.pk)
    if fresh.accepted_at:
        raise Refusal(_("This invitation has already been used."))
    if fresh.withdrawn_at or fresh.organisation.status == OrganisationStatus.CLOSED:
        raise Refusal(_("This invitation has been withdrawn."))
    return fresh


def pending_for(user: User) -> list[Invitation]:
    """The open invitations to one of this person's verified addresses, behind which somebody stands."""
    pending = Invitation.objects.for_addresses_of(user).pending(timezone.now()).backed()
    return list(pending.select_related("organisation", "invited_by"))
