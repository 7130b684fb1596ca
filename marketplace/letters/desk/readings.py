"""What we tell about what is handed in and not yet read."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import Organisation, User
from marketplace.models import Need
from marketplace.rules import audience
from notifications import outbox


def reading_due(row: Need | Organisation, *, key: str, by_day: date, late: bool) -> None:
    """Whoever is in charge of it; once it is late, everybody who could read it."""
    people: Iterable[User] = audience.coordinators_of(row.pole)
    about: dict[str, Any] = {row._meta.model_name or "": row}
    if isinstance(row, Need):
        url = reverse("need-qualify", args=[row.pk])
        people = people if late else audience.coordinators(row)
    else:
        url = reverse("organisation-verify", args=[row.pk])
    for person in people:
        outbox.post(
            recipient=person,
            key=key,
            template="reading_due",
            url=url,
            what=str(row),
            is_organisation=isinstance(row, Organisation),
            by_day=by_day,
            late=late,
            **about,
        )
