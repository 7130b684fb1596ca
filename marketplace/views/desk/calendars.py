"""The calendar at somebody's own secret address, and the page where they make it."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import tokens
from accounts.requests import SignedInRequest
from marketplace.actions.desk import calendars
from marketplace.desk import calendar_feed
from marketplace.models import CalendarAddress
from marketplace.views.missions.agreements import unindexed

# A program asks a few times a day; the servers of one asks for many people, from one address.
LIMITS = {"calendar": "60/h/key", "calendar-wrong": "60/m/ip"}
NOTHING = "text/plain; charset=utf-8"


@never_cache
def index(request: SignedInRequest) -> HttpResponse:
    """Make the address, make it anew, or end it. It is shown once, as it is made."""
    address = CalendarAddress.objects.filter(user=request.user).first()
    secret = ""
    if request.method == "POST" and request.POST.get("act") == "end":
        calendars.end(request.user)
        messages.success(request, _("Your dates can no longer be read at that address."))
        return redirect("calendar-address")
    if request.method == "POST":
        secret = calendars.renew(request.user, now=timezone.now())
        address = CalendarAddress.objects.get(user=request.user)
    url = f"{settings.SITE_URL}{reverse('calendar-feed', args=[secret])}" if secret else ""
    context = {
        "address": address,
        "url": url,
        "opens": url.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return unindexed(render(request, "marketplace/desk/calendar_address.html", context))


@login_not_required
@require_safe
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar; 404 for an address that is over, or whose owner's account is."""
    digest = tokens.digest(token)
    address = CalendarAddress.objects.select_related("user").filter(token=digest).first()
    if address is None or not address.user.is_active:
        return _nothing(request)
    if not _may_read(request, "calendar", digest):
        return HttpResponse(status=429, content_type=NOTHING)
    with translation.override(address.user.language or settings.LANGUAGE_CODE):
        body = calendar_feed.written(address.user, now=timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="trait-d-union.ics"'
    return unindexed(response)


def _nothing(request: HttpRequest) -> HttpResponse:
    status = 404 if _may_read(request, "calendar-wrong", "") else 429
    return unindexed(HttpResponse(status=status, content_type=NOTHING))


def _may_read(request: HttpRequest, action: str, key: str) -> bool:
    usage = ratelimit.consume(
        request, app="marketplace", action=action, config=LIMITS, key=key or None, limit_get=True
    )
    return usage is not None
