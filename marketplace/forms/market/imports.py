"""The form by which a list is sent: a file, or what is pasted."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from common.tables import OLD_EXCEL, ZIP
from marketplace.uploads import clean_name, office, scanner

HEAVIEST = 10 * 1024 * 1024
LONGEST = 500_000  # characters: ten thousand addresses with their names
KINDS = {"xlsx", "ods"}


class ListFileField(forms.FileField):
    """A table; its value is the name and the bytes, once they are known to do nothing but be read."""

    widget = forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods"})

    def to_python(self, data: Any) -> Any:
        sent: File | None = super().to_python(data)
        if sent is None:
            return None
        if (sent.size or 0) > HEAVIEST:
            raise forms.ValidationError(_("This file is too heavy: ten megabytes at the most."))
        content = sent.read()
        return self._name(sent.name or "", content), content

    def _name(self, name: str, content: bytes) -> str:
        if content.startswith(OLD_EXCEL):
            raise forms.ValidationError(
                _(
                    "This workbook is of an old format (.xls): save it as .xlsx or CSV, then send it."
                )
            )
        if not content.startswith(ZIP):
            scanner.require_clean(content)
            return clean_name(name, "csv")
        try:
            ending, _type = office.kind_of(content)
        except forms.ValidationError:
            ending = ""
        if ending not in KINDS:
            raise forms.ValidationError(
                _(
                    "We can’t take this file as it is: it isn’t a workbook, or it is locked, damaged, or holds macros or links to another one. In your spreadsheet, choose “Save as”, then CSV, and send that."
                )
            )
        scanner.require_clean(content)
        return clean_name(name, ending)


class ListForm(forms.Form):
    sent = ListFileField(
        label=_("A file"),
        required=False,
        help_text=_(
            "CSV, Excel (.xlsx) or LibreOffice (.ods). We look for the columns by their headings."
        ),
    )
    words = forms.CharField(
        label=_("Or addresses, pasted"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "One a line or separated by commas, with or without names; cells copied from a spreadsheet too."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.wanted_to_end = True  # type: ignore[attr-defined]  # one of the two

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        sent, words = cleaned.get("sent"), cleaned.get("words", "").strip()
        if sent and words:
            raise forms.ValidationError(_("A file or pasted addresses: one of the two at a time."))
        if not sent and not words:
            raise forms.ValidationError(_("Choose a file, or paste addresses."))
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """What was sent, as `imports.receive` takes it."""
        if sent := self.cleaned_data.get("sent"):
            return {"name": sent[0], "content": sent[1]}
        return {"content": self.cleaned_data["words"].strip().encode(), "is_pasted": True}
