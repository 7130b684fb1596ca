"""Which language somebody has chosen: in their profile or, for pages without one, in a
cookie.

A choice made without logging in is the browser's and lasts there: it may be of
another day, or of somebody else at the same computer, and changes nobody's profile.
Whoever has an account chooses in it, on any page. Who chose just before they logged in is asked once whether it is
theirs too (docs/decisions/0092): a signed cookie notes the choice for an hour, and a login takes it out.
"""

from datetime import timedelta
from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from accounts.models import User

JUST_BEFORE = timedelta(hours=1)
COOKIE = settings.SESSION_COOKIE_NAME + "-language"
SALT = "language chosen before the login"
TO_ASK = "language-to-ask"  # in the session
KNOWN = [code for code, _name in settings.LANGUAGES]


def choose(request: HttpRequest, language: str, response: HttpResponseBase) -> None:
    """The reader chooses a language: it is saved in their profile. Who isn't logged in has it in cookies alone."""
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    else:
        response.set_signed_cookie(
            COOKIE,
            language,
            salt=SALT,
            max_age=int(JUST_BEFORE.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def hear(request: HttpRequest, user: User, response: HttpResponseBase) -> None:
    """They log in: have the next page ask whether the language that was just chosen in this browser is theirs."""
    if COOKIE not in request.COOKIES:
        return
    chosen = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=JUST_BEFORE)
    if chosen and chosen != user.language:
        request.session[TO_ASK] = chosen
    response.delete_cookie(COOKIE, samesite="Lax")


def to_ask(request: HttpRequest) -> str:
    """The language that this page asks its reader to keep; "" on any other. Asked on one page."""
    if not hasattr(request, TO_ASK):
        asked = request.session.pop(TO_ASK, "")
        setattr(request, TO_ASK, asked if asked != get_language() else "")
    language: str = getattr(request, TO_ASK)
    return language


def of_this_page() -> str:
    """The language of this page, for somebody who signs up on it."""
    language = get_language()
    return language if language in KNOWN else settings.LANGUAGE_CODE


def keep(response: HttpResponseBase, language: str) -> None:
    """Keep the language in the browser's cookie, as Django's own view does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast(Literal["Lax"], settings.LANGUAGE_COOKIE_SAMESITE),
    )
