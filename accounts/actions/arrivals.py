"""Somebody comes back from the sign-in of an organisation: what that opens, and for whom. No new right comes from what a
provider says: people join as by an address of the domain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import domains, letters, tokens
from accounts.actions import invitations, joining, memberships, sign_in_links
from accounts.actions.refusals import Refusal
from accounts.models import (
    Invitation,
    MailDomain,
    Membership,
    Organisation,
    SignIn,
    User,
)
from accounts.openid.flow import Identity

LONGEST_SUB = 191  # of allauth's column
LONGEST_EMAIL = 254


class AccountExists(Refusal):
    """There is an account with this address: its owner logs in once, and says yes."""


class What(StrEnum):
    COMES_IN = "comes in"
    REFUSED = "refused"
    TO_LINK = "to link"
    NEW = "new"


@dataclass(frozen=True)
class Arrived:
    """What to do with whoever has come back. `user`: who comes in, or whose account waits for its owner's yes."""

    what: What
    user: User | None = None
    words: str = ""


def for_address(email: str, *, now: datetime) -> QuerySet[SignIn]:
    """The sign-ins that speak for this address today: its domain says so, whoever reads the mailbox."""
    theirs = MailDomain.objects.opening_alone(now).filter(domain=domains.of_address(email))
    rows = SignIn.objects.working(now).filter(organisation__in=theirs.values("organisation"))
    return rows.select_related("organisation", "app").order_by("organisation__name", "pk")


def works(sign_in: SignIn, *, now: datetime) -> bool:
    """Whether people come in by it today."""
    return sign_in.organisation.may_offer and (
        SignIn.objects.working(now).filter(pk=sign_in.pk).exists()
    )


@transaction.atomic
def arrive(sign_in: SignIn, identity: Identity, *, now: datetime) -> Arrived:
    """Find out what is to be done with somebody whom the provider has sent back."""
    try:
        row = _working(sign_in, identity, now=now)
    except Refusal as refusal:
        return Arrived(What.REFUSED, words=str(refusal))
    house, email = row.organisation, identity.email
    if link := _by_sub(row, identity.sub):
        if not link.user.works_for(house):
            return _refused(house)
        SocialAccount.objects.filter(pk=link.pk).update(last_login=now)
        return Arrived(What.COMES_IN, user=link.user)
    owner = _owner_of(email)
    if owner is not None and not owner.is_active:
        return _refused(house)
    if _is_kept_out(house, owner, email, now=now):
        return _refused(house)
    return Arrived(What.NEW) if owner is None else Arrived(What.TO_LINK, user=owner)


@transaction.atomic
def link(sign_in: SignIn, identity: Identity, *, user: User, now: datetime) -> SocialAccount:
    """The owner of an account, who has shown that it is theirs, lets the organisation's sign-in open it; they join where
    they don't belong yet. A second click returns what the first one has made."""
    row = _working(sign_in, identity, now=now)
    user = User.objects.get(pk=user.pk)
    mine = EmailAddress.objects.filter(user=user, email__iexact=identity.email, verified=True)
    if not user.is_active or not mine.exists():
        raise Refusal(
            _(
                "%(email)s isn’t a confirmed address of your account: log in with the account that has it."
            )
            % {"email": identity.email}
        )
    here = _by_sub(row, identity.sub)
    if here is not None and here.user_id == user.pk and user.works_for(row.organisation):
        return here
    if here is not None:
        raise Refusal(
            _(
                "Who you are for this sign-in is linked to another account: log in with that one, and remove the link on its profile."
            )
        )
    # Who they are there may change, when the site is declared anew: their own yes moves the link.
    sign_in_links.of_sign_in(row).filter(user=user).delete()
    _bring_in(row, user, identity.email, now=now)
    made = _link(row, user, identity)
    letters.sign_in_linked(row, user, now=now)
    return made


@transaction.atomic
def newcomer(
    sign_in: SignIn,
    identity: Identity,
    *,
    first_name: str,
    last_name: str,
    language: str,
    now: datetime,
) -> User:
    """Make an account for somebody who accepts the terms, and who joins by it. It has no password until they choose one.
    A second click returns the account of the first."""
    row = _working(sign_in, identity, now=now)
    if here := _by_sub(row, identity.sub):
        if not here.user.works_for(row.organisation):
            raise Refusal(_not_opened(row.organisation))
        return here.user
    if _owner_of(identity.email) is not None:
        raise AccountExists(_exists(identity.email))
    if _is_kept_out(row.organisation, None, identity.email, now=now):
        raise Refusal(_not_opened(row.organisation))
    kind = row.organisation.kind
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                identity.email,
                first_name=first_name,
                last_name=last_name,
                language=language,
                comes_for=kind if kind in User.Purpose.values else "",
                terms_accepted_at=now,
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:  # by another sign-in, or the sign-up page, at the same moment
        raise AccountExists(_exists(identity.email)) from None
    _bring_in(row, user, identity.email, now=now)
    _link(row, user, identity)
    letters.sign_in_linked(row, user, is_new=True, now=now)
    return user


