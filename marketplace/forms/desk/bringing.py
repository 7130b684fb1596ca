"""The forms by which a pôle brings in its own spreadsheets: the file and what it holds, then which column is what."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from marketplace.forms.market.imports import ListFileField
from marketplace.models import Import
from marketplace.rules import record_columns

KINDS = [(kind.value, capfirst(kind.label)) for kind in Import.RECORDS]


class BringForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What is in it"),
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text=_("One kind at a time: organisations first, since the others name them."),
    )
    sent = ListFileField(
        label=_("Your file"),
        help_text=_(
            "CSV, Excel (.xlsx) or LibreOffice (.ods), as it is: ten megabytes at the most."
        ),
    )


class ColumnsForm(forms.Form):
    """A select for each column of the file."""

    def __init__(
        self,
        *args: Any,
        kind: str,
        sampled: list[list[str]],
        places: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        of = {place: name for name, place in places.items()}
        choices = [("", _("nothing that is kept")), *record_columns.FIELDS[kind].items()]
        for place, (heading, *samples) in enumerate(sampled):
            field = self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading or _("Column %(n)d, without a heading") % {"n": place + 1},
                choices=choices,
                required=False,
                initial=of.get(place, ""),
                help_text=" · ".join(samples) or _("empty"),
            )
            field.wanted_to_end = True  # type: ignore[attr-defined]  # each is answered, by nothing too

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen: dict[str, str] = {}
        for name, field in list(cleaned.items()):
            if field and field in chosen:
                self.add_error(name, _("Another column says this already: one of the two."))
            chosen.setdefault(field, name)
        if not self.errors and not record_columns.says_enough(self.kind, chosen):
            names = [
                " / ".join(str(record_columns.FIELDS[self.kind][name]) for name in sorted(needed))
                for needed in record_columns.NEEDED[self.kind]
                if not needed & chosen.keys()
            ]
            raise forms.ValidationError(
                _("A column is missing: %(names)s.") % {"names": ", ".join(names)}
            )
        return cleaned

    @property
    def by_place(self) -> dict[int, str]:
        return {int(name.partition("-")[2]): field for name, field in self.cleaned_data.items()}
