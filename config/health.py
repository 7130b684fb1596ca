"""Is the house well? Two pages for machines and for whoever is woken up at night.

`/sante/web/` answers for this process alone: a container must not be restarted because the post
is late. `/sante/` answers for everything, and says 503 when a person should look.
"""

from collections.abc import Callable, Iterator

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from notifications import health as post

Line = tuple[str, bool, str]  # what, whether it is well, in words


@login_not_required
@never_cache
@require_safe
def web(request: HttpRequest) -> HttpResponse:
    return answer(list(checked(database)))


@login_not_required
@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    return answer(look())


def look() -> list[Line]:
    return [line for check in (database, broker, letters) for line in checked(check)]


def answer(lines: list[Line]) -> HttpResponse:
    """Plain words, one line a thing; the status is what a monitor reads."""
    status = 200 if are_well(lines) else 503
    return HttpResponse(in_words(lines), status=status, content_type="text/plain; charset=utf-8")


def are_well(lines: list[Line]) -> bool:
    return all(well for _what, well, _words in lines)


def in_words(lines: list[Line]) -> str:
    return "".join(
        f"{what}: {'ok' if well else 'NOT WELL'}, {words}\n" for what, well, words in lines
    )


def checked(check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """What a check says, or that it could not even be asked; never the error's own words."""
    try:
        yield from check()
    except (DatabaseError, OperationalError, OSError, ImproperlyConfigured) as error:
        yield check.__name__, False, type(error).__name__


def database() -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield "database", True, connection.vendor


def broker() -> Iterator[Line]:
    with current_app.connection_for_write() as line:
        line.ensure_connection(max_retries=1, timeout=2)
        yield (
            "broker",
            True,
            line.transport_cls if isinstance(line.transport_cls, str) else "reached",
        )


def letters() -> Iterator[Line]:
    report = post.report(timezone.now())
    silent = ", ".join(report.silent)
    yield "worker and beat", not silent, f"silent: {silent}" if silent else "seen at work"
    waiting = f"the oldest due letter has waited {int(report.oldest_due.total_seconds())} s"
    yield "letters", report.oldest_due < post.WORRYING and not report.blocked, waiting
