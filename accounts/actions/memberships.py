"""Who is of an organisation, in which role. Each act locks the organisation first, so that it always keeps an
administrator."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import letters, tokens
from accounts.actions import addresses, directory, invitations, sign_in_links
from accounts.actions.refusals import Refusal
from accounts.models import Membership, Organisation, PastMembership, User
from accounts.states import ACTIVE
from notifications.faults import each_row

FORGOTTEN_AFTER = timedelta(days=365)


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: User) -> None:
    """An administrator gives somebody another role; a letter tells them."""
    membership = _locked(membership)
    _require_still_administers(by, membership.organisation)
    if membership.role == role:
        return
    if role not in Membership.roles_in(membership.organisation):
        raise Refusal(_("Everybody here speaks for the organisation: there are no other roles."))
    if role != Membership.Role.ADMINISTRATOR:
        _require_another_administrator(membership)
    with directory.asking_those_it_names(
        Organisation.objects.filter(pk=membership.organisation_id)
    ):
        membership.role = role
        membership.save(update_fields=["role"])
    letters.role_changed(membership, by=by)


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """An administrator takes somebody out; a letter tells them."""
    membership = _locked(membership)
    _require_still_administers(by, membership.organisation)
    _require_another_administrator(membership)
    letters.member_removed(membership)
    _go(membership)


@transaction.atomic
def leave(membership: Membership, *, anew: bool = False) -> None:
    """Somebody leaves of their own will; a letter tells the administrators. `anew`: they had left before a backup brought
    them back, and whoever took over wasn't there yet."""
    membership = _locked(membership)
    if not anew:
        _require_another_administrator(membership)
    letters.member_left(membership)
    _go(membership)


@transaction.atomic
def go_with_house(membership: Membership) -> None:
    """The organisation leaves the site, and its people leave it: the caller tells them."""
    _go(_locked(membership))


def _go(membership: Membership) -> None:
    """Delete the membership. Other invitations to this person's addresses are withdrawn, since they would let them in
    again without anybody's asking; and the organisation's sign-in no longer opens their account."""
    open_ones = membership.organisation.invitations.shown()
    known = addresses.known_of(membership.user, within=membership.organisation)
    again = open_ones.filter(email__in=known)
    for invitation in again.order_by("pk"):
        invitations.withdraw(invitation, now=timezone.now())
    sign_in_links.forget(membership.user, membership.organisation)
    PastMembership.objects.create(
        user=membership.user,
        organisation=membership.organisation,
        role=membership.role,
        joined_at=membership.created_at,
        mailbox=tokens.mailbox(membership.user.email),
    )
    membership.delete()


def forget_past(now: datetime) -> None:
    """Delete what says who left more than a year ago."""
    PastMembership.objects.filter(left_at__lt=now - FORGOTTEN_AFTER).delete()


def tell_of_roles() -> int:
    """Tell the administrators of organisations that lend their people, and had simple members, that employees have a
    role of their own; once. Returns how many were told."""
    untold = Organisation.objects.filter(roles_untold=True, status__in=ACTIVE)

    def tell(organisation: Organisation) -> bool:
        fresh = untold.select_for_update(no_key=True).filter(pk=organisation.pk)
        if (found := fresh.first()) is None:
            return False
        found.roles_untold = False
        found.save(update_fields=["roles_untold"])
        letters.roles_to_choose(found)
        return True

    return each_row("roles", untold.order_by("pk"), tell)


def lock(organisations: QuerySet[Organisation]) -> None:
    """Lock these organisations, before anything else: whoever leaves one waits for those who act in its name, and
    they for them."""
    rows = organisations.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def _locked(membership: Membership) -> Membership:
    """The membership, read again under the lock of its organisation.

    Two administrators who leave at the same moment wait for each other here, so that the
    second one is told that nobody else is left. Raises Refusal when the membership is
    gone already.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    fresh = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk)
    if (found := fresh.first()) is None:
        raise Refusal(_("This person has already left the organisation."))
    return found


def _require_still_administers(by: User, organisation: Organisation) -> None:
    """Raises Refusal when somebody has shown them out, or taken the role from them, while they clicked."""
    if not by.administers(organisation):
        raise Refusal(
            _("You no longer administer %(organisation)s.") % {"organisation": organisation}
        )


def _require_another_administrator(membership: Membership) -> None:
    administrators = membership.organisation.memberships.administrators()
    others = administrators.of_active_accounts().exclude(pk=membership.pk)
    if membership.is_administrator and not others.exists():
        raise Refusal(
            _(
                "%(organisation)s must keep an administrator: name another one first, "
                "then you can do this."
            )
            % {"organisation": membership.organisation}
        )
