"""Counts each request by the name of its page: never by its path, which holds numbers and keys."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

from config.metrics import meters
from config.middleware import METHODS

NO_PAGE = "none"  # a static file, a path that leads nowhere, what is refused at the door
OTHER = "other"  # a method that no page knows

log = logging.getLogger(__name__)


class Questions:
    """Counts what is asked of the database; stands around each question."""

    def __init__(self) -> None:
        self.asked, self.seconds = 0, 0.0

    def __call__(self, ask: Callable[..., Any], *question: Any) -> Any:
        self.asked += 1
        began = time.perf_counter()
        try:
            return ask(*question)
        finally:
            self.seconds += time.perf_counter() - began


class CountedMiddleware:
    """The outermost one, so that what the others refuse counts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        questions, began = Questions(), time.perf_counter()
        with ExitStack() as around:
            for connection in connections.all():
                around.enter_context(connection.execute_wrapper(questions))
            answer = self.get_response(request)
        try:
            count(request, answer, time.perf_counter() - began, questions)
        except OSError as fault:  # no room for a file to count in: the page goes out all the same
            log.warning("A request isn't counted: %s", fault)
        return answer


def count(request: HttpRequest, answer: HttpResponse, seconds: float, asked: Questions) -> None:
    page = request.resolver_match.view_name if request.resolver_match else NO_PAGE
    method = str(request.method) if request.method in METHODS else OTHER
    meters.REQUESTS.labels(page, method, str(answer.status_code)).inc()
    meters.REQUEST_SECONDS.labels(page).observe(seconds)
    meters.QUESTIONS.labels(page).inc(asked.asked)
    meters.QUESTION_SECONDS.labels(page).inc(asked.seconds)
