"""How often a password may be tried: strangers are counted by address and network, a
browser in which the account has been open by itself.

Whoever tries five wrong passwords shuts their own network out of that address, and
not its owner. A signed cookie names the accounts that have been open in this browser:
it opens nothing, it is only counted apart. It holds for an account until its password
changes.
"""

import secrets

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

COOKIE = settings.SESSION_COOKIE_NAME + "-known"
SALT = "browsers that have been in"
LASTS = 365 * 24 * 3600  # seconds
MOST_ACCOUNTS = 5  # a computer shared at an association's office
# Of allauth's form: how many, in how long, counted by address of the network (ip) or by our key.
LIMITS = {
    "tries": "30/m/ip",
    "failures": "10/m/ip",
    "failures_here": "5/5m/key",
    "failures_anywhere": "100/h/key",
    "failures_of_a_known_browser": "10/5m/key",
}


class TooMany(Exception):
    """A limit is reached. `everywhere` says that it is that of an address from all networks."""

    def __init__(self, *, everywhere: bool = False) -> None:
        self.everywhere = everywhere


def count(request: HttpRequest, address: str) -> list[ratelimit.RateLimitUsage]:
    """Count one attempt at this address. What is returned is given back if the password is right. Raises TooMany."""
    address = address.lower()
    if key := known(request, address):
        return [_consume(request, "failures_of_a_known_browser", key)]
    _consume(request, "tries", address)
    return [
        _consume(request, "failures", address),
        _consume(request, "failures_here", _here(request, address)),
        _consume(request, "failures_anywhere", address),
    ]


def give_back(usages: list[ratelimit.RateLimitUsage]) -> None:
    for usage in usages:
        usage.rollback()


def forget(request: HttpRequest, address: str) -> None:
    """A new password was chosen from the letter: the wrong ones before it no longer count."""
    address = address.lower()
    for action, key in (
        ("failures_here", _here(request, address)),
        ("failures_anywhere", address),
    ):
        ratelimit.clear(request, app="accounts", action=action, config=LIMITS, key=key)


def _consume(request: HttpRequest, action: str, key: str) -> ratelimit.RateLimitUsage:
    usage = ratelimit.consume(request, app="accounts", action=action, config=LIMITS, key=key)
    if usage is None:
        raise TooMany(everywhere=action == "failures_anywhere")
    return usage


def _here(request: HttpRequest, address: str) -> str:
    return f"{address} {ratelimit.get_ip(request)}"


def known(request: HttpRequest, address: str) -> str:
    """The key of this browser for this address, in small letters; "" when the account has never been open in it."""
    seen = _seen(request)
    user = User.objects.filter(pk__in=seen["accounts"], email__iexact=address).first()
    if user is None or not _is_of(user, seen):
        return ""
    return f"{user.pk} {seen['browser']}"


def _seen(request: HttpRequest) -> dict:
    """What the cookie says: {"browser": its name, "accounts": {pk: the mark of the password at that time}}."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {"browser": secrets.token_urlsafe(12), "accounts": {}}


def _is_of(user: User, seen: dict) -> bool:
    return constant_time_compare(seen["accounts"].get(str(user.pk), ""), _mark(user))


def _mark(user: User) -> str:
    """A mark that changes with the password, from which nothing of it can be learnt."""
    return salted_hmac(SALT, f"{user.pk} {user.password}", algorithm="sha256").hexdigest()[:24]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie for somebody who is logged in; a password changed in this browser keeps it known."""
    if not request.user.is_authenticated:
        return
    seen = _seen(request)
    if _is_of(request.user, seen):
        return
    others = {pk: mark for pk, mark in seen["accounts"].items() if pk != str(request.user.pk)}
    latest = dict(list(others.items())[-(MOST_ACCOUNTS - 1) :])
    response.set_cookie(
        COOKIE,
        signing.dumps(
            {
                "browser": seen["browser"],
                "accounts": latest | {str(request.user.pk): _mark(request.user)},
            },
            salt=SALT,
        ),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
