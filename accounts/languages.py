"""Which language somebody has chosen: in their profile, in a cookie for the pages without one.

Who switches before logging in means it: what they chose then goes into their profile as they come in. A cookie
alone doesn't say so: it may be of another day, or of somebody else at the same computer.
"""

from typing import Literal, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from accounts.models import User

CHOSEN = "chosen_language"  # in the session of whoever isn't logged in yet
KNOWN = [code for code, _name in settings.LANGUAGES]


def choose(request: HttpRequest, language: str) -> None:
    """The reader asks for it by name."""
    if request.user.is_authenticated:
        _write(request.user, language)
    else:
        request.session[CHOSEN] = language


def bring_in(request: HttpRequest, user: User) -> None:
    """They have logged in: what they had just chosen comes along."""
    language = request.session.pop(CHOSEN, "")
    if language in KNOWN:
        _write(user, language)


def of_this_page() -> str:
    """What somebody who signs up here reads."""
    language = get_language()
    return language if language in KNOWN else settings.LANGUAGE_CODE


def keep(response: HttpResponseBase, language: str) -> None:
    """In the browser, as Django's own switch does it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast(Literal["Lax"], settings.LANGUAGE_COOKIE_SAMESITE),
    )


def _write(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
