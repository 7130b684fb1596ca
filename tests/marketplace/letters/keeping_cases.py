"""What the clock does with what is kept: two rows that are due, the first of them poisoned."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from marketplace.models import Inactivity, Note
from tests.factories import a_pole, make_coordinator, make_user
from tests.poison import Due, ago, by_row


def kept_long_enough() -> Due:
    coordinator, person = make_coordinator(), make_user()
    bad, good = (
        Note.objects.create(pole=a_pole(), person=person, by=coordinator, body="…", at=ago(1200))
        for _each in range(2)
    )
    return Due(
        bad,
        good,
        by_row("DELETE", Note, "id", bad),
        lambda row: not Note.objects.filter(pk=row.pk).exists(),
    )


def unseen_people() -> Due:
    bad, good = make_user(), make_user()
    long_ago = timezone.localdate() - timedelta(days=720)
    User.objects.filter(pk__in=[bad.pk, good.pk]).update(seen_on=long_ago)
    return Due(
        bad,
        good,
        by_row("INSERT", Inactivity, "person_id", bad),
        lambda row: Inactivity.objects.filter(person=row.pk).exists(),
    )
