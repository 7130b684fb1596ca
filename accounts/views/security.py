"""The pages of an account's security: address, password, second factor, sessions. Each change and its letter are in
one transaction."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import PasswordChangeView, PasswordResetFromKeyView
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factor, typed
from accounts.actions import addresses
from accounts.actions.refusals import Refusal
from accounts.models import AddressChange, User
from accounts.requests import OurRequest, SignedInRequest


class SecondFactor(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict:
        return super().get_context_data(**kwargs) | asked(self.request)


class RecoveryCodes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict:
        return super().get_context_data(**kwargs) | asked(self.request)


def asked(request: SignedInRequest) -> dict:
    """The context about what is asked of this person, and whether a form of theirs waits for it."""
    last_day = request.second_factor_by
    return {
        "last_day": last_day,
        "is_late": second_factor.is_late(last_day),
        "form_waits": typed.waits_for_second_factor(request),
    }


class InOneTransaction:
    """A mixin: what a form does and the letter that tells it are in one transaction."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        with transaction.atomic():
            return super().form_valid(form)  # type: ignore[misc]


class PasswordChange(InOneTransaction, PasswordChangeView):
    pass


class PasswordResetFromKey(InOneTransaction, PasswordResetFromKeyView):
    pass


@login_not_required
def password_link_cut(request: OurRequest) -> HttpResponse:
    """The page of a link that isn't whole; it says the same as for a link that is too old. Status 404."""
    page = "account/password_reset_from_key.html"
    return render(request, page, {"token_fail": True}, status=404)


class AppOff(InOneTransaction, DeactivateTOTPView):
    pass


class PasskeyAdded(InOneTransaction, AddWebAuthnView):
    pass


class PasskeyRemoved(InOneTransaction, RemoveWebAuthnView):
    pass


class PasskeyAgain(ReauthenticateWebAuthnView):
    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the same page with the error: allauth would go to the home page."""
        return self.render_to_response(self.get_context_data(form=form))


class Sessions(ListUserSessionsView):
    def get(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """List the sessions, among them this very one, however it came to be."""
        UserSession.objects.create_from_request(request)
        return super().get(request, *args, **kwargs)


@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        end_sessions(request, [session])
        return redirect("home")
    end_sessions(request, [session])
    messages.success(request, _("That session is over: that browser has to log in again."))
    return redirect("usersessions_list")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore_address(request: OurRequest, token: str = "") -> HttpResponse:
    """The page that takes an account back to the address before. Opening it does nothing, since mail programs open
    links."""
    change = addresses.from_secret(token)
    if change is None:
        return render(request, "accounts/address_restore.html", {"why_not": ""}, status=404)
    if request.method != "POST":
        why_not = addresses.why_not(change, now=timezone.now())
        return _show(request, change, why_not)
    try:
        user = addresses.restore(change, now=timezone.now())
    except Refusal as refusal:
        return _show(request, change, str(refusal))
    logout(request)
    messages.success(
        request,
        _("%(email)s opens your account again. Choose a new password now.") % {"email": user.email},
    )
    return redirect(_password_url(user))


def _show(request: OurRequest, change: AddressChange, why_not: str) -> HttpResponse:
    context = {"change": change, "why_not": why_not}
    status = 410 if why_not else 200
    return render(request, "accounts/address_restore.html", context, status=status)


def _password_url(user: User) -> str:
    """The page for choosing a password, as by the letter for a forgotten one: they have just proved as much."""
    where = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    return reverse("account_reset_password_from_key", args=where)
