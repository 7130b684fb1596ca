"""Receives the delivery reports that the mail server posts to a secret address."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import bounces


@csrf_exempt  # a mail server has no session; the secret in its header is the proof
@login_not_required
@require_POST
def bounce(request: HttpRequest) -> HttpResponse:
    """A delivery report as the request's body. 404 without the right secret, or when the settings have none."""
    given = request.headers.get("X-Bounce-Secret", "")
    if not settings.BOUNCE_SECRET or not constant_time_compare(given, settings.BOUNCE_SECRET):
        raise Http404
    marked = bounces.read(request.body, now=timezone.now())
    return HttpResponse(f"{len(marked)}\n", content_type="text/plain")
