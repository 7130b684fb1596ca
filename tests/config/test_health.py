"""The health page: plain words for machines, a page for browsers, the same answer for both."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from notifications.models import Heartbeat, MailPipe

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "fr"}


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
