"""The languages in which somebody can work, ticked one by one, stored as one number."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.spoken import COMMON, FROM_ELSEWHERE, REGIONAL, Spoken, spoken_in

type Boxes = list[tuple[int, Any]]


def _boxes(languages: Iterable[Spoken]) -> Boxes:
    return [(one.value, one.label) for one in languages]


class LanguageBoxes(forms.CheckboxSelectMultiple):
    """A few languages at once, the others folded in groups; a group in which one is ticked is open."""

    template_name = "django/forms/widgets/language_boxes.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = [(label, boxes) for label, boxes, _index in context["widget"]["optgroups"]]
        first = [boxes for label, boxes in groups if not label]
        folded = [(label, boxes) for label, boxes in groups if label]
        ticked = any(box["selected"] for _label, boxes in folded for box in boxes)
        count = sum(len(boxes) for _label, boxes in folded)
        return context | {"first": first, "folded": folded, "n": count, "is_open": ticked}


class LanguagesMixin(forms.Form):
    """Adds `spoken`; gives `cleaned_data["languages"]`. Call `initial_languages` in `__init__`."""

    spoken = forms.TypedMultipleChoiceField(
        label=_("Languages you can work in"),
        choices=[
            *_boxes(COMMON),
            (_("Languages of the regions and overseas"), _boxes(REGIONAL)),
            (_("Other languages"), _boxes(FROM_ELSEWHERE)),
        ],
        coerce=int,
        widget=LanguageBoxes,
        required=False,
        help_text=_("One in common is enough to be put in touch. None ticked means French."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["languages"] = sum(set(cleaned.get("spoken") or [])) or Spoken.FRENCH
        return cleaned

    def initial_languages(self, mask: int) -> None:
        self.initial.setdefault("spoken", [language.value for language in spoken_in(mask)])
