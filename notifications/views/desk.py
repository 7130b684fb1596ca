"""The operators' screen: which letters wait, have left or failed, and why. Their words are never shown."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.far_pages import FarPages
from notifications import desk, doorbell, health
from notifications.models import MailPipe, Notification
from notifications.models.people import SignedInRequest
from notifications.rules import rules

PAGE = 25
SPAN = timedelta(days=90)


def _theirs(request: SignedInRequest) -> QuerySet[Notification]:
    letters = rules().desk(request.user)
    if letters is None:
        raise PermissionDenied
    return letters


@require_GET
@never_cache
def index(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    theirs = _theirs(request)
    recent = theirs.filter(created_at__gte=now - SPAN)
    chosen = desk.filtered(recent, request.GET, now=now)
    chips = desk.chips(recent, request.GET, now=now, of=theirs)
    pages = FarPages(chosen.select_related("recipient").defer("text", "html"), PAGE)
    if (counted := desk.counted(chips, request.GET, chosen, of=theirs)) is not None:
        pages.count = counted
    page = pages.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "letters": desk.described(list(page)),
        "chips": chips,
        "families": desk.choices(request.GET),
        "who": request.GET.get("qui", ""),
        "state": request.GET.get("etat", ""),
        "is_filtered": any(request.GET.get(name) for name in ("etat", "sorte", "qui")),
        "here": request.GET.urlencode(),
        "health": health.report(now),
    }
    return render(request, "notifications/desk.html", context)


def _back(request: SignedInRequest) -> HttpResponse:
    """Back to the list with its filters, which are in the address of each act."""
    return redirect(f"{reverse('letters-desk')}?{request.GET.urlencode()}".rstrip("?"))


@require_POST
def resend(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = get_object_or_404(_theirs(request), pk=pk)
    if desk.resend(letter, now=timezone.now()):
        messages.success(request, _("The letter is on its way again."))
    else:
        words = _(
            "This letter can’t leave again: it hasn’t failed, or its words are no longer kept."
        )
        messages.error(request, words)
    return _back(request)


@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = get_object_or_404(_theirs(request), pk=pk)
    if desk.cancel(letter, by=request.user, now=timezone.now()):
        messages.success(request, _("The letter won’t leave."))
    else:
        messages.error(request, _("Too late: this letter has already left, or was stopped."))
    return _back(request)


@require_POST
def unblock(request: SignedInRequest) -> HttpResponse:
    """Try again now: somebody has mended the mail server and doesn't want to wait."""
    _theirs(request)
    MailPipe.objects.update(paused_until=None)
    doorbell.ring()
    messages.success(request, _("We are trying again now."))
    return _back(request)
