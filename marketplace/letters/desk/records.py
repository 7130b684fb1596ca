"""The letter to somebody whom a pôle has brought in from its own spreadsheet: who holds what about them, and how to say no."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from accounts.models import Seat
from marketplace.models import OfferRecord, PersonRecord
from marketplace.models.desk.behalf import LASTS
from notifications.letter import Key, Letter
from notifications.models import Notification
from notifications.rendering import language_for

OF_RECORD = Key("record:{record}:told")
OF_OFFER = Key("record:{record}:offer:{offer}")


def _gone(letter: Notification, *, record: int) -> str:
    """Why it needn't leave: the record is erased, or its operator no longer coordinates the pôle."""
    found = PersonRecord.objects.filter(pk=record, agreed_at=None).first()
    seats = Seat.objects.coordinating()
    here = found and seats.filter(operator=found.operator_id, pole=found.pole_id).exists()
    return "" if here else gettext_noop("No longer held")


# Its link erases what is held.
RECORD_TOLD = Letter("record_told", OF_RECORD, secret=True, moot=_gone)


def _answered(letter: Notification, *, record: int, offer: int) -> str:
    """The same of what somebody could offer."""
    found = OfferRecord.objects.filter(pk=offer, person=record).first()
    seats = Seat.objects.coordinating()
    here = found and seats.filter(operator=found.operator_id, pole=found.pole_id).exists()
    return "" if here else gettext_noop("No longer held")


OFFERS_TOLD = Letter("offers_told", OF_OFFER, secret=True, moot=_answered)


def record_told(
    record: PersonRecord, secret: str, *, expires_at: datetime, drafts: int, on_site: bool
) -> None:
    """An answer goes to whoever brought it in, or to the pôle once they coordinate there no more. `drafts`: how many of what
    they could offer are drafts in their account now."""
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
            offers=record.offers.count(),
            drafts=drafts,
            on_site=on_site,
        )


def offers_told(
    person: PersonRecord, added: list[OfferRecord], secret: str, *, drafts: int
) -> None:
    """To somebody who knows of their record already: what was added to it that they could offer."""
    first = added[0]
    by = first.by if first.by.coordinates(first.pole) else None
    with override(language_for(person.email)):
        OFFERS_TOLD.write_to(
            person.email,
            url=reverse("record-own", args=[secret]),
            record=person.pk,
            offer=first.pk,
            reply_to=by.email if by else first.pole.email,
            expires_at=timezone.now() + LASTS,
            name=str(person),
            operator=first.operator,
            pole=first.pole,
            by=by.get_full_name() if by else str(first.pole),
            brought_at=first.brought_at,
            what=[one.said for one in added],
            drafts=drafts,
        )
