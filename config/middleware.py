"""What holds for every page: by which methods it may be asked, what it may use of the browser, how light it travels."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.signals import request_finished
from django.db import DataError, ProgrammingError
from django.dispatch import receiver
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.views.defaults import bad_request, page_not_found

from common import trace

log = logging.getLogger(__name__)

METHODS = ["GET", "HEAD", "POST"]
# No page of ours asks for any of these: a script that slipped in can't either.
NOTHING = ["camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone"]
NOTHING += ["midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"]
# What Django's administration raises at words where it expects a number, a day or a field.
UNREADABLE = (DataError, ProgrammingError, ValueError, LookupError, AttributeError)
# Where a request comes from, as only the browser itself may say: one of our pages; the reader's own hand.
OURS = ("same-origin", "none")
POLICY = ", ".join(f"{feature}=()" for feature in NOTHING)


class NumberedMiddleware:
    """Gives each request a number, that of the proxy where it has given one, by which it is found again: in the log, in
    what is said of a fault, in the jobs that it starts, and in the header of the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = trace.made(request.headers.get(trace.HEADER, ""))
        # Until the answer has been sent: Django logs a refusal behind all middlewares, and a long file is made on the way.
        trace.follow(trace.Thread(number, person=lambda: who_is_known(request)))
        answer = self.get_response(request)
        request.META["traitdunion.request"] = number
        request.META["traitdunion.person"] = who_is_known(request)
        answer.headers[trace.HEADER] = number
        return answer


@receiver(request_finished)
def _is_sent(**_about: object) -> None:
    trace.follow(trace.NONE)


def who_is_known(request: HttpRequest) -> int | None:
    """The number of the person, where the page has already asked who they are: the log asks the database nothing."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)


class DoorMiddleware:
    """Refuses what no browser sends, adds the header Permissions-Policy and, where a view says nothing of it, lets no
    proxy keep the answer and no browser show it again without asking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = refusal_of(request) or self.get_response(request)
        answer.headers["Permissions-Policy"] = POLICY
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


def refusal_of(request: HttpRequest) -> HttpResponse | None:
    """The answer to what no browser sends, or None: a method that no page knows (TRACE among them); a cookie with a NUL,
    which PostgreSQL holds in no text."""
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    if any("\0" in value for value in request.COOKIES.values()):
        return HttpResponseBadRequest()
    return None


class LightPagesMiddleware(GZipMiddleware):
    """Compresses pages, with Django's padding of random length, where nobody can have them asked for again and again to
    learn from their sizes what they hold (BREACH, docs/decisions/0085)."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if not is_page or response.streaming or not may_be_compressed(request):
            return response
        return super().process_response(request, response)


def may_be_compressed(request: HttpRequest) -> bool:
    """Whether another site can't have had it asked for, or it is what anybody would get: no cookie says who asks."""
    anybodys = {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    return request.headers.get("Sec-Fetch-Site") in OURS or request.COOKIES.keys() <= anybodys


class ByAButtonMiddleware:
    """Says in words that an address is where a button leads, and no page: Django answers with nothing at all to whoever
    reloads it or follows it from the history."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not isinstance(answer, HttpResponseNotAllowed) or request.method != "GET":
            return answer
        page = render(request, "405.html", status=answer.status_code)
        page.headers["Allow"] = answer.headers["Allow"]
        return page


class BackRoomMiddleware:
    """Answers 400 where the administration can't read an address or a form: Django's own pages let the fault through, as
    an error 500. It is kept in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name != "admin" or not isinstance(fault, UNREADABLE):
            return None
        log.warning("Unreadable: %s", request.path, exc_info=fault)
        return bad_request(request, fault)


class OwnPagesMiddleware:
    """With DEBUG on, shows the site's own page for what isn't found, and not Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return page_not_found(request, fault) if isinstance(fault, Http404) else None


def lost(request: HttpRequest) -> HttpResponse:
    raise Http404
