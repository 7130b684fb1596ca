"""What somebody typed who had been logged out meanwhile: kept in the session until they are back.

It is for them alone: a cookie that outlives the session says which account this browser last had.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

KEY = "typed_elsewhere"
KEPT_FOR = timedelta(hours=1)
MOST_KEPT = 60_000  # characters, of the whole form
NEVER = ("csrfmiddlewaretoken", "password")
COOKIE = settings.SESSION_COOKIE_NAME + "-account"
SALT = "last account of this browser"
# Why it had to wait.
LOGGED_OUT, SECOND_FACTOR = "logged out", "second factor"


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Whose browser this is. It opens nothing: it only keeps what they typed from the next person."""
    if request.user.is_authenticated and last_account(request) != request.user.pk:
        response.set_signed_cookie(
            COOKIE,
            str(request.user.pk),
            salt=SALT,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def last_account(request: HttpRequest) -> int | None:
    found = request.get_signed_cookie(
        COOKIE, default="", salt=SALT, max_age=settings.SESSION_COOKIE_AGE
    )
    return int(found) if found else None


def is_somebody_else_s(request: HttpRequest, account: int | None) -> bool:
    """Typed with another account than this one. None: nobody knows with which."""
    return account is not None and account != request.user.pk


def is_secret(name: str) -> bool:
    return any(word in name for word in NEVER)


def keep(request: HttpRequest, *, why: str = LOGGED_OUT) -> None:
    """The form as it was sent, but for its files and its secrets."""
    kept = request.POST.copy()
    for name in [name for name in kept if is_secret(name)]:
        del kept[name]
    query = kept.urlencode()
    if len(query) > 3 * MOST_KEPT:  # each letter may become three
        request.session.pop(KEY, None)
        return
    until = timezone.now() + KEPT_FOR
    request.session[KEY] = {
        "path": request.get_full_path(),
        "form": query,
        "files": bool(request.FILES),
        "account": last_account(request),
        "why": why,
        "until": until.timestamp(),
    }


def kept_in(request: HttpRequest) -> dict | None:
    kept = request.session.get(KEY)
    if not kept or kept["until"] < timezone.now().timestamp():
        return None
    return kept | {"form": QueryDict(kept["form"])}


def words_of(form: QueryDict) -> list[str]:
    """What was written in sentences: to be read again or copied. Never a secret, nor a choice in a list."""
    values = [one for name, many in form.lists() if not is_secret(name) for one in many]
    return [value for value in values if len(value.split()) > 1]


def waits_for_second_factor(request: HttpRequest) -> bool:
    kept = kept_in(request)
    return kept is not None and kept.get("why") == SECOND_FACTOR
