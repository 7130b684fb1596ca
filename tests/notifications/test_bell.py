"""Notifications on the site: the same rows, one's own only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notification, SuppressedAddress
from tests.factories import make_user


@pytest.fixture
def mine(client, reader):
    client.force_login(reader)
    return client


def test_one_sees_one_s_own_letters_unread_first(mine, post, reader):
    for number in range(3):
        post(reader, f"hello:{number}", what=f"Besoin {number}")
    Notification.objects.get(key="hello:2").mark_read("2026-11-24T08:00:00Z")
    post(make_user(), "hello:9", what="À quelqu’un d’autre")
    page = mine.get(reverse("letters")).content.decode()
    assert page.index("Besoin 1") < page.index("Besoin 0") < page.index("Besoin 2")
    assert "quelqu’un d’autre" not in page
    assert "Besoin 2" not in mine.get(reverse("letters") + "?non-lus").content.decode()


def test_opening_one_reads_it_and_leads_there(mine, post, reader):
    letter = post(reader)
    answer = mine.get(reverse("letter-open", args=[letter.pk]))
    assert (answer.status_code, answer.url) == (302, "/besoins/12/")
    assert not Notification.objects.unread_by(reader).exists()
    assert mine.get(reverse("letter-open", args=[letter.pk])).status_code == 302


def test_a_stranger_opens_nothing(mine, post):
    letter = post(make_user())
    assert mine.get(reverse("letter-open", args=[letter.pk])).status_code == 404
    assert Notification.objects.filter(read_at=None).count() == 1


def test_a_letter_never_leads_out_of_the_house(mine, post, reader):
    letter = post(reader, url="https://ailleurs.example.org/")
    assert mine.get(reverse("letter-open", args=[letter.pk])).url == reverse("letters")


def test_all_is_read_by_a_click_and_only_by_a_click(mine, post, reader):
    post(reader)
    other = post(make_user())
    assert mine.get(reverse("letters-read-all")).status_code == 405
    assert mine.post(reverse("letters-read-all")).status_code == 302
    assert not Notification.objects.unread_by(reader).exists()
    assert Notification.objects.get(pk=other.pk).read_at is None


def test_the_count_is_one_query_beside_the_session_s(
    mine, post, reader, django_assert_max_num_queries
):
    for number in range(30):
        post(reader, f"hello:{number}")
    with django_assert_max_num_queries(9):
        answer = mine.get(reverse("letters-count"))
    assert ">30<" in answer.content.decode()


def test_the_list_does_not_cost_more_with_more_letters(
    mine, post, reader, django_assert_max_num_queries
):
    for number in range(40):
        post(reader, f"hello:{number}")
    with django_assert_max_num_queries(14):
        mine.get(reverse("letters"))


def test_one_whose_address_is_dead_is_told_on_the_site(mine, reader):
    pages = [reverse(name) for name in ("letters", "home", "letter-habits")]
    SuppressedAddress.objects.mark(reader.email, "550", now="2026-11-24T08:00:00Z")
    for page in pages:
        assert "Nos courriels n’arrivent pas" in mine.get(page).content.decode()
    reader.email = "nouvelle@example.org"
    reader.save(update_fields=["email"])
    for page in pages:
        assert "Nos courriels n’arrivent pas" not in mine.get(page).content.decode()


def test_nobody_is_asked_who_they_are(client):
    for name in ("letters", "letters-count", "letter-habits", "letters-desk"):
        assert client.get(reverse(name)).status_code == 302


def test_notifications_are_counted_in_the_feminine(client):
    client.force_login(make_user())
    page = client.get(reverse("letters")).text
    assert ">Toutes<" in page.replace("\n", "")
    assert ">Non lues<" in page


def test_a_hundred_unread_letters_are_said_as_many_in_the_header_and_by_its_question(
    mine, post, reader
):
    for number in range(100):
        post(reader, f"hello:{number}")
    assert ">99+<" in mine.get(reverse("letters-count")).text
    assert ">99+<" in mine.get(reverse("letters")).text
    Notification.objects.first().mark_read("2026-11-24T08:00:00Z")
    assert ">99<" in mine.get(reverse("letters-count")).text


def test_a_letter_kept_back_counts_once_its_time_has_come(mine, post, reader):
    """The question is put together once in a process: the time isn't a part of it."""
    letter = post(reader)
    mine.get(reverse("letters"))
    for seconds, count in ((3600, 0), (0, 1)):
        until = timezone.now() + timedelta(seconds=seconds)
        Notification.objects.filter(pk=letter.pk).update(kept_until=until)
        assert mine.get(reverse("letters")).context["unread_letters"] == count
