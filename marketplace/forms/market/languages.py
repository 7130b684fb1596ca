"""The languages in which somebody can work, ticked one by one, stored as one number."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models.market.languages import Spoken, spoken_in


class LanguagesMixin(forms.Form):
    """Adds `spoken`; gives `cleaned_data["languages"]`. Call `initial_languages` in `__init__`."""

    spoken = forms.TypedMultipleChoiceField(
        label=_("Languages you can work in"),
        choices=Spoken.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("One in common is enough to be put in touch. None ticked means French."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["languages"] = sum(set(cleaned.get("spoken") or [])) or Spoken.FRENCH
        return cleaned

    def initial_languages(self, mask: int) -> None:
        self.initial.setdefault("spoken", [language.value for language in spoken_in(mask)])
