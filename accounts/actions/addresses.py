"""What happens when the address that opens an account changes, and when that change is taken back."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts import letters, opening
from accounts.actions import sessions
from accounts.actions.refusals import Refusal
from accounts.models import AddressChange, Invitation, Organisation, User
from accounts.models.addresses import FORGOTTEN_AFTER, WAY_BACK_LASTS
from accounts.tokens import digest, new_secret


@transaction.atomic
def changed(user: User, *, before: str, now: datetime) -> AddressChange:
    """Write to the address before, with a link that takes the account back for seven days. Without one where an
    organisation keeps that mailbox whose sign-in opens the account: it would take what is the person's own."""
    secret = new_secret()
    if opening.keeper_of(before, opening.links_of(user)):
        over = now - WAY_BACK_LASTS
        letters.address_set(user, before=before, by_hand=False, now=now)
        return AddressChange.objects.create(
            user=user, before=before, token=digest(secret), changed_at=over
        )
    change = AddressChange.objects.create(
        user=user, before=before, token=digest(secret), changed_at=now
    )
    letters.address_changed(change, secret)
    return change


def forget_old(now: datetime) -> None:
    """Delete old changes. A link that has expired is no reason to keep an address; for a week more its page says
    that it has expired. One stays while an invitation of the person's own organisation to that address is open: it
    ends with their membership, so it must be known for theirs."""
    invited = Invitation.objects.pending(now).filter(
        email__iexact=OuterRef("before"), organisation__memberships__user=OuterRef("user")
    )
    old = AddressChange.objects.filter(changed_at__lt=now - FORGOTTEN_AFTER)
    old.exclude(Exists(invited)).delete()


def known_of(user: User, *, within: Organisation) -> set[str]:
    """The addresses at which letters have reached this person: those of today, and those before their last changes
    that belong to nobody else of this organisation by now (anybody may open another account with the address that
    they have given up). All in small letters."""
    others = User.objects.exclude(pk=user.pk).filter(memberships__organisation=within)
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    before = AddressChange.objects.filter(user=user).values_list("before", flat=True)
    free = [
        one for one in before if not others.filter(pk__in=User.objects.of_mailbox(one)).exists()
    ]
    return {email.lower() for email in (user.email, *verified, *free)}


def settled(now: datetime) -> list[AddressChange]:
    """The changes that can't be taken back any more, and that are soon forgotten; without those whose address before is
    the person's own again."""
    done = AddressChange.objects.filter(restored_at=None, changed_at__lte=now - WAY_BACK_LASTS)
    rows = done.select_related("user").order_by("changed_at", "pk")
    return [row for row in rows if row.before.lower() != row.user.email.lower()]


def given_up_in(change: AddressChange) -> list[Organisation]:
    """The person's organisations in which the address before belongs to nobody else by now."""
    theirs = Organisation.objects.joined_by(change.user)
    return [one for one in theirs if change.before.lower() in known_of(change.user, within=one)]


def followed_by(change: AddressChange) -> str:
    """The address that came after: the account's own today, or the one that it gave up next."""
    later = AddressChange.objects.filter(user=change.user_id, changed_at__gt=change.changed_at)
    following = later.order_by("changed_at", "pk").first()
    return following.before if following else change.user.email


@transaction.atomic
def set_by_hand(user: User, *, before: str, session: str | None, now: datetime) -> None:
    """An administrator of the site has typed another address: it counts as the person's, and
    opens the account.

    The address before may be in others' hands, so nothing leads back to it, nor to those
    before it, and every session ends. `session` is the administrator's own, which goes
    on. These addresses are remembered as ones that are given up for good.
    """
    _make_the_only_one(user)
    sessions.end_all(user, but=session)
    given_up = [row.before for row in AddressChange.objects.filter(user=user)]
    AddressChange.objects.filter(user=user).delete()
    for one in {*given_up, before}:
        AddressChange.objects.create(
            user=user, before=one, token=digest(new_secret()), changed_at=now - WAY_BACK_LASTS
        )
    letters.address_set(user, before=before, by_hand=True, now=now)


def _make_the_only_one(user: User) -> None:
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def new_password(user: User) -> None:
    """A new password was chosen. The change of address that waits for its letter ends: whoever the password shuts out may
    have asked for it, and would confirm it from a mailbox of their own."""
    waiting = EmailAddress.objects.filter(user=user, verified=False)
    waiting.exclude(email__iexact=user.email).delete()
    letters.password_changed(user)


def from_secret(secret: str) -> AddressChange | None:
    rows = AddressChange.objects.select_related("user")
    return rows.filter(token=digest(secret)).first()


@transaction.atomic
def restore(change: AddressChange, *, now: datetime) -> User:
    """The address before opens the account again, and nothing else does until there is a new
    password.

    Every session ends. A second factor added since, or in the week before, is removed:
    whoever changed the address may have added it, and the owner could no longer log in.
    Links sent to the addresses since then stop working. Raises Refusal with a sentence
    for the reader.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=change.user_id)
    change = AddressChange.objects.select_related("user").get(pk=change.pk)
    if why := why_not(change, now=now):
        raise Refusal(why)
    lost = user.email
    _give(user, change.before)
    Authenticator.objects.filter(
        user=user, created_at__gte=change.changed_at - WAY_BACK_LASTS
    ).delete()
    sessions.end_all(user)
    _keep_those_since(change, lost, now=now)
    change.restored_at = now
    change.save(update_fields=["restored_at"])
    letters.address_restored(change, lost=lost, language=user.language)
    return user


def _keep_those_since(change: AddressChange, lost: str, *, now: datetime) -> None:
    """The addresses that opened the account since then stay known for the person's, as any that is given up, so that what
    was sent there ends with a membership. Nothing leads back to them: nobody has these links any more."""
    since = AddressChange.objects.filter(user=change.user_id, changed_at__gt=change.changed_at)
    for row in since:
        row.token, row.changed_at = digest(new_secret()), now
        row.save(update_fields=["token", "changed_at"])
    AddressChange.objects.create(
        user=change.user, before=lost, token=digest(new_secret()), changed_at=now
    )


def _give(user: User, address: str) -> None:
    user.email = address
    user.set_unusable_password()  # and with it every session that no list knows
    try:
        with transaction.atomic():
            _make_the_only_one(user)
            user.save(update_fields=["email", "password"])
    except IntegrityError:  # somebody else took it in this very moment
        raise Refusal(_taken()) from None


def why_not(change: AddressChange, *, now: datetime) -> str:
    """Why this link restores nothing, as a sentence; "" when it does."""
    if not change.user.is_active:
        return _("This account has been closed since: there is nothing left to restore.")
    if change.restored_at:
        return _("This link has already been used: your address was restored.")
    if now >= change.open_until:
        return _("This link worked for seven days, and they are over.")
    others = User.objects.exclude(pk=change.user_id).filter(email__iexact=change.before)
    proved = EmailAddress.objects.exclude(user=change.user_id).filter(
        email__iexact=change.before, verified=True
    )
    return _taken() if others.exists() or proved.exists() else ""


def _taken() -> str:
    return _("This address belongs to another account by now: we can’t give it back.")
