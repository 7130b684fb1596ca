"""Somebody is away, and who has been told."""

from datetime import date, timedelta

from django.utils import timezone

from marketplace.actions.desk import absences as acts
from marketplace.models import Absence
from notifications.models import Notification


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def away(person, stand_in=None, *, first=0, last=9, by=None) -> Absence:
    said = {"first_day": in_days(first), "last_day": in_days(last), "stand_in": stand_in}
    return acts.say(person, by=by or person, **said)[0]


def told(kind, to):
    return Notification.objects.filter(kind=kind, recipient=to)
