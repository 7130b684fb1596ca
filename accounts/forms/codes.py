"""allauth's forms of a second factor's code: they ask for what the person has, and take a code once for as long as it
would be right."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils.translation import gettext as _

from accounts.models import User


class CodeOfTheirs:
    """A mixin: allauth asks everybody for six digits; it forgets a code after half a minute, and takes it for a minute
    and a half where a phone may be late."""

    user: User
    authenticator: Authenticator

    @property
    def asked_for(self) -> str:
        """Which codes this person has, as a sentence; "" where they have a passkey alone."""
        kinds = set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))
        app, kept = Authenticator.Type.TOTP in kinds, Authenticator.Type.RECOVERY_CODES in kinds
        if app and kept:
            return _("The six digits of your app, or one of your recovery codes.")
        if app:
            return _("The six digits of your app.")
        return _("One of your recovery codes.") if kept else ""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type != Authenticator.Type.TOTP:
            return code
        right_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        digits = "".join(sign for sign in code if sign.isalnum())  # allauth skips spaces and dashes
        if not cache.add(f"code-used:{self.user.pk}:{digits}", "y", timeout=right_for):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(CodeOfTheirs, AuthenticateForm):
    """The form of a code at login."""


class CodeAgainForm(CodeOfTheirs, ReauthenticateForm):
    """The form of a code before a change in one's account."""
