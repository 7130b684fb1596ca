"""Signing up: the page knows what somebody comes for, and the letter's link what became of it."""

from typing import Any

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView, SignupView
from django.core import signing
from django.db import transaction
from django.forms import Form
from django.http import Http404
from django.http.response import HttpResponseBase

from accounts.adapter import invited_address


class SignUp(SignupView):
    def get_initial(self) -> dict:
        """What somebody comes for, if they said it on the page before: it isn't asked again."""
        return super().get_initial() | {"comes_for": self.request.GET.get("pour", "")}

    def get_form(self, form_class: type[Form] | None = None) -> Form:
        """Somebody who comes by an invitation's letter isn't asked what for: it leads to what they are invited to."""
        form: Form = super().get_form(form_class)
        if invited_address(self.request) is not None:
            form.fields.pop("comes_for", None)
        return form

    def get_context_data(self, **kwargs: Any) -> dict:
        """Whether an invitation's letter has shown the address already: no other letter follows then."""
        invited = invited_address(self.request) is not None
        return super().get_context_data(**kwargs) | {"is_invited": invited}


class ConfirmEmail(ConfirmEmailView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Confirm. When it was done already, show the same page as the link does, not an error."""
        try:
            with transaction.atomic():  # the change and the letter that tells it
                return super().post(*args, **kwargs)
        except Http404:
            self.object = None
            return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict:
        done = self.object is None and is_confirmed(self.kwargs["key"])
        return super().get_context_data(**kwargs) | {"is_confirmed": done}


def is_confirmed(key: str) -> bool:
    """Whether the address to which this link was sent is confirmed already."""
    try:
        pk = signing.loads(key, salt=app_settings.SALT)
    except signing.BadSignature:
        return False
    return EmailAddress.objects.filter(pk=pk, verified=True).exists()
