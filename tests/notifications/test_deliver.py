"""Carrying the letters to a real mail server that isn't always in a good mood."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.utils import timezone

from notifications import delivery, faults, rendering, sent_journal
from notifications.models import (
    LEASE,
    MailPipe,
    Notification,
    RowFault,
    Status,
    SuppressedAddress,
)
from tests.factories import make_user
from tests.notifications import rules
from tests.services import free_port
from tests.smtp import MoodyController


def state(key="hello:1"):
    return Notification.objects.get(key=key)


def deliver(after=timedelta(0)):
    """Deliver, as seen from a later moment."""
    return delivery.deliver_due(clock=lambda: timezone.now() + after)


def test_a_letter_arrives_as_it_was_written(server, post, reader):
    letter = post(reader, what="L’été à Wazemmes", words="À bientôt,\n.\nFrom nous")
    assert deliver() == 1
    (arrived,) = server.letters
    assert arrived["subject"] == "Non lus : « L’été à Wazemmes »"
    assert parseaddr(arrived["to"])[1] == reader.email
    assert arrived["from"].addresses[0].display_name == "Trait d’union"
    assert arrived["message-id"] == letter.message_id
    assert arrived["auto-submitted"] == "auto-generated"
    assert rendering.tidy(arrived.get_body(("plain",)).get_content()) == rendering.tidy(letter.text)
    assert rendering.tidy(arrived.get_body(("html",)).get_content()) == rendering.tidy(letter.html)
    assert state().status == Status.SENT
    assert state().sent_at


def test_a_sent_letter_does_not_leave_again(server, post, reader):
    post(reader)
    assert deliver() == 1
    assert deliver(timedelta(days=1)) == 0
    assert len(server.letters) == 1


def test_a_batch_goes_over_one_connection(server, post):
    for number in range(20):
        post(make_user(), f"hello:{number}")
    assert deliver() == 20
    assert server.connections == 1


def test_a_connection_cut_between_letters_is_opened_again(server, post, reader):
    post(reader, "hello:1")
    post(reader, "hello:2")
    server.hangs_up_between = True
    assert deliver() == 2
    assert server.connections == 2
    assert not MailPipe.objects.paused(timezone.now())


def test_a_server_that_is_away_costs_no_letter(server, post, reader):
    server.controller.stop()
    post(reader)
    assert deliver() == 0
    assert state().status == Status.WAITING
    assert MailPipe.objects.paused(timezone.now())

    server.controller = MoodyController(server, port=server.controller.port)
    server.controller.start()
    assert deliver() == 0, "the way is resting"
    assert deliver(timedelta(seconds=60)) == 1
    assert not MailPipe.objects.exclude(broken_since=None).exists()


def test_a_letter_put_off_comes_back_later_and_holds_nobody(server, post, reader):
    server.data = ["451 4.3.0 Try later"]
    post(reader, "hello:1")
    post(make_user(), "hello:2")
    assert deliver() == 1
    assert state("hello:1").last_error == "451 4.3.0 Try later"
    assert deliver() == 0
    assert deliver(timedelta(seconds=30)) == 1


def test_an_address_that_is_dead_is_marked_and_not_tried_again(server, post, reader):
    server.recipients[reader.email] = "550 5.1.1 No such user"
    post(reader, "hello:1")
    deliver()
    assert state().status == Status.GIVEN_UP
    assert SuppressedAddress.objects.get().address == reader.email
    post(reader, "hello:2")
    server.recipients.clear()
    assert deliver() == 0
    assert state("hello:2").status == Status.GIVEN_UP


def test_a_letter_that_the_reader_asks_for_lifts_the_mark(server, post, reader):
    SuppressedAddress.objects.mark(reader.email, "550", now=timezone.now())
    post(reader, template="key")
    assert deliver() == 1
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize("answer", ["552 5.2.2 Mailbox full", "550 5.7.1 Relaying denied"])
def test_a_refusal_that_is_not_about_the_address_marks_nobody(server, post, reader, answer):
    server.recipients[reader.email] = answer
    post(reader)
    deliver()
    assert state().status == Status.WAITING
    assert not SuppressedAddress.objects.exists()


def test_words_that_the_server_refuses_are_given_up_and_the_address_kept(server, post, reader):
    server.data = "554 5.6.0 Looks like spam"
    post(reader)
    deliver()
    assert (state().status, state().last_error) == (Status.GIVEN_UP, "554 5.6.0 Looks like spam")
    assert not SuppressedAddress.objects.exists()


def test_a_sender_that_is_refused_pauses_the_way_out_and_blames_no_letter(server, post, reader):
    server.mail = "550 5.7.1 We don't know you"
    post(reader)
    assert deliver() == 0
    assert state().status == Status.WAITING
    pipe = MailPipe.objects.get()
    assert "We don't know you" in pipe.reason
    assert pipe.paused_until > timezone.now() + timedelta(minutes=2)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # on the loopback
def test_a_wrong_password_pauses_the_way_out(server, post, reader, settings):
    controller = MoodyController(server, port=free_port(), login=("house", "right"))
    controller.start()
    settings.MAIL_SERVER |= {"port": controller.port, "user": "house", "password": "wrong"}
    post(reader)
    assert deliver() == 0
    assert MailPipe.objects.get().reason.startswith("Login refused: 535")
    settings.MAIL_SERVER |= {"password": "right"}
    assert deliver(timedelta(minutes=7)) == 1
    controller.stop()


def test_a_server_that_never_answers_is_left_alone(server, post, reader, settings):
    settings.MAIL_SERVER |= {"seconds": 1}
    server.slow = 3
    post(reader)
    assert deliver() == 0
    assert state().status == Status.WAITING
    assert "timed out" in state().last_error


def test_accepted_then_cut_off_may_arrive_twice_but_under_one_name(server, post, reader):
    server.drops_after = 1
    post(reader)
    assert deliver() == 0
    server.drops_after = 0
    assert deliver(timedelta(seconds=60)) == 1
    assert list(server.copies.values()) == [2]


def test_a_recipient_the_server_hangs_up_on_does_not_hold_the_others(server, post):
    people = [make_user() for _ in range(5)]
    server.drops_at_recipient.add(people[0].email)
    for person in people:
        post(person)
    later = timedelta(0)
    for _ in range(6):
        deliver(later)
        later += timedelta(seconds=35)
    assert Notification.objects.filter(status=Status.SENT).count() == 4


@pytest.mark.parametrize(
    ("said", "rests"), [("421 4.3.2 closing", True), ("451 4.7.1 later", True), (None, False)]
)
def test_a_server_that_takes_no_letter_from_us_at_the_moment_is_asked_once(
    server, post, said, rests
):
    """The next letters would fare no better: they wait, untried, as the whole post does."""
    server.mail = said
    for number in range(4):
        post(make_user(), f"hello:{number}")
    assert deliver() == (0 if rests else 4)
    assert bool(MailPipe.objects.paused(timezone.now())) is rests
    tried = Notification.objects.exclude(last_error="").count()
    assert tried == (1 if rests else 0)


def test_a_letter_we_cannot_handle_steps_aside_and_the_error_is_heard(server, post, reader, caplog):
    post(reader, "bad:1", template="poison")
    post(reader, "hello:1")
    assert deliver() == 1
    assert state("hello:1").status == Status.SENT
    assert state("bad:1").last_error == "LookupError: a bug of ours"
    assert "LookupError: a bug of ours" in caplog.text
    fault = RowFault.objects.get()
    assert (fault.act, fault.number) == ("letters", str(state("bad:1").pk))


def test_of_a_file_with_a_long_path_the_end_is_noted_which_tells_it_from_the_others(caplog):
    paths = [f"/var/{'letters/' * 12}{name}.json" for name in ("one", "two")]
    assert faults.each_row("files", paths, lambda path: 1 / 0) == 0
    noted = RowFault.objects.filter(act="files", kind="file").values_list("number", flat=True)
    assert sorted(noted) == sorted(path[-80:] for path in paths)
    heard = [record.getMessage() for record in caplog.records if record.exc_info]
    assert heard == [f"files: file {path[-80:]} is set aside" for path in paths]


def test_a_letter_out_of_date_does_not_leave(server, post, reader):
    post(reader, expires_at=timezone.now() + timedelta(hours=1))
    assert deliver(timedelta(hours=2)) == 0
    assert (state().status, state().last_error) == (Status.CANCELLED, "Too late to be of use")


def test_a_letter_that_is_no_longer_true_does_not_leave(server, post, reader):
    post(reader)
    rules.truth["hello:1"] = "Answered meanwhile"
    assert deliver() == 0
    assert (state().status, state().last_error) == (Status.CANCELLED, "Answered meanwhile")


def test_nothing_goes_to_a_closed_account(server, post, reader):
    post(reader)
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    assert deliver() == 0
    assert state().last_error == "The account is closed"


def test_a_letter_follows_somebody_who_changed_their_address(server, post, reader):
    post(reader)
    reader.email = "nouvelle@example.org"
    reader.save(update_fields=["email"])
    deliver()
    assert server.letters[0]["to"] == "nouvelle@example.org"


@pytest.mark.parametrize("end", ["sent", "given up"])
def test_a_secret_is_wiped_once_the_letter_has_ended(server, post, reader, end):
    if end == "given up":
        server.data = "554 5.6.0 No"
    post(reader, template="key", words="la clé est 1234")
    assert "1234" in state().text
    deliver()
    assert (state().text, state().html, state().url) == ("", "", "")


def test_a_letter_is_given_up_after_two_days_of_tries(server, post, reader):
    server.data = "451 4.3.0 Try later"
    post(reader)
    spent = timedelta(0)
    while state().status == Status.WAITING and spent < timedelta(days=4):
        deliver(spent)
        spent = max(state().due_at - timezone.now(), spent) + timedelta(minutes=1)
    assert state().status == Status.GIVEN_UP
    assert timedelta(days=2) < spent < timedelta(days=2, hours=3)
    assert 30 < state().attempts < 80


def test_a_dead_worker_s_letters_are_due_again_when_the_lease_ends(server, post, reader):
    post(reader)
    assert len(Notification.objects.claim(timezone.now(), 10)) == 1
    assert deliver() == 0
    assert deliver(LEASE + timedelta(seconds=1)) == 1


class Killed(BaseException):
    """kill -9: nothing runs after it."""


@pytest.fixture
def dies_before_telling(monkeypatch):
    """The worker that runs next dies between the mail server's "ok" and the database."""

    def die(_round):
        monkeypatch.undo()
        raise Killed

    def arm():
        monkeypatch.setattr(delivery._Round, "_note_carried", die)
        with pytest.raises(Killed):
            delivery.deliver_due()

    return arm


