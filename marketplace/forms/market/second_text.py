"""A text written a second time, in another language: folded in a form until somebody wants it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.words import has_words
from common.second_text import SECOND
from marketplace.forms.fields import no_contacts

HOLDS = "second_holds"


class SecondTextMixin(forms.Form):
    """For the form of a row: adds the fields of the second text; those of `SECOND` are in `Meta.fields` of the form. Call `begin_second` in
    `__init__`. `FIRST_TEXTS`: the fields of the text in French."""

    FIRST_TEXTS: tuple[str, ...]
    instance: Any

    second_title = forms.CharField(
        label=_("Title in this language"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    second_text = forms.CharField(
        label=_("Text in this language"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    second_holds = forms.BooleanField(
        label=_("I have read it again: it still says the same"), required=False
    )

    def begin_second(self) -> None:
        language = self.fields["second_language"]
        language.label = _("In which language?")
        language.help_text = _(
            "Whoever reads in this language sees your text in it first. Nobody translates it but you; papers are signed in French alone."
        )
        if tag := self.instance.second_language:
            for name in ("second_title", "second_text"):
                self.fields[name].widget.attrs["lang"] = tag
        if not self.instance.is_second_behind:
            del self.fields[HOLDS]

    def clean_second_title(self) -> str:
        return self._in_words("second_title")

    def clean_second_text(self) -> str:
        return self._in_words("second_text")

    def _in_words(self, name: str) -> str:
        said: str = self.cleaned_data[name]
        if said:
            has_words(said)
        return no_contacts(said)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # As it stood: what was typed is put into the row after this.
        names = (*self.FIRST_TEXTS, *SECOND)
        self.stood = {name: getattr(self.instance, name) for name in names}
        lacking = {
            "second_language": _("Say in which language it is written."),
            "second_title": _("Give the title in this language too, or choose no language."),
            "second_text": _("Give the text in this language too, or choose no language."),
        }
        if any(cleaned.get(name) or self.has_error(name) for name in SECOND):
            for name, words in lacking.items():
                if name in self.fields and not (cleaned.get(name) or self.has_error(name)):
                    self.add_error(name, words)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's, which puts the values into the row
        self._note_what_changed()

    def _note_what_changed(self) -> None:
        row = self.instance
        # A browser sends other ends of lines than what was stored otherwise.
        changed = {
            name
            for name, stood in self.stood.items()
            if getattr(row, name).split() != stood.split()
        }
        if not row.is_written_twice or self.cleaned_data.get(HOLDS) or changed & {*SECOND}:
            row.is_second_behind = False
        elif changed:
            row.is_second_behind = True

    @property
    def shows_second(self) -> bool:
        """Whether its fields are to be seen: something is typed in them, or wrong."""
        return any(self[name].value() or self.has_error(name) for name in SECOND)

    @property
    def why_behind(self) -> str:
        """What its author is told of a second text that is behind; "" otherwise."""
        said: str = self.instance.behind_words
        return said
