"""Marks a notification as read when its reader has just done what it asked for."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone

from notifications.models.people import HtmxRequest
from notifications.settled import settle

REFUSED = 400


class SettledMiddleware:
    def __init__(self, get_response: Callable[[HtmxRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxRequest) -> HttpResponse:
        response = self.get_response(request)
        acted = request.method == "POST" and response.status_code < REFUSED
        if acted and request.user.is_authenticated and not request.htmx:
            settle(request.user, timezone.now())
        return response
