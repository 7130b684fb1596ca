"""The health page: plain words for machines, a page for browsers, the same answer for both."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from accounts import typed
from config.backup import marks
from marketplace.models import LegalNotice, Need
from notifications import faults
from notifications.models import ClockAct, Heartbeat, MailPipe, RowFault
from tests.factories import make_coordinator, make_need, make_user

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "fr"}


@pytest.fixture(autouse=True)
def a_folder_of_its_own(settings, tmp_path):
    """A mark that another test has left in VAR_DIR would grow old here."""
    settings.VAR_DIR = tmp_path


@pytest.fixture
def at_work(db):
    for name in ("worker", "beat"):
        Heartbeat.objects.create(name=name, seen_at=timezone.now())


@pytest.mark.parametrize("accepts", ["*/*", "text/plain", ""])
def test_a_machine_reads_a_line_a_thing_and_the_status(client, at_work, accepts):
    answer = client.get(reverse("health"), headers={"accept": accepts, "accept-language": "fr"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "worker and beat: ok, seen at work\n" in answer.content.decode()


def test_a_browser_gets_a_page_in_its_language(client, at_work):
    answer = client.get(reverse("health"), headers=BROWSER)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Tout va bien" in page
    assert '<html lang="fr">' in page
    assert "Tâches de fond et horloge" in page


def test_silence_and_a_blocked_way_are_503_for_both(client, at_work):
    silence = timezone.now() - timedelta(minutes=4)
    Heartbeat.objects.filter(name="beat").update(seen_at=silence)
    MailPipe.objects.pause("535 login", until=timezone.now(), now=timezone.now())
    machine = client.get(reverse("health"))
    assert machine.status_code == 503
    assert "worker and beat: NOT WELL, silent: beat\n" in machine.content.decode()
    browser = client.get(reverse("health"), headers=BROWSER)
    assert browser.status_code == 503
    assert "<h1>Quelque chose ne va pas</h1>" in browser.content.decode()
    assert "535" not in browser.content.decode(), "what a mail server says is for the desk"


def test_the_log_says_why_it_is_not_well_and_nothing_while_it_is(client, at_work, caplog):
    client.get(reverse("health"))
    assert not caplog.messages
    Heartbeat.objects.filter(name="beat").update(seen_at=timezone.now() - timedelta(minutes=4))
    client.get(reverse("health"), headers=BROWSER)
    ours = [one.getMessage() for one in caplog.records if one.name == "config.health"]
    assert ours == ["Not well: worker and beat: NOT WELL, silent: beat"]


def test_the_process_alone_is_well_while_the_post_is_not(client, db):
    assert client.get(reverse("health")).status_code == 503
    answer = client.get(reverse("health-web"))
    assert (answer.status_code, answer.content.decode()[:13]) == (200, "database: ok,")


def test_a_shell_hears_the_same(at_work):
    said = StringIO()
    call_command("check_health", stdout=said)
    assert "letters: ok" in said.getvalue()
    Heartbeat.objects.all().delete()
    with pytest.raises(CommandError, match="worker and beat: NOT WELL"):
        call_command("check_health")


# --- the acts of the clock -----------------------------------------------------------------
def know(**fields):
    ClockAct.objects.create(name="reminders", **{"known_at": ago(days=30)} | fields)


def ago(**given):
    return timezone.localtime() - timedelta(**given)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"passed_at": None}, "hasn’t run through since"),
        ({"passed_at": ago(hours=2)}, "hasn’t run through since"),
        ({"passed_at": ago(minutes=1), "failing_since": ago(hours=1)}, "fails since"),
    ],
)
def test_an_act_that_fails_or_never_comes_is_503(client, at_work, fields, sentence):
    know(**fields, last_error="ValueError: aline@example.org")
    machine = client.get(reverse("health"))
    assert machine.status_code == 503
    assert f"reminders and closings: NOT WELL, {sentence} 20" in machine.text
    assert "aline" not in machine.text
    page = client.get(reverse("health"), headers=BROWSER)
    assert page.status_code == 503
    assert "relances et clôtures" in page.text.lower()
    assert "aline" not in page.text
    with pytest.raises(CommandError, match="reminders and closings: NOT WELL"):
        call_command("check_health")


def test_acts_that_have_run_through_are_well(client, at_work):
    know(passed_at=ago(minutes=16))
    answer = client.get(reverse("health"))
    assert answer.status_code == 200
    assert "acts of the clock: ok, all have run through\n" in answer.text


def test_a_row_set_aside_is_a_sentence_and_no_alarm(client, at_work):
    know(passed_at=ago(minutes=1))
    RowFault.objects.note(
        "reminders", ("marketplace.proposal", "31337"), error="Oups: aline@example.org", now=ago()
    )
    answer = client.get(reverse("health"))
    assert answer.status_code == 200
    assert "reminders and closings: ok, 1 row set aside since 20" in answer.text
    for told in ("31337", "aline", "proposal"):
        assert told not in answer.text, "which row it is stands in the administration only"


def test_the_row_stands_in_the_administration_with_a_way_to_it(client, admin_client):
    need = make_need()
    RowFault.objects.note(
        "lonely-needs", ("marketplace.need", str(need.pk)), error="ValueError: oups", now=ago()
    )
    RowFault.objects.note("carried", ("file", "carried/x"), error="OSError: x", now=ago())
    RowFault.objects.note("letters", ("gone.model", "1"), error="OSError: x", now=ago())
    page = admin_client.get(reverse("admin:notifications_rowfault_changelist"))
    assert "ValueError: oups" in page.text
    assert f'href="{need.get_absolute_url()}"' in page.text
    assert admin_client.get(reverse("admin:notifications_clockact_changelist")).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "a member", "a coordinator"])
def test_nobody_else_reads_which_row_it_is(client, who):
    people = {"a member": make_user, "a coordinator": make_coordinator}
    if who in people:
        client.force_login(people[who]())
    page = client.get(reverse("admin:notifications_rowfault_changelist"))
    assert page.status_code in {302, 403}


def test_three_rows_and_none_passed_is_the_act_s_own_fault(client, at_work):
    def fail(_row):
        raise ValueError("all of them")

    with pytest.raises(faults.EveryRowFailed):
        faults.each_row("reminders", (Need(pk=number) for number in range(3)), fail)
    assert RowFault.objects.count() == 3


def test_a_database_that_is_gone_is_no_row_s_fault(monkeypatch):
    """On the way out the connection itself answers no more."""

    def away(_row):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        faults.each_row("reminders", [Need(pk=1), Need(pk=2)], away)
    assert not RowFault.objects.exists()


def test_a_task_that_fails_is_told_and_forgotten_when_it_passes(monkeypatch):
    current_app.loader.import_default_modules()
    task = current_app.tasks["accounts.tasks.forget_typed"]
    monkeypatch.setattr(typed, "forget_old", lambda now: 1 / 0)
    assert task.apply().failed()
    first = ClockAct.objects.get(name="typed-forms")
    assert first.last_error == "ZeroDivisionError: division by zero"
    task.apply()
    assert ClockAct.objects.get().failing_since == first.failing_since, "since when it fails"
    monkeypatch.undo()
    task.apply()
    assert ClockAct.objects.get().failing_since is None


def test_acts_are_known_from_the_start_and_forgotten_with_the_schedule():
    ClockAct.objects.know(["old", "both"])
    ClockAct.objects.know(["both", "new"])
    assert set(ClockAct.objects.values_list("name", flat=True)) == {"both", "new"}


# --- the legal notice ------------------------------------------------------------------------
def test_a_legal_notice_to_be_completed_is_a_sentence_and_wakes_nobody(client, at_work):
    machine = client.get(reverse("health"))
    assert machine.status_code == 200
    assert "legal notice: ok, to be completed\n" in machine.content.decode()
    page = client.get(reverse("health"), headers=BROWSER).content.decode()
    assert "Mentions légales" in page
    assert "à compléter" in page
    LegalNotice.objects.create(
        pk=1, publisher="Nous", director="Moi", host_name="Eux", host_address="Là", host_phone="03 53 01 00 02",
    )  # fmt: skip
    machine = client.get(reverse("health"))
    assert machine.status_code == 200
    assert "legal notice: ok, no address for questions about personal data\n" in machine.text
    page = client.get(reverse("health"), headers=BROWSER).text
    assert "pas d’adresse pour les questions sur les données personnelles" in page
    LegalNotice.objects.update(data_contact="donnees@example.org")
    assert "legal notice" not in client.get(reverse("health")).content.decode()


# --- backups -------------------------------------------------------------------------------------
def test_a_machine_that_has_taken_no_backup_yet_says_nothing_of_it(client, at_work):
    answer = client.get(reverse("health"))
    assert (answer.status_code, "backups" in answer.text) == (200, False)


def test_a_backup_of_these_two_days_is_not_told(client, at_work):
    taken(hours=46)
    answer = client.get(reverse("health"))
    assert (answer.status_code, "backups" in answer.text) == (200, False)


def test_where_backups_were_taken_and_none_for_two_days_is_503(client, at_work):
    then = taken(hours=50)
    machine = client.get(reverse("health"))
    assert machine.status_code == 503
    assert f"backups: NOT WELL, none since {then:%Y-%m-%d %H:%M}\n" in machine.text
    page = client.get(reverse("health"), headers=BROWSER)
    assert page.status_code == 503
    assert "Sauvegardes" in page.text
    assert f"aucune depuis le {then:%Y-%m-%d %H:%M}" in page.text
    with pytest.raises(CommandError, match="backups: NOT WELL"):
        call_command("check_health")


def taken(**before):
    """As `manage.py backup` notes it, so long ago."""
    marks.note(marks.TAKEN)
    then = ago(**before)
    os.utime(marks.path_of(marks.TAKEN), (then.timestamp(), then.timestamp()))
    return then
