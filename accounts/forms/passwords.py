"""What is asked of a password, in one sentence shown wherever one is chosen."""

from typing import Any

from allauth.account import forms as theirs
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

WANTED = _("Ten characters or more: neither a common password, nor your name or your address.")

# allauth says these; our catalogue gives them the space and the apostrophe of French.
THEIR_WORDS = (gettext_noop("Forgot your password?"), gettext_noop("Authenticator code"))


class SignupForm(theirs.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = WANTED


class ChangePasswordForm(theirs.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = WANTED


class SetPasswordForm(theirs.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = WANTED


class ResetPasswordKeyForm(theirs.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = WANTED
