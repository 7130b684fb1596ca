"""The operators' screen: what waits and what failed, for those in charge only."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notifications import delivery, health
from notifications.models import Heartbeat, MailPipe, Notification, Status, SuppressedAddress
from tests.factories import make_user


@pytest.fixture
def operator(client):
    user = make_user(first_name="Odile", is_staff=True)
    client.force_login(user)
    return client


def give_up(letter, **fields):
    Notification.objects.filter(pk=letter.pk).update(
        status=Status.GIVEN_UP, closed_at=timezone.now(), last_error="550 5.1.1 No", **fields
    )


def test_somebody_else_may_not_look(client, post, reader):
    client.force_login(reader)
    letter = post(reader)
    assert client.get(reverse("letters-desk")).status_code == 403
    for name in ("letter-resend", "letter-cancel"):
        assert client.post(reverse(name, args=[letter.pk])).status_code == 403
    assert client.post(reverse("letters-unblock")).status_code == 403


def test_it_shows_what_failed_and_why_but_no_words(operator, post, reader):
    give_up(post(reader, what="Le toit", words="très personnel"))
    SuppressedAddress.objects.mark(reader.email, "550", now=timezone.now())
    page = operator.get(reverse("letters-desk") + "?etat=GIVEN_UP").content.decode()
    assert "Le toit" in page
    assert "550 5.1.1 No" in page
    assert "Rien n’y arrive" in page
    assert "très personnel" not in page


def test_the_subject_of_a_secret_letter_is_not_shown(operator, post, reader):
    post(reader, template="key", what="code 4321")
    assert "4321" not in operator.get(reverse("letters-desk")).content.decode()
    assert reader.email not in operator.get(reverse("letters-desk") + "?qui=4321").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Toit", "Jardin"}),
        ("?etat=GIVEN_UP", {"Jardin"}),
        ("?etat=WAITING", {"Toit"}),
        ("?sorte=news&qui=toit", {"Toit"}),
        ("?sorte=account", set()),
        ("?etat=RETARD", set()),
    ],
)
def test_filters(operator, post, query, found):
    post(make_user(), what="Toit")
    give_up(post(make_user(), what="Jardin"))
    page = operator.get(reverse("letters-desk") + query).content.decode()
    assert {words for words in ("Toit", "Jardin") if words in page} == found


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("", 4),
        ("?etat=GIVEN_UP", 1),
        ("?etat=RETARD", 2),
        ("?etat=nonsense", 0),
        ("?qui=toit", 3),
        ("?etat=WAITING&qui=toit", 2),
        ("?etat=RETARD&sorte=account", 0),
        ("?sorte=news&etat=GIVEN_UP", 1),
    ],
)
def test_the_list_says_how_many_it_holds_not_how_many_its_chip_counts(operator, post, query, many):
    for what in ("Toit un", "Toit deux", "Jardin"):
        post(make_user(), what=what)
    long_ago = timezone.now() - timedelta(days=2)
    Notification.objects.filter(subject__contains="Jardin").update(wanted_at=long_ago)
    Notification.objects.filter(subject__contains="Toit un").update(wanted_at=long_ago)
    give_up(post(make_user(), what="Toit trois"))
    page = operator.get(reverse("letters-desk") + query).context["page"]
    assert (page.paginator.count, len(page.object_list)) == (many, many)


def test_what_the_chips_have_counted_is_not_counted_again(operator, post, reader):
    """The dearest of the page’s questions: it asks of each letter whose it is, and is asked once for all chips."""
    post(reader)
    address = reverse("letters-desk")
    operator.get(address)
    with CaptureQueriesContext(connection) as asked:
        operator.get(address)
    said = [one["sql"] for one in asked]
    (_chips,) = [sql for sql in said if 'AS "GIVEN_UP"' in sql]
    assert not [sql for sql in said if sql.startswith('SELECT COUNT(*) AS "__count" FROM "notif')]


def test_each_page_shows_the_letters_that_follow_and_late_ones_pass_over_none(
    operator, post, monkeypatch
):
    monkeypatch.setattr("notifications.views.desk.PAGE", 2)
    for n in range(7):
        post(make_user(), what=f"Toit {n}")
    Notification.objects.update(created_at=timezone.now())  # at the same moment: the numbers decide
    said, words = [], []
    for number in range(1, 5):
        with CaptureQueriesContext(connection) as asked:
            shown = operator.get(reverse("letters-desk"), {"page": number}).context["letters"]
        said += [letter.pk for letter in shown]
        words.append(" ".join(one["sql"] for one in asked))
    assert said == [pk for (pk,) in Notification.objects.values_list("pk")]
    assert "OFFSET" not in words[-1]


def test_of_many_letters_few_states_are_counted_each_time(operator, post, monkeypatch):
    """Sixty thousand that have left: they are counted once a minute; what failed meanwhile is there at once."""
    caches["counts"].clear()
    monkeypatch.setattr("notifications.desk.EXACT", 2)
    posted = [post(make_user(), what=f"Toit {n}") for n in range(5)]
    Notification.objects.filter(pk__in=[one.pk for one in posted[:4]]).update(
        status=Status.SENT, sent_at=timezone.now()
    )

    def counts(state=""):
        page = operator.get(reverse("letters-desk"), {"etat": state})
        return {chip.url.removeprefix("?etat="): chip.count for chip in page.context["chips"]}

    assert counts() == {"?": 5, "SENT": 4, "WAITING": 1}
    give_up(posted[4])
    with CaptureQueriesContext(connection) as asked:
        assert counts() == {"?": 5, "SENT": 4, "GIVEN_UP": 1}
    (chips,) = [one["sql"] for one in asked if 'AS "GIVEN_UP"' in one["sql"]]
    assert 'AS "SENT"' not in chips
    Notification.objects.filter(pk=posted[4].pk).update(status=Status.SENT, sent_at=timezone.now())
    assert counts() == {"?": 5, "SENT": 5}, "what leaves meanwhile is added to those that have left"
    caches["counts"].clear()


def test_what_an_act_changes_is_counted_each_time_however_many_there_are(
    operator, post, monkeypatch
):
    caches["counts"].clear()
    monkeypatch.setattr("notifications.desk.EXACT", 2)
    posted = [post(make_user(), what=f"Toit {n}") for n in range(4)]
    for letter in posted:
        give_up(letter)

    def counts():
        page = operator.get(reverse("letters-desk"))
        return {chip.url.removeprefix("?etat="): chip.count for chip in page.context["chips"]}

    assert counts() == {"?": 4, "GIVEN_UP": 4}
    operator.post(reverse("letter-resend", args=[posted[0].pk]))
    assert counts() == {"?": 4, "GIVEN_UP": 3, "WAITING": 1}
    caches["counts"].clear()


def test_of_many_letters_a_family_is_not_counted_again_but_for_what_was_written_since(
    operator, post, monkeypatch
):
    """To count one of its own, the database would read all of them: no index knows the families."""
    caches["counts"].clear()
    monkeypatch.setattr("notifications.desk.EXACT", 2)
    posted = [post(make_user(), what=f"Toit {n}") for n in range(4)]
    long_ago = timezone.now() - timedelta(days=2)
    old = [one.pk for one in posted[:3]]
    Notification.objects.filter(pk__in=old).update(created_at=long_ago)
    Notification.objects.filter(pk=posted[0].pk).update(family="summary")
    operator.get(reverse("letters-desk"))

    def count(family):
        with CaptureQueriesContext(connection) as asked:
            page = operator.get(reverse("letters-desk"), {"sorte": family}).context["page"]
        counts = [one["sql"] for one in asked if 'COUNT(*) AS "__count" FROM "notif' in one["sql"]]
        assert all(sql.count('"created_at" >=') == 2 for sql in counts), "only the last minutes"
        assert len(page.object_list) == page.paginator.count
        return page.paginator.count

    assert (count("summary"), count("news"), count("account")) == (1, 3, 0)
    post(make_user(), what="Jardin")
    assert (count("summary"), count("news")) == (1, 4)
    caches["counts"].clear()


def test_nothing_written_is_not_nothing_found(operator):
    page = operator.get(reverse("letters-desk")).content.decode()
    assert "Aucun courriel pour l’instant" in page
    assert "ces filtres" not in page
    assert "Rien ne correspond à ces filtres" in (
        operator.get(reverse("letters-desk") + "?etat=GIVEN_UP").content.decode()
    )


def test_an_act_leads_back_to_the_list_as_it_was(operator, post, reader):
    letter = post(reader)
    page = operator.get(reverse("letters-desk") + "?etat=WAITING&qui=toit").content.decode()
    assert "?etat=WAITING" in page
    act = reverse("letter-cancel", args=[letter.pk]) + "?etat=WAITING&sorte=news"
    assert operator.post(act).url == reverse("letters-desk") + "?etat=WAITING&sorte=news"


def test_a_summary_is_listed_as_one_and_a_letter_that_waits_says_until_when(operator, post, reader):
    Notification.objects.filter(pk=post(reader).pk).update(
        family="summary", due_at=datetime(2099, 3, 2, 7, tzinfo=UTC)
    )
    page = operator.get(reverse("letters-desk") + "?sorte=summary").content.decode()
    assert "Résumés ·" in page
    assert "départ prévu le 2 mars 2099, 08:00" in page


def test_sending_again_is_the_same_letter_with_new_patience(operator, server, post, reader):
    letter = post(reader)
    give_up(letter, attempts=40)
    SuppressedAddress.objects.mark(reader.email, "550", now=timezone.now())
    operator.post(reverse("letter-resend", args=[letter.pk]))
    assert delivery.deliver_due() == 1
    assert server.letters[0]["message-id"] == letter.message_id


def test_a_letter_that_was_sent_is_not_sent_again(operator, server, post, reader):
    letter = post(reader)
    delivery.deliver_due()
    operator.post(reverse("letter-resend", args=[letter.pk]))
    assert delivery.deliver_due() == 0


def test_stopping_says_who_did_and_too_late_is_said(operator, server, post, reader):
    letter = post(reader)
    operator.post(reverse("letter-cancel", args=[letter.pk]))
    letter.refresh_from_db()
    assert (letter.status, letter.last_error) == (Status.CANCELLED, "Arrêté par Odile Dubois")
    answer = operator.post(reverse("letter-cancel", args=[letter.pk]), follow=True)
    assert "Trop tard" in answer.content.decode()


def test_the_list_does_not_cost_more_with_more_letters(
    operator, post, django_assert_max_num_queries
):
    for _ in range(60):
        post(make_user())
    with django_assert_max_num_queries(22):
        operator.get(reverse("letters-desk"))


# --- health --------------------------------------------------------------------------------
def beat(name, ago):
    Heartbeat.objects.create(name=name, seen_at=timezone.now() - ago)


def test_all_is_well_while_both_are_at_work(operator):
    beat("worker", timedelta(minutes=2))
    beat("beat", timedelta(minutes=2))
    assert health.report(timezone.now()).is_well
    assert "partent normalement" in operator.get(reverse("letters-desk")).content.decode()


def test_three_minutes_of_silence_are_told(operator):
    beat("worker", timedelta(minutes=4))
    beat("beat", timedelta(minutes=2))
    assert health.report(timezone.now()).silent == ("worker",)
    assert "ne répond plus depuis plus de trois minutes" in (
        operator.get(reverse("letters-desk")).content.decode()
    )


def test_a_letter_that_could_leave_and_does_not_makes_the_post_unwell(post, reader):
    letter = post(reader)
    report = health.report(letter.due_at + timedelta(minutes=11))
    assert report.is_slow
    assert report.oldest_due == timedelta(minutes=11)


def test_a_way_that_is_blocked_is_shown_and_may_be_tried_at_once(operator, server, post, reader):
    server.mail = "550 5.7.1 Who are you"
    post(reader)
    delivery.deliver_due()
    page = operator.get(reverse("letters-desk")).content.decode()
    assert "Rien ne part depuis" in page
    assert "Who are you" in page
    server.mail = None
    assert delivery.deliver_due() == 0
    operator.post(reverse("letters-unblock"))
    assert not MailPipe.objects.paused(timezone.now())
    assert delivery.deliver_due() == 1
