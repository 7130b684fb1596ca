"""Tells whether the site is well: pages for machines (plain text, one line for each
thing, the status says it all) and for whoever is woken up at night (the same as a
page).

`/sante/web/` answers for this process alone: a container must not be restarted
because letters are late. `/sante/` answers for everything, and is a 503 when a person
should look.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config import acts as clock_acts
from config.backup import marks
from marketplace.models import Import, LegalNotice
from notifications import health as post

Words = str | Promise
# What, whether it is well, and in words; both in the reader's language, English for machines.
Line = tuple[Words, bool, Words]
PLAIN, PAGE = "text/plain", "text/html"
WITHOUT_BACKUP = timedelta(days=2)  # taken each night: one has failed, and nobody has seen to it

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def web(request: HttpRequest) -> HttpResponse:
    return answer(request, list(checked(database)))


@login_not_required
@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    return answer(request, look())


def look() -> list[Line]:
    return [
        line
        for check in (database, broker, files, letters, lists, acts, backups, legal)
        for line in checked(check)
    ]


def answer(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    status = 200 if are_well(lines) else 503
    if status != 200:  # whoever reads the log tomorrow learns why
        log.warning("Not well: %s", "; ".join(in_words(not_well(lines)).splitlines()))
    if request.get_preferred_type([PLAIN, PAGE]) == PAGE:
        context = {"lines": lines, "is_well": status == 200, "now": timezone.now()}
        # Without the site's frame, which asks the database who is there.
        return HttpResponse(render_to_string("health.html", context), status=status)
    return HttpResponse(in_words(lines), status=status, content_type=f"{PLAIN}; charset=utf-8")


def are_well(lines: list[Line]) -> bool:
    return not not_well(lines)


def not_well(lines: list[Line]) -> list[Line]:
    return [line for line in lines if not line[1]]


def in_words(lines: list[Line]) -> str:
    with translation.override("en"):
        return "".join(
            f"{what}: {'ok' if well else 'NOT WELL'}, {words}\n" for what, well, words in lines
        )


def checked(check: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """The lines of a check, or one line when it could not be made; never the error's own message."""
    try:
        yield from check()
    except (DatabaseError, OperationalError, OSError, ImproperlyConfigured) as error:
        yield NAMES[check], False, type(error).__name__


def database() -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield NAMES[database], True, connection.vendor


def broker() -> Iterator[Line]:
    with current_app.connection_for_write() as line:
        line.ensure_connection(max_retries=1, timeout=2)
        named = isinstance(line.transport_cls, str)
        yield NAMES[broker], True, line.transport_cls if named else _("reached")


def files() -> Iterator[Line]:
    """A line where the files are in a bucket. A disk that is full or gone is said by what writes there."""
    if settings.S3["bucket_name"]:
        storages["vault"].exists("files")  # no matter whether it is there: the bucket has answered
        yield NAMES[files], True, _("a bucket")


def letters() -> Iterator[Line]:
    report = post.report(timezone.now())
    silent = ", ".join(report.silent)
    words = format_lazy(_("silent: {names}"), names=silent) if silent else _("seen at work")
    yield _("worker and beat"), not silent, words
    seconds = int(report.oldest_due.total_seconds())
    waiting = format_lazy(_("the oldest due letter has waited {seconds} s"), seconds=seconds)
    if report.blocked:
        waiting = _("the mail server doesn’t take them: the page of letters says why")
    yield NAMES[letters], report.oldest_due < post.WORRYING and not report.blocked, waiting
    if report.held_since:
        yield NAMES[letters], False, _("held since a backup was restored: somebody has to decide")


def lists() -> Iterator[Line]:
    """A line while a list that somebody has sent waits for a worker."""
    if waiting := Import.objects.waiting_for_a_worker(timezone.now()).count():
        words = format_lazy(_("{number} wait for the worker"), number=waiting)
        yield NAMES[lists], False, words


def acts() -> Iterator[Line]:
    yield from clock_acts.lines(timezone.now())


def backups() -> Iterator[Line]:
    """A line where they are taken, by this machine's mark, and none is for two days; none where they never were: elsewhere
    they may be, or be somebody else's business."""
    taken = dict(marks.noted()).get(marks.TAKEN)
    if taken and timezone.now() - taken > WITHOUT_BACKUP:
        when = timezone.localtime(taken).strftime("%Y-%m-%d %H:%M")
        yield NAMES[backups], False, format_lazy(_("none since {when}"), when=when)


def legal() -> Iterator[Line]:
    """A line when the legal notice isn't complete, or names nobody for questions about data, which the coordinators then
    answer; never a 503: nobody need be woken up for it (docs/decisions/0011)."""
    notice = LegalNotice.now()
    if not notice.is_complete:
        yield NAMES[legal], True, _("to be completed")
    elif not notice.data_contact:
        yield NAMES[legal], True, _("no address for questions about personal data")


NAMES = {
    database: _("database"),
    broker: _("broker"),
    files: _("files"),
    letters: _("letters"),
    lists: _("lists that were sent"),
    acts: _("acts of the clock"),
    backups: _("backups"),
    legal: _("legal notice"),
}
