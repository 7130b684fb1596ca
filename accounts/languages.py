"""Which language somebody has chosen: in their profile or, for pages without one, in a
cookie.

Whoever chooses a language before logging in means it: it goes into their profile as
they log in. A cookie alone isn't enough: it may be of another day, or of somebody
else at the same computer.
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
    """The reader chooses a language: it is saved in their profile or, before they log in, in the session."""
    if request.user.is_authenticated:
        _write(request.user, language)
    else:
        request.session[CHOSEN] = language


def bring_in(request: HttpRequest, user: User) -> None:
    """Somebody has logged in: the language that they have just chosen goes into their profile."""
    language = request.session.pop(CHOSEN, "")
    if language in KNOWN:
        _write(user, language)


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


def _write(user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
