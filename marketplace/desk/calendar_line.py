"""Something on a day, as calendar programs are told of it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Dated:
    """Something on one whole day or, with `begins` and `ends`, at its hours."""

    thing: str
    day: date
    begins: datetime | None = None
    ends: datetime | None = None
    version: int
    what: str
    url: str = ""
    about: str = ""
    where: str = ""
    is_called_off: bool = False
    is_awaited: bool = False
    is_theirs_to_know: bool = False  # they aren’t at it themselves: it takes none of their time
