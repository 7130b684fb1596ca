"""Corrections of an organisation's legal identity: stored by the names of the fields,
shown in the reader's language.

Old rows are in the language of whoever corrected; the field is found by its label.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

NOTHING = "–"
LINE = re.compile(r"(?P<label>[^:\u00a0]+?)[ \u00a0]?: (?P<old>.*?) → (?P<new>.*)")


def kept(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The corrections as stored text; "" when nothing has changed."""
    changed = [[name, before[name], new] for name, new in after.items() if before[name] != new]
    return json.dumps(changed, ensure_ascii=False) if changed else ""


def fields(reason: str) -> set[str]:
    """The names of the fields that were corrected; none of an old row, which holds their labels."""
    return {name for name, _old, _new in json.loads(reason)} if reason.startswith("[[") else set()


def told(reason: str, organisation: Any) -> str:
    """The corrections in words, a line for each field of the organisation."""
    return "\n".join(_lines(reason, organisation))


def _lines(reason: str, organisation: Any) -> Iterator[str]:
    if reason.startswith("[["):
        for name, old, new in json.loads(reason):
            yield _line(organisation, name, old, new)
        return
    for line in reason.split("\n"):
        found = LINE.fullmatch(line)
        name = _field_called(found["label"], organisation) if found else ""
        yield _line(organisation, name, found["old"], found["new"]) if found and name else line


def _line(organisation: Any, name: str, old: str, new: str) -> str:
    field = organisation._meta.get_field(name)
    words = dict(field.flatchoices)
    return _("%(field)s: %(old)s → %(new)s") % {
        "field": field.verbose_name,
        "old": words.get(old, old) or NOTHING,
        "new": words.get(new, new) or NOTHING,
    }


def _field_called(label: str, organisation: Any) -> str:
    for language, _name in settings.LANGUAGES:
        with override(language):
            for name in organisation.identity:
                if str(organisation._meta.get_field(name).verbose_name) == label:
                    return name
    return ""
