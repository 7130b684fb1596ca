"""allauth's forms as this site asks them: what is wanted of a password said once and shown as it is met, addresses taken
as people write them."""

from typing import Any

from allauth.account import forms as theirs
from django import forms
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.forms.addresses import forgive
from accounts.models import User

# allauth says these; our catalogue gives them the space and the apostrophe of French.
THEIR_WORDS = (gettext_noop("Forgot your password?"), gettext_noop("Authenticator code"))


class NotOneselfValidator(UserAttributeSimilarityValidator):
    """Django's own, in the words of the rule that stands beside the box."""

    def get_error_message(self) -> str:
        return gettext("It looks too much like your name or your e-mail address.")


class PasswordBox(forms.PasswordInput):
    """A box whose signs a button shows, in a browser that runs scripts."""

    template_name = "accounts/widgets/password.html"


def _chosen(form: forms.BaseForm) -> None:
    """The first box says what is wanted, and each can be looked at."""
    form.fields["password1"].help_text = render_to_string("accounts/widgets/password_rules.html")
    for name in form.fields.keys() & {"oldpassword", "password1", "password2"}:
        field = form.fields[name]
        attrs = field.widget.attrs | ({"data-chosen": "yes"} if name == "password1" else {})
        field.widget = PasswordBox(attrs=attrs)
        field.widget.is_required = field.required


class LoginForm(theirs.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        forgive(self, "login")


class SignupForm(theirs.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        _chosen(self)
        forgive(self, "email")

    def clean(self) -> dict[str, Any]:
        """The names count as well, each and both in a row: allauth compares the password with the address alone, and not
        with one that is written wrong. All that is wrong with it is said at once."""
        cleaned: dict[str, Any] = self.cleaned_data
        password = cleaned.get("password1")  # gone once something is wrong with it
        cleaned = super().clean()
        names = f"{cleaned.get('first_name', '')} {cleaned.get('last_name', '')}".strip()
        if password and not self.has_error("password1", "password_too_similar"):
            email = cleaned.get("email") or self.data.get("email", "")[:254]
            try:
                NotOneselfValidator().validate(password, User(last_name=names, email=email))
            except forms.ValidationError as wrong:
                self.add_error("password1", wrong)
        return cleaned


class AddEmailForm(theirs.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        forgive(self, "email")


class ChangePasswordForm(theirs.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _chosen(self)


class SetPasswordForm(theirs.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _chosen(self)


class ResetPasswordForm(theirs.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        forgive(self, "email")


class ResetPasswordFromKeyForm(theirs.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _chosen(self)