def test_a_worker_killed_after_the_ok_makes_no_double(server, post, dies_before_telling):
    for number in range(3):
        post(make_user(), f"hello:{number}")
    dies_before_telling()
    assert Notification.objects.filter(status=Status.WAITING).count() == 3
    delivery.deliver_due(clock=lambda: timezone.now() + LEASE * 2)
    assert Notification.objects.filter(status=Status.SENT).count() == 3
    assert max(server.copies.values()) == 1


def test_a_line_torn_by_the_death_counts_for_nothing(server, post, reader, dies_before_telling):
    letter = post(reader)
    dies_before_telling()
    (path,) = (path for path in sent_journal.folder().iterdir() if path.read_text())
    path.write_text(letter.message_id)  # no end of line
    delivery.deliver_due(clock=lambda: timezone.now() + LEASE * 2)
    assert server.copies[letter.message_id] == 2, "at least once, under one name"


def test_a_full_disk_costs_no_double(server, post, reader, monkeypatch):
    def full(_ledger, _message_id):
        raise OSError("no space left")

    monkeypatch.setattr(sent_journal.Ledger, "add", full)
    post(reader)
    assert delivery.deliver_due() == 1
    assert Notification.objects.get(recipient=reader).status == Status.SENT


def test_notes_on_disk_go_after_three_days(server, post, reader, dies_before_telling):
    post(reader)
    dies_before_telling()
    sent_journal.sweep(timezone.now() + timedelta(days=2))
    assert any(path.read_text() for path in sent_journal.folder().iterdir())
    sent_journal.sweep(timezone.now() + timedelta(days=4))
    assert not list(sent_journal.folder().iterdir())


def test_a_worker_that_slept_through_its_lease_does_not_overwrite_the_other_s_result(post, reader):
    post(reader)
    (mine,) = Notification.objects.claim(timezone.now(), 10)
    (theirs,) = Notification.objects.claim(timezone.now() + LEASE * 2, 10)
    assert Notification.objects.leased(mine.lease_token).update(last_error="late") == 0
    assert Notification.objects.leased(theirs.lease_token).update(last_error="") == 1
