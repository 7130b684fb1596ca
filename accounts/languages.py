"""Which language somebody has chosen: in their profile or, for pages without one, in a
cookie.

A choice made without logging in is the browser's and lasts there: it may be of
another day, or of somebody else at the same computer, and changes nobody's profile.
Whoever has an account chooses in it, on any page.
"""

from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

KNOWN = [code for code, _name in settings.LANGUAGES]


def choose(request: HttpRequest, language: str) -> None:
    """The reader chooses a language: it is saved in their profile. Who isn't logged in has it in the cookie alone."""
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])


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
