"""What happens to a person's account, as far as this app knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import coming, letters
from accounts.actions import (
    administrators,
    erasures,
    groups,
    invitations,
    join_links,
    join_requests,
    memberships,
    sessions,
    sign_in_links,
)
from accounts.coming import Said
from accounts.models import (
    AddressChange,
    Coming,
    FormDraft,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    User,
)
from accounts.reading import once
from accounts.states import OrganisationStatus
from notifications.models import Notification
from notifications.models.letters import OPEN

PERSON = "person"  # by which the list of erasures knows an account (accounts.actions.erasures)
JUST_NOW = timedelta(hours=1)  # since it was kept: by the login, for what was said before it


def first_step(user: User) -> str | None:
    """The page to which somebody who has just arrived is taken; None for somebody who has been welcomed."""
    if pending := invitations.pending_for(user):
        return pending[0].get_absolute_url()
    if link := join_links.waiting_for(user, now=timezone.now()):
        return link.path
    if said := _said_just_now(user):
        return way_of(said, user)
    if user.welcomed_at or user.memberships.exists():
        return None
    if join_requests.ways_in(user, now=timezone.now()):
        return reverse("join")
    return _by_purpose(user)


def _by_purpose(user: User) -> str | None:
    match user.comes_for:
        case User.Purpose.ESS:
            return reverse("organisation-new-kind", args=["structure"])
        case User.Purpose.COMPANY:
            return reverse("organisation-new-kind", args=["entreprise"])
        case User.Purpose.AUTHORITY:
            return reverse("organisation-new-kind", args=["collectivite"])
        case User.Purpose.MYSELF:
            return reverse("offer-new")
    return None


def way_of(said: Said | Coming, user: User) -> str | None:
    """The page on which what somebody has said is written in full; for a need, once they have a structure that may ask."""
    if said.kind != Coming.Kind.NEED:
        return coming.way_on(said)
    theirs = Membership.objects.of(user).representing().select_related("organisation")
    asks = any(row.organisation.may_ask and not row.organisation.is_closed for row in theirs)
    return coming.way_on(said) if asks else reverse("organisation-new-kind", args=["structure"])


def _said_just_now(user: User) -> Coming | None:
    """For what they have come, where they said so on their way in: an account that has been welcomed isn't led there again
    and again."""
    row = Coming.objects.filter(user=user).first()
    if row is None or (user.comes_for and not user.welcomed_at):
        return None
    is_new = not user.welcomed_at or row.at > timezone.now() - JUST_NOW
    return row if is_new else None


def welcome(user: User, *, now: datetime) -> None:
    """Note that the first step was shown: next time they go straight to their home page."""
    user.welcomed_at = now
    user.save(update_fields=["welcomed_at"])


@once
def left_alone_by(user: User) -> list[Organisation]:
    """The organisations where nobody else has an active account, which close with theirs; never a pôle's operator."""
    mine = Organisation.objects.joined_by(user).without_operators()
    others = Membership.objects.of_active_accounts().exclude(user=user)
    return list(mine.exclude(Exists(others.filter(organisation=OuterRef("pk")))))


def waiting_for_an_heir(user: User) -> list[Organisation]:
    """The other organisations that nobody else administers: as long as there are any, the account can't be closed."""
    alone = {organisation.pk for organisation in left_alone_by(user)}
    administered = user.memberships.administrators().select_related("organisation")
    return [
        membership.organisation
        for membership in administered
        if membership.organisation_id not in alone
        and not _other_administrators(membership).exists()
    ]


def _other_administrators(membership: Membership) -> QuerySet[Membership]:
    administrators = membership.organisation.memberships.administrators()
    return administrators.of_active_accounts().exclude(pk=membership.pk)


@transaction.atomic
def forget(
    user: User,
    *,
    now: datetime,
    anew: bool = False,
    unused: bool = False,
    stays: Sequence[object] = (),
) -> None:
    """Close the account: what others rely on stays without a name, the rest is deleted.

    Messages, steps and missions stay, signed "Closed account", for they are the others'
    history too. `unused`: nobody has closed it but the clock. `stays` is told in the last letter. Raises Refusal when an organisation would be left without an
    administrator; not where an account that a backup has brought back is closed `anew`.
    """
    if not anew:
        administrators.require_another(user)
    mine = user.memberships.values("organisation")
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=mine).order_by("pk"))
    for organisation in left_alone_by(user):
        organisation.move(OrganisationStatus.CLOSED, by=user)
        organisation.invitations.shown().update(withdrawn_at=now)
        groups.end_all_of(organisation, by=user, now=now)
        sign_in_links.finish_all_of(organisation, now=now)
        organisation.memberships.all().delete()
    for membership in user.memberships.all():
        memberships.leave(membership, anew=anew)
    letters.account_closed(
        user.email, pk=user.pk, language=user.language, unused=unused, stays=stays
    )
    _erase(user, now=now)


def _erase(user: User, *, now: datetime) -> None:
    erasures.note(PERSON, [(user.pk, user.date_joined)], now=now)
    nowhere = f"closed-{user.pk}@closed.invalid"
    known = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    told = Notification.objects.filter(recipient=None, address__in=known)
    told.exclude(status__in=OPEN).delete()
    taken_up = Invitation.objects.filter(email__in=known).exclude(accepted_at=None)
    taken_up.update(email=nowhere, first_name="", last_name="")
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    AddressChange.objects.filter(user=user).delete()
    Coming.objects.filter(user=user).delete()
    FormDraft.objects.filter(user=user).delete()
    JoinRequest.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    sessions.end_all(user)
    Notification.objects.filter(recipient=user).delete()
    user.email = nowhere
    user.first_name = user.last_name = user.trade = user.phone = user.comes_for = ""
    user.commune = user.join_link = None
    user.is_active = user.is_staff = user.is_superuser = False
    user.closed_at = now
    user.set_unusable_password()  # and with it every open session
    user.save()
