"""How often, when, and no more: what a person chooses is what they get."""

from datetime import time, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import delivery, unsubscribe
from notifications.models import Habits, Notification, Pace, Status
from tests.notifications.rules import NEWS


def choose(user, pace, **fields):
    return Habits.objects.create(user=user, paces={"news": pace}, **fields)


def test_never_by_e_mail_is_still_on_the_site(server, post, reader):
    choose(reader, Pace.OFF)
    letter = post(reader)
    assert letter.status == Status.ON_SCREEN
    assert delivery.deliver_due() == 0
    assert Notification.objects.unread_by(reader).count() == 1


def test_what_the_law_asks_us_to_tell_always_leaves_at_once(post, reader):
    choose(reader, Pace.OFF, quiet_from=time(0), quiet_until=time(23, 59))
    letter = post(reader, template="legal")
    assert letter.status == Status.WAITING
    assert letter.due_at <= timezone.now()


def test_quiet_hours_put_a_letter_off(post, reader):
    here = timezone.localtime()
    choose(
        reader,
        Pace.EACH,
        quiet_from=(here - timedelta(minutes=5)).time(),
        quiet_until=(here + timedelta(minutes=55)).time(),
    )
    wait = post(reader).due_at - timezone.now()
    assert timedelta(minutes=50) < wait < timedelta(minutes=56)


def test_choices_are_kept(client, reader):
    client.force_login(reader)
    page = client.get(reverse("letter-habits")).content.decode()
    assert "Les nouvelles" in page
    answer = client.post(
        reverse("letter-habits"),
        {"pace_news": "WEEKLY", "quiet_from": "20:00", "quiet_until": "08:00", "language": "en"},
    )
    assert answer.status_code == 302
    habits = Habits.objects.get()
    assert (habits.user, habits.paces, habits.quiet_from) == (reader, {"news": "WEEKLY"}, time(20))
    reader.refresh_from_db()
    assert reader.language == "en"


def test_the_language_chosen_for_the_letters_is_the_sites_from_the_next_page_on(client, reader):
    client.force_login(reader)
    choices = {"pace_news": "EACH", "language": "en"}
    page = client.post(reverse("letter-habits"), choices, follow=True).content.decode()
    assert '<html lang="en"' in page
    assert "Your next letters will follow these choices" in page


def test_quiet_needs_two_ends(client, reader):
    client.force_login(reader)
    answer = client.post(
        reverse("letter-habits"), {"pace_news": "EACH", "quiet_from": "20:00", "language": "fr"}
    )
    assert answer.status_code == 200
    assert "à la fois le début et la fin" in answer.content.decode()
    assert not Habits.objects.exists()


# --- from the mailbox ----------------------------------------------------------------------
def path(reader, family=NEWS, **options):
    return unsubscribe.url(reader, family, **options).removeprefix("http://testserver")


def test_the_letter_carries_the_two_headers(server, post, reader):
    post(reader)
    delivery.deliver_due()
    (letter,) = server.letters
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert letter["list-unsubscribe"].strip("<>").startswith("http://testserver/notifications/")


def test_a_letter_that_cannot_be_refused_offers_no_way_out(server, post, reader):
    post(reader, template="legal")
    delivery.deliver_due()
    assert server.letters[0]["list-unsubscribe"] is None
    assert "desabonnement" not in server.letters[0].get_body(("plain",)).get_content()


def test_looking_changes_nothing(client, reader):
    answer = client.get(path(reader))
    assert "Les nouvelles" in answer.content.decode()
    client.head(path(reader))
    assert not Habits.objects.exists()


def test_one_post_without_cookie_or_csrf_is_enough_and_twice_is_once(reader, settings):
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(path(reader), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert Habits.objects.get().paces == {"news": Pace.OFF}
    assert settings.SESSION_COOKIE_NAME not in answer.cookies, "nobody is let in by it"


def test_the_link_opens_nothing_else(client, reader):
    client.post(path(reader))
    assert client.get(reverse("letters")).status_code == 302


def test_a_forged_link_does_nothing(client, reader):
    forged = path(reader)[:-3] + "xx/"
    assert client.post(forged).status_code == 404
    assert not Habits.objects.exists()


def test_the_mailbox_of_before_stops_no_letters_to_the_one_of_today(client, reader):
    """Others may read it: the one at work that somebody has left."""
    link, old = path(reader), signing.dumps([reader.pk, "news"], salt=unsubscribe.SALT)
    reader.email = "ailleurs@example.org"
    reader.save()
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404
        assert "une autre adresse de ce compte" in answer.text
    assert not Habits.objects.exists()
    # What left before links said to whom they went may be refused all the same.
    assert client.post(reverse("letters-unsubscribe", args=[old])).status_code == 200
    assert Habits.objects.get().paces == {"news": Pace.OFF}


def test_nobody_is_told_that_the_letters_of_the_law_have_stopped(client, reader):
    """A seal of ours for such a family: one that had another name when the letter left."""
    seal = signing.dumps([reader.pk, "renamed since"], salt=unsubscribe.SALT)
    answer = client.post(reverse("letters-unsubscribe", args=[seal]))
    assert "ne peuvent pas être arrêtés" in answer.content.decode()
    assert not Habits.objects.exists()


def test_stopping_summaries_stops_what_comes_in_them(client, reader):
    Habits.objects.create(user=reader, paces={"news": Pace.DAILY})
    client.post(path(reader, None, summary=True))
    assert Habits.objects.get().paces == {"news": Pace.OFF}


@pytest.mark.parametrize("active", [True, False])
def test_the_link_of_a_closed_account_is_dead(client, reader, active):
    reader.is_active = active
    reader.save(update_fields=["is_active"])
    assert client.get(path(reader)).status_code == (200 if active else 404)