def _working(sign_in: SignIn, identity: Identity, *, now: datetime) -> SignIn:
    """The sign-in, read again under the lock of its organisation. Raises Refusal unless people come in by it today, with
    such an address."""
    memberships.lock(Organisation.objects.filter(pk=sign_in.organisation_id))
    rows = SignIn.objects.working(now).select_related("organisation", "app")
    row = rows.filter(pk=sign_in.pk).first()
    if row is None or not row.organisation.may_offer:
        raise Refusal(_("This sign-in isn’t open at the moment: log in with your own password."))
    require_address(row, identity, now=now)
    return row


def require_address(row: SignIn, identity: Identity, *, now: datetime) -> None:
    """Raises Refusal unless the provider gives an address at a domain of its organisation that opens alone, and answers
    for it."""
    email = identity.email
    if not _is_address(email) or not 0 < len(identity.sub) <= LONGEST_SUB:
        raise Refusal(_("The provider gives no e-mail address that we can read."))
    theirs = MailDomain.objects.opening_alone(now).filter(organisation=row.organisation_id)
    if not theirs.filter(domain=domains.of_address(email)).exists():
        raise Refusal(
            _(
                "The provider gives the address %(email)s, which isn’t at a domain that the organisation has proven to be its own."
            )
            % {"email": email}
        )
    if identity.verified is False or (identity.verified is None and not row.vouched):
        raise Refusal(
            _("The provider doesn’t say that the address %(email)s has been verified.")
            % {"email": email}
        )


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= LONGEST_EMAIL


def _by_sub(row: SignIn, sub: str) -> SocialAccount | None:
    return sign_in_links.of_sign_in(row).filter(uid=sub).select_related("user").first()


def _owner_of(email: str) -> User | None:
    """Whose account this address opens, or would once it is confirmed. One that is only claimed beside another counts for
    nothing."""
    second = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user")
    return User.objects.filter(Q(email__iexact=email) | Q(pk__in=second)).order_by("pk").first()


def _is_kept_out(house: Organisation, owner: User | None, email: str, *, now: datetime) -> bool:
    """Whether they have left within a year, and nobody has invited them since."""
    if owner is not None and owner.belongs_to(house):
        return False
    return _has_left(house, owner, email, now=now) and _invitation(house, email, now=now) is None


def _has_left(house: Organisation, owner: User | None, email: str, *, now: datetime) -> bool:
    """By their account, or by this mailbox, whose account may be closed by now."""
    lately = house.past_memberships.filter(left_at__gt=now - memberships.FORGOTTEN_AFTER)
    left = Q(mailbox__in=tokens.mailboxes(email))
    if owner is not None:
        left |= Q(user=owner)
    return lately.filter(left).exists()


def _invitation(house: Organisation, email: str, *, now: datetime) -> Invitation | None:
    pending = Invitation.objects.pending(now).backed().filter(organisation=house)
    return pending.filter(email__iexact=email).order_by("pk").first()


def _bring_in(row: SignIn, user: User, email: str, *, now: datetime) -> None:
    """As by the open invitation to this address, otherwise as an employee; who belongs stays as they are."""
    house = row.organisation
    if user.belongs_to(house):
        return
    if found := _invitation(house, email, now=now):
        invitations.accept(found, by=user, now=now)
        return
    if _has_left(house, user, email, now=now):
        raise Refusal(_not_opened(house))
    joining.join(
        house,
        user=user,
        role=Membership.Role.EMPLOYEE,
        came_by=Membership.How.SIGN_IN,
        now=now,
    )


def _link(row: SignIn, user: User, identity: Identity) -> SocialAccount:
    assert row.app is not None, "it works"
    return SocialAccount.objects.create(
        user=user,
        provider=row.app.provider_id,
        uid=identity.sub,
        extra_data={"email": identity.email},
    )


def _refused(house: Organisation) -> Arrived:
    return Arrived(What.REFUSED, words=_not_opened(house))


def _not_opened(house: Organisation) -> str:
    """The same for who has left and for a closed account: an employer learns nothing from it."""
    return _(
        "%(organisation)s: its sign-in opens no account with this address. If you work there, ask one of its administrators to invite you."
    ) % {"organisation": house}


def _exists(email: str) -> str:
    return _("There is an account with the address %(email)s already: log in with it once.") % {
        "email": email
    }
