"""The page that Prometheus reads. Closed: without METRICS_TOKEN there is none, and with it, it wants the token."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from config.metrics.gauges import Gauges

TEXT = "text/plain; version=0.0.4; charset=utf-8"
BEARER = "Bearer "


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    said, wanted = request.headers.get("Authorization", ""), settings.METRICS_TOKEN
    if not wanted or not constant_time_compare(said, BEARER + wanted):
        raise Http404
    return HttpResponse(in_words(), content_type=TEXT)


def in_words() -> bytes:
    """All that is measured, in Prometheus' own format."""
    registry = CollectorRegistry()
    settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)
    MultiProcessCollector(registry, path=str(settings.METRICS_DIR))
    registry.register(Gauges())
    return generate_latest(registry)
