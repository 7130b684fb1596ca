"""What had been erased comes back with a backup of before: it is erased anew, by the act that had erased it."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.actions import erasures
from accounts.actions.people import PERSON
from accounts.models import Erasure, User
from marketplace.actions.desk import record_tellings, unclaimed
from marketplace.actions.market import people
from marketplace.actions.missions import missions, tellings
from marketplace.actions.talk import messages
from marketplace.models import Behalf, Message, OfferRecord, PersonRecord, Telling, reasons
from marketplace.states import MissionStatus


def erase_anew(erasure: Erasure, *, now: datetime) -> bool:
    """Erase it if it is there again. Returns whether it was."""
    return ACTS[erasure.kind](erasure, now)


def _person(erasure: Erasure, now: datetime) -> bool:
    """What stood in the way of closing the account had been settled meanwhile, and isn't here: missions stop, and who
    was to take over an organisation is missing from it."""
    user = User.objects.filter(pk=erasure.number, closed_at=None).first()
    if user is None or not erasures.is_of(erasure, user.date_joined):
        return False
    with transaction.atomic():
        for mission in people.blocking_missions(user):
            if mission.may(MissionStatus.INTERRUPTED):
                gone = reasons.coded("left-the-site")
                missions.interrupt(mission, reason=gone, by=user, now=now)
        people.close_account(user, now=now, anew=True)
    return True


def _record(erasure: Erasure, now: datetime) -> bool:
    record = PersonRecord.objects.filter(pk=erasure.number).first()
    if record is None or not erasures.is_of(erasure, record.brought_at):
        return False
    if erasure.kind == record_tellings.REFUSED:
        record_tellings.erase(record, now=now)
    else:
        record_tellings.forget_records([record.pk])
    return True


def _offer(erasure: Erasure, _now: datetime) -> bool:
    record = OfferRecord.objects.filter(pk=erasure.number).first()
    if record is None or not erasures.is_of(erasure, record.brought_at):
        return False
    record_tellings.forget_offers([record.pk])
    return True


def _behalf(erasure: Erasure, now: datetime) -> bool:
    behalf = Behalf.objects.waiting().filter(pk=erasure.number).first()
    if behalf is None or not erasures.is_of(erasure, behalf.created_at):
        return False
    return unclaimed.end(behalf, now=now, is_refused=erasure.kind == unclaimed.REFUSED)


def _message(erasure: Erasure, now: datetime) -> bool:
    message = Message.objects.standing().filter(pk=erasure.number).first()
    if message is None or not erasures.is_of(erasure, message.created_at):
        return False
    messages.remove(message, by=None, now=now)
    return True


def _picture(erasure: Erasure, _now: datetime) -> bool:
    telling = Telling.objects.exclude(picture="").filter(pk=erasure.number).first()
    if telling is None or not erasures.is_of(erasure, str(telling.picture.name)):
        return False
    tellings.take_off(telling)
    return True


ACTS: dict[str, Callable[[Erasure, datetime], bool]] = {
    PERSON: _person,
    record_tellings.RECORD: _record,
    record_tellings.REFUSED: _record,
    record_tellings.OFFER: _offer,
    unclaimed.UNCLAIMED: _behalf,
    unclaimed.REFUSED: _behalf,
    messages.MESSAGE: _message,
    tellings.PICTURE: _picture,
}
