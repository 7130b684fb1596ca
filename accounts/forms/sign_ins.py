"""The forms of an organisation's own sign-in: what identifies the site to the provider; an address to find it by; who
comes for the first time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions import sign_ins
from accounts.forms.addresses import AddressField, AddressInput
from accounts.models import SignIn

LONGEST = 191  # of allauth's columns
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ProviderForm(forms.Form):
    """The secret is never shown again: left empty, it stays as it is."""

    issuer = forms.CharField(
        label=_("Address of your provider (“issuer”)"),
        max_length=500,
        help_text=_(
            "Copied whole from there. Google’s is https://accounts.google.com; Microsoft’s ends with /v2.0."
        ),
        widget=forms.TextInput(attrs=PLAIN | {"inputmode": "url"}),
    )
    client_id = forms.CharField(
        label=_("Identifier of the site there (“client ID”)"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs=PLAIN),
    )
    secret = forms.CharField(
        label=_("Its secret (“client secret”)"),
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    vouched = forms.BooleanField(
        label=_("Our directory alone writes the addresses of our people"),
        required=False,
        help_text=_(
            "Tick it if your provider doesn’t say that an address is verified (Microsoft’s doesn’t), and nobody may change their own there."
        ),
    )

    def __init__(self, *args: Any, sign_in: SignIn | None, **kwargs: Any) -> None:
        if sign_in and sign_in.app:
            kwargs["initial"] = {
                "issuer": sign_in.issuer,
                "client_id": sign_in.app.client_id,
                "vouched": sign_in.vouched,
            }
        super().__init__(*args, **kwargs)
        if sign_in:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("Leave it empty to keep the one there is.")
        if self.is_bound and self.data.get("secret"):
            self.fields["secret"].help_text = _("Type it once more: no page ever holds it.")

    def clean_issuer(self) -> str:
        if address := sign_ins.issuer_of(self.cleaned_data["issuer"]):
            return address
        raise forms.ValidationError(sign_ins.unreadable_words())


class AddressForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address at work"),
        max_length=254,
        widget=AddressInput(attrs={"autocomplete": "email"}),
    )
