"""A form field for a commune: typed, suggested while typing, or picked in a list when several answer."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Commune

LONGEST = 120


class Typed(NamedTuple):
    """What the browser sent: the words, the code that a suggestion filled in, the choice in the list."""

    text: str = ""
    code: str = ""
    choice: str = ""


class CommuneInput(forms.TextInput):
    """A text box that works without JavaScript. combobox.js adds suggestions; the list is shown when several
    communes answer."""

    template_name = "accounts/widgets/commune.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"} | (attrs or {}))
        self.candidates: list[Commune] = []
        self.is_proposed = False  # the first of them is chosen already: sending again says yes

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> Typed:
        return Typed(*(data.get(key) or "" for key in (name, f"{name}-code", f"{name}-choice")))

    def format_value(self, value: Any) -> Any:
        return value.text[:LONGEST] if isinstance(value, Typed) else value

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "code": value.code if isinstance(value, Typed) else "",
            "candidates": self.candidates,
            "is_proposed": self.is_proposed,
            "described_by": context["widget"]["attrs"].get("aria-describedby", ""),
            "suggestions": reverse_lazy("places-suggest"),
        }
        return context


class CommuneField(forms.Field):
    """A commune: its value is a Commune, or None when it may stay empty."""

    widget = CommuneInput
    default_error_messages = {
        "required": _("Write the name of a commune, or its postal code."),
        "unknown": _(
            "We know no commune called “%(text)s”. Write its name or its postal code, "
            "for instance “Lille” or “59000”."
        ),
        "several": _("Several communes answer to “%(text)s”: choose yours in the list."),
        "unsure": _(
            "“%(text)s”: is it %(first)s? It is chosen below: go on, or choose another in the list."
        ),
    }

    def prepare_value(self, value: Any) -> Any:
        """The words for a stored code; what was typed is shown again as it was."""
        if isinstance(value, Typed) or value in self.empty_values:
            return value
        commune = value if isinstance(value, Commune) else Commune.objects.filter(pk=value).first()
        return Typed(str(commune), commune.pk) if commune else None

    def clean(self, value: Any) -> Commune | None:
        typed = self._as_typed(value)
        self._offer([])
        if not typed.text.strip():
            self.validate(None)
            return None
        return self._suggested(typed) or self._chosen(typed) or self._named(typed)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A choice that was made in the list stays made, whatever else is wrong in the form."""
        chosen = self._chosen(data) if isinstance(data, Typed) else None
        return Typed(str(chosen), chosen.pk) if chosen else data

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            commune = self.clean(data)
        except ValidationError:
            return True
        before = initial.pk if isinstance(initial, Commune) else initial
        return (commune.pk if commune else None) != (before or None)

    def _offer(self, candidates: list[Commune], *, is_proposed: bool = False) -> None:
        """Give the box the list that it shows beside the error. (Each form has a box of its own.)"""
        box = cast(CommuneInput, self.widget)
        box.candidates, box.is_proposed = candidates, is_proposed

    @staticmethod
    def _as_typed(value: Any) -> Typed:
        if isinstance(value, Typed):
            return value
        return Typed("" if value is None else str(value))

    @staticmethod
    def _suggested(typed: Typed) -> Commune | None:
        """The commune of the suggestion's code, if the words are still those of the suggestion; otherwise None."""
        if not places.is_code(typed.code):
            return None
        commune = Commune.objects.filter(pk=typed.code).first()
        return commune if commune and str(commune) == typed.text.strip() else None

    @staticmethod
    def _chosen(typed: Typed) -> Commune | None:
        """The commune chosen in the list, if the words still lead to it; otherwise None."""
        if not places.is_code(typed.choice):
            return None
        return next((each for each in _candidates(typed.text) if each.pk == typed.choice), None)

    def _named(self, typed: Typed) -> Commune:
        named = places.meant(typed.text)
        if len(named) == 1:
            return named[0]
        candidates = _candidates(typed.text)
        if not named:
            candidates.sort(key=lambda each: -each.population)  # "lile" is Lille, before L'Île-…
        self._offer(candidates, is_proposed=not named)
        code = "several" if named else "unsure" if candidates else "unknown"
        words = {
            "text": " ".join(typed.text.split())[:40],
            "first": "".join(map(str, candidates[:1])),
        }
        raise ValidationError(self.error_messages[code], code=code, params=words)


def _candidates(text: str) -> list[Commune]:
    """The communes with that name; when there is none, the nearest ones."""
    return places.meant(text) or places.search(text)
