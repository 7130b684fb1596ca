"""The second factor at login: who needs one, since when they are asked, what is open without it."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import OurRequest, SignedInRequest, is_signed_in
from accounts.scope import scope_of

GRACE_DAYS = 14
# Recovery codes alone are what is left of a factor, not one.
KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What is needed to set it up, to leave, to take an account back, and what the law wants readable.
OPEN_VIEWS = {
    *("legal", "accessibility", "health", "health-web", "set_language", "admin:logout"),
    *("address-restore", "admin-link", "session-end", "usersessions_list", "organisation-logo"),
}
OPEN_NAMES = ("account_", "mfa_")


def of_whom(field: str) -> Exists:
    """An expression: whether the person in this field of a row has a second factor, without another query."""
    return Exists(Authenticator.objects.filter(user=OuterRef(field), type__in=KINDS))


def asked_by(request: OurRequest, *, now: datetime) -> date | None:
    """The last day without a second factor; None for somebody who needs none, or has one."""
    if not settings.SECOND_FACTOR_REQUIRED or not is_signed_in(request):
        return None
    user = request.user
    by_sign_in = scope_of(user).only is not None  # nobody coordinates by a company's
    if by_sign_in or not _must_have_one(request):
        return None
    if user.second_factor_asked_at is None:
        _ask(user, now=now)
    if _has_one(request):
        return None
    return timezone.localdate(user.second_factor_asked_at) + timedelta(days=GRACE_DAYS)


def _must_have_one(request: SignedInRequest) -> bool:
    """Whether the person needs one: administrators of the site and coordinators do."""
    return (
        request.user.is_staff
        or request.user.is_superuser
        or any(membership.poles for membership in request.memberships)
    )


def _has_one(request: SignedInRequest) -> bool:
    if request.memberships:
        return request.memberships[0].has_second_factor
    return Authenticator.objects.filter(user=request.user, type__in=KINDS).exists()


def _ask(user: User, *, now: datetime) -> None:
    """Begin to ask for a second factor. The days count from the first time: neither a logout nor losing and getting
    back a role begins them anew."""
    waiting = User.objects.filter(pk=user.pk, second_factor_asked_at=None)
    if waiting.update(second_factor_asked_at=now):
        user.second_factor_asked_at = now
    else:
        user.refresh_from_db(fields=["second_factor_asked_at"])


def is_late(last_day: date | None) -> bool:
    return last_day is not None and timezone.localdate() > last_day


def leads_there(view_name: str) -> bool:
    return view_name in OPEN_VIEWS or view_name.startswith(OPEN_NAMES)


def to_tell(request: HttpRequest) -> date | None:
    """The date for the sentence above each page; None on the pages that set the second factor up, which say it
    themselves."""
    match = getattr(request, "resolver_match", None)
    if match is not None and match.view_name.startswith("mfa_"):
        return None
    last_day = getattr(request, "second_factor_by", None)
    return None if is_late(last_day) else last_day


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys belong to the site's own address, by whatever host name the request came."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": str(urlsplit(settings.SITE_URL).hostname), "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: User, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}
