"""Keeps what somebody typed who had been logged out meanwhile, until they are back, an
hour at the most.

It is for them alone: only the browser that sent it can find it, and a cookie that
outlives the session says which account that browser had last.
"""

from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import TypedForm

FORM, MESSAGE = SLOTS = ("typed_form", "typed_message")  # in the session
KEPT_FOR = timedelta(minutes=55)  # the sweep comes every five: within the hour
MOST_OF_PATH = 2_000
MOST_KEPT = 60_000  # characters, of the whole form
OURS = ("marketplace", "accounts")
NEVER = ("csrfmiddlewaretoken", "password", "cost", "gross", "charges", "aids")
COOKIE = settings.SESSION_COOKIE_NAME + "-account"
SALT = "last account of this browser"
# Why it had to wait.
LOGGED_OUT, SECOND_FACTOR = "logged out", "second factor"


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Note in a cookie whose browser this is. It opens nothing: it only hides what they typed from the next person."""
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
    """Whether this was typed with another account than the present one. `account` None: it isn't known with which."""
    return account is not None and account != request.user.pk


def is_secret(name: str) -> bool:
    return any(word in name for word in NEVER)


def keep(request: HttpRequest, *, why: str = LOGGED_OUT) -> None:
    """Keep the form as it was sent, but for its files and its secrets."""
    kept = request.POST.copy()
    for name in [name for name in kept if is_secret(name)]:
        del kept[name]
    query, path = kept.urlencode(), request.get_full_path()
    if len(query) > 3 * MOST_KEPT or len(path) > MOST_OF_PATH:  # each letter may become three
        forget(request, FORM)
        return
    put(request, FORM, path=path, form=query, had_files=bool(request.FILES), why=why)


def put(
    request: HttpRequest,
    slot: str,
    *,
    path: str,
    form: str,
    had_files: bool = False,
    why: str = LOGGED_OUT,
) -> None:
    """Keep a form in this slot, in place of what this browser has left there. The session holds only its number."""
    forget(request, slot)
    typed = TypedForm.objects.create(
        path=path,
        form=form,
        had_files=had_files,
        why=why,
        account=last_account(request),
        until=timezone.now() + KEPT_FOR,
    )
    request.session[slot] = str(typed.key)


def kept_in(request: HttpRequest, slot: str) -> TypedForm | None:
    key = request.session.get(slot)
    return TypedForm.objects.filter(key=key, until__gt=timezone.now()).first() if key else None


def forget(request: HttpRequest, *slots: str) -> None:
    keys = [key for slot in slots if (key := request.session.pop(slot, None))]
    if keys:
        TypedForm.objects.filter(key__in=keys).delete()


def forget_old(now: datetime) -> int:
    """Delete the forms whose time is over. Returns how many."""
    return TypedForm.objects.filter(until__lte=now).delete()[0]


def words_of(form: QueryDict) -> list[tuple[str, str]]:
    """The sentences that were written, to be read again or copied, each with the name of its field. Never a secret,
    nor a choice in a list."""
    values = [(name, one) for name, many in form.lists() if not is_secret(name) for one in many]
    written = [(name, value) for name, value in values if len(value.split()) > 1]
    return [(_named(name, n), value) for n, (name, value) in enumerate(written, start=1)]


def _named(field: str, n: int) -> str:
    """The name of a field as our models call it, when all call it the same; otherwise its number in the form."""
    found = {
        str(capfirst(one.verbose_name))
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for one in model._meta.get_fields()
        if isinstance(one, TextField | CharField) and one.name == field
    }
    return found.pop() if len(found) == 1 else _("What you had typed (%(n)s)") % {"n": n}


def waits_for_second_factor(request: HttpRequest) -> bool:
    kept = kept_in(request, FORM)
    return kept is not None and kept.why == SECOND_FACTOR
