"""A field of one line holds one line, whoever sends it.

Browsers take line breaks out of such fields; a script leaves them in, and a name with an
empty line in it would write a paragraph of its own into our letters.
"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

# All that may break or widen a line; the spaces that hold a French mark to its word stay.
GAPS = re.compile(r"[^\S\u00a0\u202f]+")


def one_line(words: str) -> str:
    """The words on one line, with single spaces."""
    return GAPS.sub(" ", words).strip()


def value_from_datadict(
    widget: forms.Widget, data: Mapping[str, Any], files: Any, name: str
) -> Any:
    """What was typed, its lines joined by spaces."""
    typed = forms.Widget.value_from_datadict(widget, data, files, name)
    return " ".join(typed.splitlines()) if isinstance(typed, str) else typed


def install() -> None:
    """Have Django's own fields of one line read so, those of the admin and of allauth too."""
    forms.TextInput.value_from_datadict = value_from_datadict  # type: ignore[method-assign,assignment]
