"""Whether the work of a mission may be said to be done; whether nothing is awaited in it any more: its reviews, its hours,
its value and its receipt. Reads only."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.states import ACTIVE
from common.dates import spoken
from marketplace.models import Mission, Voice
from marketplace.rules import receipt_shares
from marketplace.states import MissionStatus

CORRECTED_WITHIN = timedelta(days=14)
ENDING = {MissionStatus.REVIEWED, MissionStatus.VALUED}


def why_not_done(mission: Mission, today: date) -> str:
    """Why a mission that was launched can't be said to be done before its first day, as a sentence; "" from that day
    on. No hour of it can be written by then either."""
    if mission.started_at is None or mission.starts_on <= today:
        return ""
    return _(
        "The mission begins on %(day)s: the work can be said to be done from that day on. Until then it can be stopped."
    ) % {"day": spoken(mission.starts_on, "j F Y")}


def is_done(mission: Mission, now: datetime) -> bool:
    """Whether nothing is awaited any more, so that the mission closes by itself."""
    return lacks_only_money(mission, now) and _has_its_receipt(mission)


def lacks_only_money(mission: Mission, now: datetime) -> bool:
    """Whether nothing is awaited any more but a value and a receipt: neither a review, nor hours to confirm or to correct."""
    return (
        mission.status in ENDING
        and _has_its_reviews(mission, now)
        and not mission.hours.to_confirm().exists()
        and not _waits_for_corrections(mission, now)
    )


def voices(mission: Mission) -> set[str]:
    """Those whose review is awaited: both sides, and the company that lent somebody."""
    lent = not mission.is_own_time and mission.offer.person_id is not None
    return {Voice.NEED.value, Voice.OFFER.value} | ({Voice.COMPANY.value} if lent else set())


def _has_its_reviews(mission: Mission, now: datetime) -> bool:
    until = mission.reviews_awaited_until
    if mission.was_interrupted or until is None or until <= now:
        return True
    given = list(mission.reviews.all())
    spoken = {review.structure_id for review in given}
    rows = mission.served.beside_the_lead().exclude(organisation=mission.apart_for)
    waits = rows.filter(organisation__status__in=ACTIVE).exclude(organisation__in=spoken - {None})
    return {review.side for review in given} >= voices(mission) and not waits.exists()


def _has_its_receipt(mission: Mission) -> bool:
    """Whether the receipt is given, or there is none to give: the legal frame has none, or no hour was written. Where
    several structures are served, each gives its own."""
    if not mission.gives_a_receipt or not mission.hours.exists():
        return True
    if mission.served.exists():
        return not receipt_shares.owed_by(mission)
    return mission.documents.receipts().standing().exists()


def _waits_for_corrections(mission: Mission, now: datetime) -> bool:
    """Whether hours that the structure has contested are still to be corrected: for two weeks, and until the others
    were valued."""
    contested = mission.hours.contested().filter(contested_at__gt=now - CORRECTED_WITHIN)
    return mission.status == MissionStatus.REVIEWED and contested.exists()


def lacks_its_receipt(mission: Mission) -> bool:
    """Whether only the receipt may be missing: whoever closes the mission now has to say why there is none."""
    return mission.status in ENDING and not _has_its_receipt(mission)


def until_when_hours_are_written(mission: Mission) -> str:
    """Of a mission that somebody is about to stop on its way, as a sentence."""
    if not mission.gives_a_receipt:
        return _(
            "Hours done until today, within the mission’s dates, can still be written for two weeks."
        )
    return _(
        "Hours done until today, within the mission’s dates, can still be written for two weeks, unless the company declares their value before that."
    )


def after_its_end(mission: Mission, today: date) -> str:
    """Of a mission that goes on though the days that were agreed have passed, as a sentence; "" before that."""
    if today <= mission.ends_on:
        return ""
    return _(
        "Its last day has passed: hours of later days can be written once its dates are changed."
    )
