"""Joining by one's e-mail address: at once where that is open, otherwise with an administrator's yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import domains, letters, permissions
from accounts.actions import joining, memberships
from accounts.actions.refusals import Refusal
from accounts.capabilities import Capability
from accounts.models import (
    JoinRequest,
    MailDomain,
    Membership,
    Organisation,
    PastMembership,
    User,
)

ASK_AGAIN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class WayIn:
    """An organisation that is open to somebody by their address. `alone`: without an administrator's yes; `asked`: their
    question that waits for an answer."""

    organisation: Organisation
    domain: MailDomain
    alone: bool
    asked: JoinRequest | None


def address_at(user: User, domain: str) -> str:
    """This person's confirmed address at this very domain; "" without one. What is typed and not confirmed counts for
    nothing, nor does one that was given up."""
    return _confirmed(user).get(domain, "") if user.is_active else ""


def _confirmed(user: User) -> dict[str, str]:
    """Their confirmed addresses, by their domains."""
    rows = EmailAddress.objects.filter(user_id=user.pk, verified=True).values_list(
        "email", flat=True
    )
    return {domains.of_address(email): email for email in rows}


def ways_in(user: User, *, now: datetime) -> list[WayIn]:
    """The organisations that are open to this person today, by their names; without those to which they belong."""
    if not user.is_active:
        return []
    at_theirs = MailDomain.objects.filter(domain__in=[one for one in _confirmed(user) if one])
    if not (numbers := list(at_theirs.values_list("pk", flat=True))):
        return []  # as for most: nobody's house
    mine = Membership.objects.filter(user=user).values("organisation")
    rows = (
        MailDomain.objects.open()
        .filter(pk__in=numbers)
        .filter(organisation__in=Organisation.objects.that_may(Capability.OFFER))
        .filter(organisation__leaves_on=None)
        .exclude(organisation__in=mine)
        .select_related("organisation__commune")
        .order_by("organisation__name", "organisation", "pk")
    )
    if not rows:
        return []
    asked = {one.organisation_id: one for one in JoinRequest.objects.open().filter(user=user)}
    left = set(
        PastMembership.objects.filter(
            user=user, left_at__gt=now - memberships.FORGOTTEN_AFTER
        ).values_list("organisation", flat=True)
    )
    found: dict[int, WayIn] = {}
    for row in rows:
        number = row.organisation_id
        alone = row.opens_alone(now) and number not in left
        if number not in found or (alone and not found[number].alone):
            found[number] = WayIn(row.organisation, row, alone, asked.get(number))
    return list(found.values())


def _way(organisation: Organisation, *, by: User, now: datetime) -> WayIn:
    """The way into this one, read under its lock. Raises Refusal."""
    memberships.lock(Organisation.objects.filter(pk=organisation.pk))
    for way in ways_in(by, now=now):
        if way.organisation.pk == organisation.pk:
            return way
    if by.belongs_to(organisation):
        raise Refusal(_("You already belong to %(organisation)s.") % {"organisation": organisation})
    raise Refusal(
        _("%(organisation)s isn’t open to your address any more.") % {"organisation": organisation}
    )


@transaction.atomic
def join(organisation: Organisation, *, by: User, now: datetime) -> Membership:
    """Join as an employee, by one's address alone."""
    way = _way(organisation, by=by, now=now)
    if not way.alone:
        raise Refusal(
            _("An administrator of %(organisation)s says yes or no first: ask to join.")
            % {"organisation": organisation}
        )
    membership, _is_new = joining.join(
        way.organisation,
        user=by,
        role=Membership.Role.EMPLOYEE,
        came_by=Membership.How.DOMAIN,
        now=now,
    )
    return membership


@transaction.atomic
def ask(organisation: Organisation, *, by: User, now: datetime) -> JoinRequest:
    """Ask the administrators. A second click returns what the first one asked."""
    way = _way(organisation, by=by, now=now)
    if way.asked:
        return way.asked
    no = JoinRequest.objects.filter(
        organisation=organisation, user=by, accepted=False, answered_at__gt=now - ASK_AGAIN_AFTER
    )
    if no.exists():
        raise Refusal(
            _(
                "%(organisation)s has answered less than a month ago: talk with them, or ask again later."
            )
            % {"organisation": organisation}
        )
    told = way.organisation.join_requests.open().filter(asked_at__gt=now - timedelta(days=1))
    are_told = told.exists()
    request = JoinRequest.objects.create(
        organisation=way.organisation, user=by, domain=way.domain, asked_at=now
    )
    if not are_told:  # a letter that asks has just left: its page has this one too
        letters.join_asked(request)
    return request


@transaction.atomic
def accept(request: JoinRequest, *, by: User, now: datetime) -> Membership:
    """An administrator says yes: they are an employee. Their address has to be what it was when they asked."""
    request = _open(request, by)
    domain = request.domain
    stands = domain is not None and domain.is_claimed and address_at(request.user, domain.domain)
    if not stands:
        raise Refusal(
            _("%(person)s no longer has a confirmed address at your domain: invite them instead.")
            % {"person": request.user}
        )
    _answer(request, accepted=True, by=by, now=now)
    membership, _is_new = joining.join(
        request.organisation,
        user=request.user,
        role=Membership.Role.EMPLOYEE,
        came_by=Membership.How.ASKED,
        now=now,
    )
    letters.join_answered(request)
    return membership


@transaction.atomic
def decline(request: JoinRequest, *, reason: str = "", by: User, now: datetime) -> None:
    """An administrator says no; they may say why, in the letter alone."""
    request = _open(request, by)
    _answer(request, accepted=False, by=by, now=now)
    letters.join_answered(request, reason=reason)


def drop_those_by(domain: MailDomain, *, now: datetime) -> None:
    """The domain has ended: those who have asked by it are told that nobody will answer."""
    for request in domain.join_requests.open().select_related("organisation", "user"):
        _answer(request, accepted=None, by=None, now=now)
        letters.join_answered(request)


def _answer(request: JoinRequest, *, accepted: bool | None, by: User | None, now: datetime) -> None:
    request.accepted, request.answered_by, request.answered_at = accepted, by, now
    request.save(update_fields=["accepted", "answered_by", "answered_at"])


def _open(request: JoinRequest, by: User) -> JoinRequest:
    memberships.lock(Organisation.objects.filter(pk=request.organisation_id))
    rows = JoinRequest.objects.select_related("organisation", "user", "domain")
    found = rows.filter(pk=request.pk).first()
    if found is None or found.answered_at:
        raise Refusal(_("This has been answered already."))
    if not permissions.can_gather(by, found.organisation):
        raise Refusal(
            _("You can’t decide for %(organisation)s at the moment.")
            % {"organisation": found.organisation}
        )
    return found
