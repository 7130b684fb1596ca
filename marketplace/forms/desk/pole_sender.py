"""In whose name the letters of a pôle leave: a name before the site's own address, and where answers go."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.words import has_letters
from accounts.models import Pole
from notifications.mime import wire_address

# A name that looks like an address would say that somebody else sends.
LIKE_AN_ADDRESS = re.compile(r"[@<>\"\\]|://|\bvia\b", re.IGNORECASE)


class PoleSenderForm(forms.ModelForm):
    class Meta:
        model = Pole
        fields = ["sender_name", "replies_to"]
        labels = {
            "sender_name": gettext_lazy("Name that people read"),
            "replies_to": gettext_lazy("Where answers go"),
        }
        help_texts = {
            "sender_name": gettext_lazy("As people know you: Pôle des Hauts-de-France. Empty, letters bear the site’s name alone."),
            "replies_to": gettext_lazy("A mailbox that somebody reads. Empty, answers go where they go today."),
        }  # fmt: skip

    def clean_sender_name(self) -> str:
        name = "".join(
            one if one.isprintable() else " " for one in self.cleaned_data["sender_name"]
        )
        name = " ".join(name.split())
        if name:
            has_letters(name)
        if LIKE_AN_ADDRESS.search(name):
            raise ValidationError(
                _("A name alone, without an address, quotation marks or “via”: we add the rest.")
            )
        return name

    def clean_replies_to(self) -> str:
        address: str = self.cleaned_data["replies_to"]
        try:
            wire_address(address).encode("ascii")
        except (
            UnicodeError
        ):  # no mail server could be told of it, and no letter of the pôle would leave
            raise ValidationError(EmailValidator.message) from None
        return address

    def clean(self) -> dict:
        said = super().clean() or {}
        if said.get("replies_to") and not said.get("sender_name") and "sender_name" in said:
            self.add_error(
                "sender_name", _("Answers go there once letters bear a name of the pôle: write it.")
            )
        return said
