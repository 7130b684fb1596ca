"""The form of an operator's door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import has_words
from accounts.models import Door


class DoorForm(forms.ModelForm):
    """What the door says. Its address is left out once somebody has come by it (actions/doors.py says why)."""

    class Meta:
        model = Door
        fields = ("words", "slug")
        widgets = {
            "words": forms.Textarea(attrs={"rows": 4}),
            "slug": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        }
        help_texts = {
            "words": _(
                "Whom you help and how, in two or three sentences. Empty: what your organisation says of itself."
            ),
            "slug": _(
                "Letters without accents, figures and hyphens. What you have printed or sent with the address of before "
                "will lead nowhere; once somebody has come by it, it stays."
            ),
        }

    def __init__(self, *args: Any, with_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].validators.append(has_words)
        if not with_address:
            del self.fields["slug"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if Door.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another operator has this address."))
        return slug
