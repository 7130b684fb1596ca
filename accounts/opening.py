"""What has opened a session, one's own password or an organisation's sign-in, and so what it shows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from accounts import domains
from accounts.models import MailDomain, Organisation, SignIn, User
from accounts.models.memberships import MembershipQuerySet
from accounts.requests import Signed, SignedInRequest
from accounts.scope import WHOLE, Scope

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from accounts.models import Membership

MARK = "sign_in"  # in the session
LASTS = timedelta(hours=12)  # a day at work; then the provider is asked again


def mark(request: HttpRequest, sign_in: int, user: User, *, at: float, own: bool) -> None:
    """Note that this person has come by the sign-in of this number at that moment. `own`: the session was theirs already,
    opened by what is their own, and stays so."""
    request.session[MARK] = {"pk": sign_in, "user": user.pk, "at": at, "own": own}


def with_sign_ins(
    rows: MembershipQuerySet, domain: str, now: datetime
) -> "QuerySet[WithAnnotations[Membership, Signed]]":
    """Adds to memberships of one person, whose address is of this domain, the number of the sign-in by which one comes in
    there today, the same where it is required, the address by which their account is linked to it, and whether the
    organisation's domains have that of the account."""
    theirs = SignIn.objects.filter(organisation=OuterRef("organisation"))
    live = SignIn.objects.live().filter(organisation=OuterRef(OuterRef("organisation")))
    links = SocialAccount.objects.filter(
        user=OuterRef("user"), provider__in=live.values("app__provider_id")
    )
    return rows.annotate(
        sign_in=Subquery(theirs.working(now).values("pk")[:1]),
        required=Subquery(theirs.required(now).values("pk")[:1]),
        linked_at=Subquery(links.values("extra_data__email")[:1]),
        has_domain=Exists(_claims(domain).filter(organisation=OuterRef("organisation"))),
    )


def scope_of_session(
    request: SignedInRequest,
    memberships: "Iterable[WithAnnotations[Membership, Signed]]",
    now: datetime,
) -> Scope | None:
    """What this session opens of these memberships, which `with_sign_ins` has given; None when it has to end: what opened
    it doesn't hold any more."""
    user, own = request.user, is_own(request, request.user)
    came_by = _number_of(request, user, now)
    through = {row.organisation_id for row in memberships if came_by and row.sign_in == came_by}
    if not own:
        return Scope(own=False, only=through.pop()) if through else None
    shut = {row.organisation_id for row in memberships if row.required} - through
    has_own_address = not any(
        row.linked_at and (row.has_domain or is_at_work(user.email, row.linked_at))
        for row in memberships
    )
    return (
        Scope(own=has_own_address, shut=frozenset(shut)) if shut or not has_own_address else WHOLE
    )


def is_own(request: HttpRequest, user: User) -> bool:
    """Whether the person's own password or passkey has opened this session, at the beginning or since."""
    found = request.session.get(MARK)
    if not found or found["user"] != user.pk or found["own"]:
        return True
    return any(map(_is_ones_own, get_authentication_records(request, user)))


def links_of(user: User) -> dict[str, Organisation]:
    """The organisations by whose sign-in this person's account is opened, each at the address by which it is linked."""
    links = SocialAccount.objects.filter(user_id=user.pk)
    emails = dict(links.values_list("provider", "extra_data__email"))
    there = SignIn.objects.live().filter(app__provider_id__in=emails)
    rows = there.select_related("organisation", "app")
    return {str(emails[row.app.provider_id]): row.organisation for row in rows if row.app}


def is_left_at_work(user: User, organisation: Organisation) -> bool:
    """Whether leaving this organisation would leave the account behind, with an address of that house."""
    return keeper_of(user.email, links_of(user)) == organisation


def keeper_of(email: str, links: dict[str, Organisation]) -> Organisation | None:
    """Of the organisations that `links_of` gives, the one that keeps this mailbox: at the domain of the link, or at
    another of its own."""
    found = [house for linked_at, house in links.items() if is_at_work(email, linked_at)]
    if found:
        return found[0]
    theirs = _domains_of(email).filter(organisation__in=list(links.values()))
    row = theirs.select_related("organisation").order_by("pk").first()
    return row.organisation if row else None


def _domains_of(email: str) -> QuerySet[MailDomain]:
    return _claims(domains.of_address(email))


def _claims(domain: str) -> QuerySet[MailDomain]:
    return MailDomain.objects.claimed().filter(domain=domain)


def is_at_work(email: str, linked_at: str | None) -> bool:
    """Whether the account's address is still one of the organisation by whose sign-in it is opened: whoever keeps that
    mailbox could have the password made anew."""
    return bool(linked_at) and domains.of_address(email) == domains.of_address(str(linked_at))


def _is_ones_own(record: dict) -> bool:
    is_a_passkey = record.get("type") == Authenticator.Type.WEBAUTHN
    return record.get("method") == "password" or is_a_passkey


def _number_of(request: HttpRequest, user: User, now: datetime) -> int | None:
    """The sign-in by which this person has come less than a day at work ago."""
    found = request.session.get(MARK)
    if not found or found["user"] != user.pk or found["at"] < (now - LASTS).timestamp():
        return None
    return int(found["pk"])
