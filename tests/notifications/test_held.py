"""The post is held after a restore: nothing leaves but what somebody has released, and nothing that had left leaves again."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from common import apart
from notifications import delivery, desk, digests, health, held, outbox, sent_journal
from notifications.models import Habits, MailPipe, Notification, SentBefore, Status
from tests.factories import make_user


@pytest.fixture
def runs_the_site(client):
    client.force_login(make_user(first_name="Ada", is_staff=True, is_superuser=True))
    return client


def decide(client, kind, act, **more):
    return client.post(
        reverse("letters-held-decide"), {"kind": kind, "act": act, **more}, follow=True
    )


def test_nothing_leaves_while_the_post_is_held_and_all_does_once_it_is_open(server, post, reader):
    before = post(reader, key="hello:1")
    held.begin({}, now=timezone.now())
    post(reader, key="hello:2")
    assert delivery.deliver_due() == 0
    assert held.open_the_post() == 2
    assert delivery.deliver_due() == 2
    before.refresh_from_db()
    assert before.status == Status.SENT


def test_a_letter_that_had_left_is_told_so_and_never_leaves_again(server, post, reader):
    gone, waits = post(reader, key="hello:1"), post(reader, key="hello:2")
    at = timezone.now() - timedelta(hours=3)
    assert held.begin({gone.message_id: at}, now=timezone.now()) == 1
    gone.refresh_from_db()
    assert (gone.status, gone.sent_at) == (Status.SENT, at)
    held.open_the_post()
    delivery.deliver_due()
    assert [letter["Message-ID"] for letter in server.letters] == [waits.message_id]


def test_one_that_an_act_writes_again_after_the_restore_is_known_by_its_message_id(
    server, post, reader
):
    """The row was lost with the database; the same fact is told again under the same key."""
    once = post(reader, key="hello:7")
    told = once.message_id
    once.delete()
    held.begin({told: timezone.now()}, now=timezone.now())
    again = post(reader, key="hello:7")
    held.open_the_post()
    delivery.deliver_due()
    again.refresh_from_db()
    assert again.status == Status.SENT
    assert server.letters == []


def test_an_operator_may_send_such_a_letter_once_more_all_the_same(server, post, reader):
    letter = post(reader)
    SentBefore.objects.create(message_id=letter.message_id, at=timezone.now())
    Notification.objects.update(status=Status.CANCELLED, closed_at=timezone.now())
    letter.refresh_from_db()
    assert desk.resend(letter, now=timezone.now())
    assert delivery.deliver_due() == 1
    assert len(server.letters) == 1


def test_what_leaves_is_on_the_list_apart_with_what_a_summary_carried(server, post, reader):
    Habits.objects.create(user=reader, paces={"news": "DAILY"})
    kept = post(reader)
    assert kept.status == Status.HELD
    later = timezone.now() + timedelta(days=2)
    digests.write_due(now=later)
    delivery.deliver_due(clock=lambda: later)
    left = sent_journal.left_since(timezone.now() - timedelta(minutes=1))
    assert set(left) == set(Notification.objects.values_list("message_id", flat=True))
    assert kept.message_id in left


def test_no_summary_is_written_while_the_post_is_held_but_of_what_is_released(post, reader):
    Habits.objects.create(user=reader, paces={"news": "DAILY"})
    letter = post(reader)
    later = timezone.now() + timedelta(days=2)
    held.begin({}, now=timezone.now())
    assert digests.write_due(now=later) == 0
    held.release(letter.kind)
    assert digests.write_due(now=later) == 1
    assert Notification.objects.get(kind="summary").released


def test_the_page_shows_each_kind_with_its_number_and_its_oldest_and_no_secret(
    runs_the_site, post, reader
):
    post(reader, key="hello:1", what="Les Jardins")
    post(make_user(), key="hello:2", what="Les Jardins")
    post(reader, key="key:1", template="key", what="code 4321")
    held.begin({}, now=timezone.now())
    page = runs_the_site.get(reverse("letters-held")).content.decode()
    assert "2 courriels" in page
    assert "Les Jardins" in page
    assert "4321" not in page


@pytest.mark.parametrize(
    ("act", "status", "leaves"),
    [("release", Status.SENT, 1), ("drop", Status.CANCELLED, 0), ("later", Status.WAITING, 0)],
)
def test_a_kind_is_released_dropped_or_put_off_and_the_others_wait(
    runs_the_site, server, post, reader, act, status, leaves
):
    one, other = post(reader, key="hello:1"), post(reader, key="asking:1", template="asking")
    held.begin({}, now=timezone.now())
    day = timezone.localdate() + timedelta(days=3)
    answer = decide(runs_the_site, "hello", act, day=day.isoformat())
    assert answer.status_code == 200
    assert delivery.deliver_due() == leaves
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status) == (status, Status.WAITING)
    if act == "later":
        assert timezone.localtime(one.due_at).date() == day


@pytest.mark.parametrize("day", ["", "demain", "2026-13-45", "1999-01-01", "2999-01-01", "\0"])
def test_a_day_that_is_none_is_a_sentence_and_nothing_is_decided(runs_the_site, post, reader, day):
    post(reader)
    held.begin({}, now=timezone.now())
    answer = runs_the_site.post(
        reverse("letters-held-decide"), {"kind": "hello", "act": "later", "day": day}
    )
    assert answer.status_code == 200
    assert "has-error" in answer.content.decode()
    assert held.undecided().count() == 1


def test_a_kind_that_nobody_knows_decides_nothing(runs_the_site, post, reader):
    post(reader)
    held.begin({}, now=timezone.now())
    for kind in ("", "nothing", "x" * 500, "\0"):
        assert decide(runs_the_site, kind, "drop").status_code == 200
    assert held.undecided().count() == 1


def test_only_who_runs_the_site_looks_and_decides(client, post, reader):
    post(reader)
    held.begin({}, now=timezone.now())
    names = [
        ("get", "letters-held"),
        ("post", "letters-held-decide"),
        ("post", "letters-held-open"),
    ]
    for user in (reader, make_user(is_staff=True)):
        client.force_login(user)
        for method, name in names:
            assert getattr(client, method)(reverse(name)).status_code == 403
    client.logout()
    for method, name in names:
        assert getattr(client, method)(reverse(name)).status_code == 302
    assert held.undecided().count() == 1
    assert MailPipe.objects.held()


def test_too_late_is_a_sentence(runs_the_site, post, reader):
    post(reader)
    assert "n’est plus retenu" in decide(runs_the_site, "hello", "drop").content.decode()
    assert Notification.objects.get().status == Status.WAITING


def test_the_page_asks_no_more_questions_for_more_letters(
    runs_the_site, post, reader, django_assert_max_num_queries
):
    held.begin({}, now=timezone.now())
    for number in range(30):
        post(reader, key=f"hello:{number}")
    with django_assert_max_num_queries(16):
        runs_the_site.get(reverse("letters-held"))


def test_the_health_page_and_the_desk_say_that_it_is_held(client, post, reader):
    held.begin({}, now=timezone.now())
    assert not health.report(timezone.now()).is_well
    assert health.trouble(timezone.now()) is not None
    assert "held since a backup was restored" in client.get(reverse("health")).content.decode()
    client.force_login(make_user(is_staff=True))
    assert "Le courrier est retenu" in client.get(reverse("letters-desk")).content.decode()


def test_a_shell_says_it_and_decides_too(server, post, reader):
    def said(**options):
        out = StringIO()
        call_command("post", stdout=out, **options)
        return out.getvalue()

    assert "isn’t held" in said()
    post(reader, key="hello:1")
    held.begin({}, now=timezone.now())
    assert "1 hello" in said()
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "1 letter" in said(put_off=["hello", day])
    post(reader, key="hello:2")
    assert "1 letter" in said(release="hello")
    post(reader, key="hello:3")
    assert "1 letter" in said(open=True)


def test_lists_older_than_a_year_are_swept_and_no_other(post):
    now = timezone.now()
    apart.add(f"sent-{now - timedelta(days=500):%Y-%m}", ["<old@x> 2025-01-01T00:00:00+00:00"])
    apart.add(f"sent-{now:%Y-%m}", [f"<new@x> {now.isoformat()}"])
    apart.add("erasures", ["person 1 x 2020-01-01T00:00:00+00:00"])
    sent_journal.sweep(now)
    assert apart.names() == ["erasures", f"sent-{now:%Y-%m}"]


def test_a_letter_posted_by_hand_waits_too(reader):
    held.begin({}, now=timezone.now())
    letter = outbox.post(
        recipient=reader, key="hello:9", template="hello", url="/", what="x", words="y"
    )
    assert not letter.released
