"""The pages on which people choose their letters, and stop them from the mailbox."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import unsubscribe as unsubscription
from notifications.forms import HabitsForm
from notifications.models import Habits
from notifications.models.people import SignedInRequest
from notifications.rules import ACCOUNT, family_named


@never_cache
def edit(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = HabitsForm(request.POST or None, instance=Habits.objects.of(user), user=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, _("Saved. Your next letters will follow these choices."))
        return redirect("letter-habits")
    return render(request, "notifications/habits.html", {"form": form, "always": ACCOUNT})


@csrf_exempt  # RFC 8058: the reader's mail program posts, without cookies; the link is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop letters. Only looking at the page changes nothing, since programs that check links follow this one too."""
    wish = unsubscription.read(token)
    context: dict[str, Any] = {"wish": wish, "done": False, "family": None}
    if wish is not None:
        if wish.family != unsubscription.SUMMARY:
            context["family"] = family_named(wish.family)
        if request.method == "POST" and unsubscription.may_stop(wish):
            unsubscription.stop(wish)
            context["done"] = True
    status = 200 if wish else 404
    return render(request, "notifications/unsubscribe.html", context, status=status)
