"""What the tests of a person's own yes read and say."""

from marketplace.models import (
    Offer,
)
from notifications.models import Notification

YES, NO = {"answer": "YES"}, {"answer": "NO", "reason": "Pas cette année."}


def letters_to(person, kind="consent_asked"):
    return Notification.objects.filter(recipient=person, kind=kind)


def link_of(person) -> str:
    return letters_to(person).latest("pk").url


def status_of(offer) -> str:
    return Offer.objects.get(pk=offer.pk).status


def words(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")
