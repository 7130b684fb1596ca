"""Checks words that will be printed in papers that several people sign: they say “the association”, never “we”."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.words.persons import first_person


class PaperWordsMixin(forms.Form):
    """Warns, once, of words in the first person in what will be printed; whoever sends the form again keeps them."""

    printed: ClassVar[tuple[str, ...]] = ()
    warned = forms.BooleanField(
        label=_("I keep these words as they are."), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("warned"):
            for name in self.to_read():
                if word := first_person(cleaned.get(name) or ""):
                    self.add_error(name, _said(word))
                    self.fields["warned"].widget = forms.CheckboxInput()
        return cleaned

    def to_read(self) -> list[str]:
        return [name for name in self.printed if name in self.fields]


def _said(word: str) -> str:
    return _(
        "The papers print this, and several people sign them: rather than “%(word)s”, write “the structure” or “the person”."
    ) % {"word": word}
