"""allauth's forms of passkeys, with a sentence for answers that no browser would have sent."""

import json
import struct
from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What the library raises when it reads bytes that aren't what they should be.
UNREADABLE = (TypeError, ValueError, KeyError, IndexError, AttributeError, struct.error)
NOT_UNDERSTOOD = _(
    "Your passkey’s answer could not be used. Try again, or use the code of your app."
)


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again: for instance “My phone”."),
    )

    def clean(self) -> dict:
        try:
            kept = super().clean()
        except (*UNREADABLE, ValidationError):
            raise ValidationError(NOT_UNDERSTOOD) from None
        if "\\u0000" in json.dumps(kept.get("credential")):  # a database couldn't keep it
            raise ValidationError(NOT_UNDERSTOOD)
        return kept


class Understood:
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except UNREADABLE:
            raise ValidationError(NOT_UNDERSTOOD) from None
        except ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise ValidationError(NOT_UNDERSTOOD) from None


class PasskeyForm(Understood, AuthenticateWebAuthnForm):
    """The form of a passkey at login."""


class PasskeyAgainForm(Understood, ReauthenticateWebAuthnForm):
    """The form of a passkey before a change in one's account."""
