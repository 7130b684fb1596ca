"""Whether the site's letters arrive: what the domain says of itself, a test letter, what mail servers answer."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Pole, coordinated_by
from accounts.requests import SignedInRequest
from marketplace.actions.desk import mail_tests
from marketplace.actions.refusals import NotYet
from notifications import health, refusals

PAUSE = timedelta(seconds=10)  # between two questions to the DNS


def _require_who_looks_after_letters(request: SignedInRequest) -> None:
    """Coordinators, of any pôle, and whoever runs the site."""
    user = request.user
    if not (user.is_active and (user.is_superuser or coordinated_by(user).exists())):
        raise PermissionDenied


@require_GET
@never_cache
def index(request: SignedInRequest) -> HttpResponse:
    _require_who_looks_after_letters(request)
    found, seen_at = mail_tests.seen()
    last = mail_tests.last_of(request.user)
    context = {
        "health": health.trouble(timezone.now()),
        "findings": found,
        "seen_at": seen_at,
        "last": last,
        "why": refusals.why(last.last_error) if last else None,
        "meaning": refusals.meaning_of(last.last_error) if last else None,
        "meanings": refusals.MEANINGS,
        "poles": Pole.objects.filter(pk__in=coordinated_by(request.user).values("pole")),
    }
    return render(request, "marketplace/desk/mail_tests.html", context)


@require_POST
def look(request: SignedInRequest) -> HttpResponse:
    _require_who_looks_after_letters(request)
    now = timezone.now()
    _found, seen_at = mail_tests.seen()
    if seen_at is None or seen_at < now - PAUSE:
        mail_tests.look(now=now)
    return redirect("mail-tests")


@require_POST
def send(request: SignedInRequest) -> HttpResponse:
    _require_who_looks_after_letters(request)
    try:
        mail_tests.send(request.user, now=timezone.now())
    except NotYet as refusal:
        messages.error(request, str(refusal))
    else:
        _say_when_it_leaves(request)
    return redirect("mail-tests")


def _say_when_it_leaves(request: SignedInRequest) -> None:
    address = {"address": request.user.email}
    trouble = health.trouble(timezone.now())
    if trouble is None:
        said = _("A test letter leaves for %(address)s. It should be there within a minute.")
        messages.success(request, said % address)
    elif trouble.held_since:
        said = _("The test letter for %(address)s waits with the others: the post is held.")
        messages.warning(request, said % address)
    else:
        said = _("The test letter for %(address)s waits: letters aren’t leaving as they should.")
        messages.warning(request, said % address)
