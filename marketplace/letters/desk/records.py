"""The letter to somebody whom a pôle has brought in from its own spreadsheet: who holds what about them, and how to say no."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop, override

from accounts.models import Seat
from marketplace.models import PersonRecord
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for

OF_RECORD = Key("record:{record}:told")


def _gone(letter: Notification, *, record: int) -> str:
    """Why it needn't leave: the record is erased, or its operator no longer coordinates the pôle."""
    found = PersonRecord.objects.filter(pk=record, agreed_at=None).first()
    seats = Seat.objects.coordinating()
    here = found and seats.filter(operator=found.operator_id, pole=found.pole_id).exists()
    return "" if here else gettext_noop("No longer held")


# Its link erases what is held.
RECORD_TOLD = Letter("record_told", OF_RECORD, secret=True, moot=_gone)


def record_told(record: PersonRecord, secret: str, *, expires_at: datetime) -> None:
    """An answer goes to whoever brought it in, or to the pôle once they coordinate there no more."""
    by = record.by if record.by.coordinates(record.pole) else None
    with override(language_for(record.email)):
        RECORD_TOLD.write_to(
            record.email,
            url=reverse("record-own", args=[secret]),
            record=record.pk,
            reply_to=by.email if by else record.pole.email,
            expires_at=expires_at,
            name=str(record),
            operator=record.operator,
            pole=record.pole,
            by=by.get_full_name() if by else str(record.pole),
            brought_at=record.brought_at,
            what=record.held,
            past=record.missions.count(),
        )
