"""What a value of a row is in a file: in the JSON, for a machine; on the page, in the words of its reader."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.dates import spoken
from common.spoken import names_of
from marketplace.models import JournalEntry, JournalKind
from marketplace.models.desk.journal import AFTER_SEARCH, LISTS
from marketplace.personal_data.people import People
from marketplace.personal_data.rows import Value, step_of

# What the codes of the journal say: its kinds may go while its lines stay, so that its columns have no choices.
JOURNAL: dict[str, dict[str, Any]] = {
    "kind": dict(JournalKind.choices),
    "words": LISTS,
    "form": {AFTER_SEARCH: gettext_lazy("found by a search")},
}


def for_machines(value: Value, people: People) -> Any:
    """Numbers as numbers, amounts and dates as text (ISO 8601), what leads elsewhere as its number and its name."""
    raw = value.raw
    if value.person is not None:
        return value.title or people.code_of(value.person)
    if raw is not None and value.column.is_relation and value.column.related_model is not User:
        return {"number": raw if isinstance(raw, int) else str(raw), "title": value.title}
    if isinstance(raw, bool | int | float | str | dict | list) or raw is None:
        return raw
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def for_readers(value: Value, people: People) -> str:
    """In words; "" for what says nothing."""
    raw, column = value.raw, value.column
    if raw in (None, "", [], {}):
        return ""
    if value.person is not None:
        return value.title or people.word_of(value.person)
    if column.is_relation:
        return value.title
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    if isinstance(raw, datetime):
        local = timezone.localtime(raw)
        return _("%(day)s, %(hour)s") % {
            "day": spoken(local),
            "hour": formats.date_format(local, "H:i"),
        }
    if isinstance(raw, date):
        return spoken(raw)
    if isinstance(raw, Decimal):
        return formats.localize(raw.normalize() if raw % 1 else int(raw))
    if isinstance(raw, dict | list):
        return _listed(raw)
    return _chosen(column, raw)


def _chosen(column: "Field[Any, Any]", raw: Any) -> str:
    """The name of what was chosen; a state, and a reason that the site gave, in words."""
    if column.name == "languages":
        return names_of(raw)
    if known := JOURNAL.get(column.name) if column.model is JournalEntry else None:
        return str(known.get(raw, raw))
    if names := dict(column.flatchoices or ()):
        return str(names.get(raw, raw))
    step = step_of(column.model)
    if step and column.name in ("before", "after"):
        return str(dict(step.STATUSES.choices).get(raw, raw))
    if step and column.name == "reason":
        return step.REASONS.told(raw)
    return str(raw)


def _listed(raw: Any) -> str:
    """What is kept as a list or as names with values, on one line each."""
    if isinstance(raw, dict):
        return "\n".join(
            f"{name}: {_listed(said)}" for name, said in raw.items() if said not in (None, "")
        )
    if isinstance(raw, list):
        return ", ".join(_listed(one) for one in raw)
    return "" if raw is None else str(raw)
