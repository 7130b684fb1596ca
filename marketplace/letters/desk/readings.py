"""The letter about what was handed in and isn't read yet."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Organisation, User
from marketplace.letters.families import DESK
from marketplace.models import Need
from marketplace.rules import audience
from notifications.letter import Key, Letter
from notifications.models import Notification


def _read_meanwhile(letter: Notification, *, noun: str, row: int, **_parts: object) -> str:
    rows = Need.objects.to_qualify() if noun == "need" else Organisation.objects.waiting()
    waits = rows.filter(pk=row)
    return "" if waits.exists() else gettext_noop("Another coordinator has dealt with it")


# The day it was handed in; then "last-day", or "late".
READING_DUE = Letter(
    "reading_due",
    Key("{noun:word}:{row}:read:{day:word}:{moment:word}"),
    DESK,
    asks=True,
    moot=_read_meanwhile,
)


def reading_key(row: Need | Organisation, *, handed_in_on: date, late: bool) -> str:
    """The key of the letter about this row, by which one sees whether the letter was written."""
    return READING_DUE.key.written(**_named(row, handed_in_on=handed_in_on, late=late))


def _named(row: Need | Organisation, *, handed_in_on: date, late: bool) -> dict[str, Any]:
    noun, moment = row._meta.model_name or "", "late" if late else "last-day"
    return {"noun": noun, "row": row.pk, "day": handed_in_on, "moment": moment}


def reading_due(row: Need | Organisation, *, handed_in_on: date, by_day: date, late: bool) -> None:
    """Tell whoever is in charge of reading it; once it is late, all coordinators who could."""
    people: Iterable[User] = audience.coordinators_of(row.pole)
    about: dict[str, Any] = {row._meta.model_name or "": row}
    if isinstance(row, Need):
        url = reverse("need-qualify", args=[row.pk])
        people = people if late else audience.neutral_of(row)
    else:
        url = reverse("organisation-verify", args=[row.pk])
    READING_DUE.tell(
        people,
        url=url,
        what=str(row),
        is_organisation=isinstance(row, Organisation),
        by_day=by_day,
        late=late,
        **_named(row, handed_in_on=handed_in_on, late=late),
        **about,
    )
