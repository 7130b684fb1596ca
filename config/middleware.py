"""What holds for each page, whoever made it: by which methods it is asked, what it may use."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.defaults import page_not_found

METHODS = ["GET", "HEAD", "POST"]
# No page of ours asks for any of these: a script that slipped in can't either.
NOTHING = ["camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone"]
NOTHING += ["midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"]
POLICY = ", ".join(f"{feature}=()" for feature in NOTHING)


class DoorMiddleware:
    """Refuses the methods that no page knows (TRACE among them) and adds Permissions-Policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.method in METHODS
        answer = self.get_response(request) if known else HttpResponseNotAllowed(METHODS)
        answer.headers["Permissions-Policy"] = POLICY
        return answer


class OwnPagesMiddleware:
    """Where DEBUG is on, what isn't found is told by the page that people would see, and not by Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return page_not_found(request, fault) if isinstance(fault, Http404) else None


def lost(request: HttpRequest) -> HttpResponse:
    raise Http404
