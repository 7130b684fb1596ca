"""One table in a copy: by which of its columns the rows are found, and what of them is given."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Field, Model, Q

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# They open something, seal something, or say again what another column says.
NEVER = frozenset(
    {
        "password", "token", "nonce", "secret", "session_key", "sent_key", "lease_token", "taken_under", "key", "digest",
        "sealed", "seal", "resealed", "search_text", "search_name", "html", "reply_to", "message_id", "txt", "content", "data_key",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The rows of a table that are somebody's. `ways` lead from a row to the person or the organisation; `mails` are columns
    that hold an address, by which rows are found that know no account. `names` are columns that name or describe somebody
    else, unless the row was found by an address; `but` are never given. `seen` leads to what has to be visible to whoever asks, today: "" is the row itself. Of a
    person, whatever names them in the row itself is given, and `seen` holds for what other rows lead to."""

    table: str
    title: "StrOrPromise"
    ways: tuple[str, ...]
    mails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    seen: str | None = None
    always: bool = False  # `seen` also holds for what names somebody in the row itself: the words are others’ too
    secrets: tuple[str, ...] = ()  # a column, and those that open something while it is true
    alone: str = ""  # by an address only where this column names nobody else
    only: Q | None = None  # of the rows, those of which this is true
    readers: bool = False  # `by` is named as the page on which people read the journal names them
    letters: tuple[
        str, ...
    ] = ()  # columns whose links lose their keys, and whose addresses of others are masked
    suffix: str = ""  # of its name in the JSON file, where two parts are of one table

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.table)

    @property
    def code(self) -> str:
        """Its name in the JSON file, which never changes."""
        return self.table.lower() + self.suffix

    @property
    def columns(self) -> "list[Field[Any, Any]]":
        left = NEVER | set(self.but)
        return [one for one in self.model._meta.concrete_fields if one.name not in left]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the copy: what it holds for a person, for an organisation, and which columns lead to either and are left out,
    each with its reason."""

    title: "StrOrPromise"
    people: tuple[Part, ...]
    houses: tuple[Part, ...]
    left_out: dict[str, str]


def steps(title: "StrOrPromise", *nouns: str, app: str = "marketplace") -> tuple[Part, ...]:
    """What somebody moved from one state to the next, of several nouns."""
    return tuple(Part(f"{app}.{noun}Step", title, ("by",)) for noun in nouns)
