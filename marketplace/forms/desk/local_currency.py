"""The local currency of a pôle: its name, and the page that tells of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import has_letters
from accounts.models import Pole


class LocalCurrencyForm(forms.ModelForm):
    class Meta:
        model = Pole
        fields = ["currency", "currency_url"]
        labels = {"currency": _("Its name"), "currency_url": _("A page that tells of it")}

    def clean_currency(self) -> str:
        name: str = " ".join(self.cleaned_data["currency"].split())
        if name:
            has_letters(name)
        return name
