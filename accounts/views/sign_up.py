"""Signing up: the page knows what somebody comes for, and the letter's link what became of it."""

from typing import Any

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailView, SignupView
from django.core import signing
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from accounts import doors
from accounts.adapter import invited_address
from accounts.forms.people import SignupForm
from accounts.models import Door


class SignUp(SignupView):
    @cached_property
    def door(self) -> Door | None:
        """The door by which one comes, as the address says through all errors. Who is invited was brought by whoever
        invites them: they are counted with no operator."""
        return None if self.is_invited else doors.named_in(self.request)

    @cached_property
    def is_invited(self) -> bool:
        """Whether an invitation's letter has shown the address already: no other letter follows then."""
        return invited_address(self.request) is not None

    def get_initial(self) -> dict:
        """What somebody comes for, if they said it on the page before: it isn't asked again."""
        return super().get_initial() | {"comes_for": self.request.GET.get("pour", "")}

    def get_form(self, form_class: type[SignupForm] | None = None) -> SignupForm:
        """Somebody who comes by an invitation's letter isn't asked what for: it leads to what they are invited to."""
        form: SignupForm = super().get_form(form_class)
        if self.is_invited:
            form.fields.pop("comes_for", None)
        form.door = self.door
        return form

    def get_context_data(self, **kwargs: Any) -> dict:
        shown = {
            "is_invited": self.is_invited,
            "door": self.door,
            "door_query": f"?{self.door.query}" if self.door else "",
        }
        return super().get_context_data(**kwargs) | shown


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
