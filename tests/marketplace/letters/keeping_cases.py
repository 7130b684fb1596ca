"""What the clock does with what is kept: two rows that are due, the first of them poisoned."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from common.names_in_text import Called
from marketplace.models import Inactivity, LeftName, Note
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


def names_left() -> Due:
    coordinator, person = make_coordinator(), make_user("Nora", "Cherif")
    bad, good = (
        Note.objects.create(pole=a_pole(), person=person, by=coordinator, body="Nora Cherif")
        for _each in range(2)
    )
    called = Called.of("Nora", "Cherif", [], [])
    LeftName.objects.create(person=person, called=called.said)
    return Due(
        bad,
        good,
        by_row("UPDATE", Note, "id", bad),
        lambda row: Note.objects.get(pk=row.pk).body == "[compte fermé]",
    )
