"""A visit moved to another time says so, and one “moved” to the time it has already says that."""

import pytest
from django.utils import timezone

from tests.marketplace.desk.test_visit_pages import local
from tests.marketplace.desk.visiting import People, an_agreed_one, at, free, letters_to

pytestmark = pytest.mark.django_db
MOVED = "Déplacée. L’autre partie est prévenue."


def test_the_time_that_it_has_is_no_other_time_and_nobody_is_said_to_be_told_of_it(client):
    """It stood among the other times, and “Déplacée. L’autre partie est prévenue.” was said where nothing was written."""
    them = People()
    visit = an_agreed_one(them)
    free(them.awa, day=timezone.localdate(visit.begins_at))
    url, wanted = visit.get_absolute_url(), at(8, 11)
    told = letters_to(them.petit, "visit_told").count()
    client.force_login(them.awa)
    choices = client.get(url).context["forms"]["move"].fields["time"].choices
    assert choices
    assert local(visit.begins_at) not in dict(choices)
    again = client.post(url, {"act": "move", "at": local(visit.begins_at)}, follow=True).text
    assert MOVED not in again
    assert "C’est déjà ce créneau" in again
    assert letters_to(them.petit, "visit_told").count() == told
    move = {"act": "move", "time": local(wanted)}
    free(them.awa, day=timezone.localdate(wanted))
    assert MOVED in client.post(url, move, follow=True).text
    assert "C’est déjà ce créneau" in client.post(url, move, follow=True).text, "a second click"
    assert letters_to(them.petit, "visit_told").count() == told + 1
