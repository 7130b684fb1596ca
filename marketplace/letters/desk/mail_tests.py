"""The letter that somebody sends to themselves, to see whether letters of the site arrive."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.letter import Key, Letter

MAIL_TEST = Letter("mail_test", Key("mail-test:{minute:word}"))


def mail_test(person: User, *, now: datetime) -> None:
    """Once a minute at the most."""
    minute = f"{timezone.localtime(now):%Y%m%dT%H%M}"
    MAIL_TEST.tell([person], url=reverse("mail-tests"), minute=minute)
