"""The page of the link by which whoever runs the site comes in for the first time."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions import administrators
from accounts.forms.administrators import ComingInForm
from accounts.requests import OurRequest

PAGE = "account/password_reset_from_key.html"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: OurRequest, token: str = "") -> HttpResponse:
    """Opening it does nothing. They then log in as everybody does, a second factor after the password."""
    with transaction.atomic():
        user = (
            administrators.take(token)
            if request.method == "POST"
            else administrators.of_link(token)
        )
        if user is None:
            return render(request, PAGE, {"token_fail": True}, status=404)
        email = user.email
        form = ComingInForm(request.POST or None, user=user)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "action_url": request.path, "runs_the_site": email}
            return render(request, PAGE, context)
        form.save()
        user.save(update_fields=["first_name", "last_name"])
    logout(request)
    messages.success(
        request, _("Your password is kept. Log in with it: your second factor comes next.")
    )
    return redirect("account_login")
