"""How what is one's own opens to somebody whom their organisation's sign-in has let in: by an address of their own, then by
their own password or passkey."""

from typing import Any

from allauth.account.forms import AddEmailForm, ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import opening
from accounts.adapter import AccountAdapter
from accounts.models import Organisation, User
from accounts.requests import SignedInRequest
from accounts.scope import scope_of


class OwnAddressForm(AddEmailForm):
    """An address to which the account moves once its letter is answered."""

    def __init__(self, *args: Any, linked: dict[str, Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.linked = linked
        self.fields["email"].label = gettext_lazy("An e-mail address of your own")
        self.fields["email"].help_text = gettext_lazy(
            "One that you would keep if you left: our letters then go there."
        )

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if house := opening.keeper_of(email, self.linked):
            said = _("This address is one of %(organisation)s: give one of your own.")
            raise forms.ValidationError(said % {"organisation": house})
        return email


@rate_limit(action="manage_email")
@transaction.atomic
def page(request: SignedInRequest) -> HttpResponse:
    """One step at a time: an address of one's own, a password, and then that password."""
    user = request.user
    if scope_of(user).own:
        return redirect(_way_on(request) or "home")
    linked = opening.links_of(user)
    has_key = user.has_usable_password() or _has_passkey(user)
    keeper = opening.keeper_of(user.email, linked)
    form = OwnAddressForm(user, request.POST or None, linked=linked)
    if request.method == "POST" and not has_key:
        if keeper is None:
            return _send_password_letter(request)
        if form.is_valid():
            form.save(request)
            return redirect("own-time")
    context = {
        "form": form,
        "has_key": has_key,
        "needs_address": keeper is not None,
        "comes_by_key": scope_of(user).only is None,
        "waiting": EmailAddress.objects.get_new(user),
        "house": keeper,
        "again_url": _again_url(request),
    }
    return render(request, "accounts/own_time.html", context)


def _send_password_letter(request: SignedInRequest) -> HttpResponse:
    """To the address of their own: its link lets them choose a password."""
    form = ResetPasswordForm({"email": request.user.email})
    if form.is_valid():
        form.save(request)
        messages.success(request, _("A letter is on its way: its link lets you choose a password."))
    return redirect("own-time")


def _way_on(request: SignedInRequest) -> str:
    """The page that they wanted, when it is one of ours, from its first slash: what has none would be taken for the name of
    one."""
    asked = request.GET.get("next", "")
    return asked if asked.startswith("/") and AccountAdapter(request).is_safe_url(asked) else ""


def _again_url(request: SignedInRequest) -> str:
    """Where the password is asked once more, and then this page again."""
    way_on = _way_on(request)
    here = reverse("own-time") + (f"?{urlencode({'next': way_on})}" if way_on else "")
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': here})}"


def _has_passkey(user: User) -> bool:
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return passkeys.exists()
