"""The page that says whether our letters arrive: what the domain says, a test letter, what servers answer."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import mail_tests
from marketplace.actions.refusals import NotYet
from notifications import delivery, health, refusals
from notifications.models import Heartbeat, MailPipe, Notification
from tests.dns_server import DnsServer
from tests.factories import make_coordinator, make_user
from tests.notifications.conftest import server  # noqa: F401 - a real mail server

DOORS = [("get", "mail-tests"), ("post", "mail-look"), ("post", "mail-test")]


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()


@pytest.fixture
def coordinator(client):
    person = make_coordinator()
    client.force_login(person)
    return person


def knock(client, how, name):
    return getattr(client, how)(reverse(name)).status_code


@pytest.mark.parametrize(("how", "name"), DOORS)
def test_it_opens_to_the_coordination_and_to_who_runs_the_site_alone(client, how, name):
    assert knock(client, how, name) == 302, "to the login"
    left = make_coordinator()
    left.memberships.all().delete()
    for person in (make_user(), make_user(is_staff=True), left):
        client.force_login(person)
        assert knock(client, how, name) == 403
    client.force_login(make_user(is_superuser=True))
    assert knock(client, how, name) in {200, 302}
    assert client.get(reverse("mail-look")).status_code == 405


def test_what_the_domain_says_is_asked_by_a_button_and_kept_for_all(client, coordinator, settings):
    settings.MAIL_DOMAIN = "asso.example.org"
    page = client.get(reverse("mail-tests")).text
    assert "Personne n’a regardé" in page
    with DnsServer() as names:
        settings.DNS_SERVERS = [names.address]
        names.says("asso.example.org", "v=spf1 mx ~all")
        client.post(reverse("mail-look"))
        asked = len(names.asked)
        client.post(reverse("mail-look"))
        assert len(names.asked) == asked, "a second click asks nobody"
    page = client.get(reverse("mail-tests")).text
    assert "Il nomme qui peut envoyer" in page
    assert "_dmarc.asso.example.org. TXT" in page
    settings.MAIL_DOMAIN = "other.example.org"
    assert "Personne n’a regardé" in client.get(reverse("mail-tests")).text, (
        "it is of another domain"
    )


def test_a_test_letter_arrives_and_the_page_says_so(client, coordinator, server):  # noqa: F811
    client.post(reverse("mail-test"))
    delivery.deliver_due()
    [letter] = server.letters
    assert letter["To"] == coordinator.email
    assert "dkim=pass" in letter.get_body(("plain",)).get_content()
    assert "Envoy" in client.get(reverse("mail-tests")).text


def test_one_that_comes_back_is_said_in_plain_words(client, coordinator, server):  # noqa: F811
    server.recipients[coordinator.email] = "550 5.1.1 No such user"
    client.post(reverse("mail-test"))
    delivery.deliver_due()
    assert "Cette boîte n’existe pas" in client.get(reverse("mail-tests")).text


def test_there_is_one_a_minute(client, coordinator):
    client.post(reverse("mail-test"))
    page = client.post(reverse("mail-test"), follow=True)
    assert "Un par minute" in page.text
    assert Notification.objects.filter(kind="mail_test").count() == 1
    now = timezone.now()
    with pytest.raises(NotYet):
        mail_tests.send(coordinator, now=now)
    mail_tests.send(coordinator, now=now + timedelta(minutes=1, seconds=1))
    assert Notification.objects.filter(kind="mail_test").count() == 2


def test_the_page_asks_few_questions(client, coordinator, django_assert_max_num_queries):
    client.get(reverse("mail-tests"))
    with django_assert_max_num_queries(25):
        assert client.get(reverse("mail-tests")).status_code == 200


def alive(**pipe):
    """Worker and clock are at work; the pipe is in this state."""
    for name in health.WORKERS:
        Heartbeat.objects.create(name=name, seen_at=timezone.now())
    MailPipe.objects.create(**pipe)


@pytest.mark.parametrize(
    ("pipe", "promised", "said"),
    [
        ({}, True, "Un courriel d’essai part"),
        ({"held_since": timezone.localtime()}, False, "attend avec les autres"),
        (
            {
                "broken_since": timezone.localtime(),
                "reason": f"{refusals.AWAY}: [Errno 111] refused",
            },
            False,
            "les courriels ne partent pas comme il faut",
        ),
    ],
    ids=["all is well", "held", "blocked"],
)
def test_a_test_letter_is_announced_for_when_it_leaves(client, coordinator, pipe, promised, said):
    alive(**pipe)
    page = client.post(reverse("mail-test"), follow=True).text
    assert said in page
    assert ("dans la minute" in page) is promised
    if "reason" in pipe:
        assert (
            'Le serveur de messagerie ne répond pas. <q lang="en" class="text-break">[Errno' in page
        )


def test_whoever_runs_the_site_reads_on_their_home_that_the_post_is_held(client):
    alive(held_since=timezone.now())
    client.force_login(make_user(is_superuser=True))
    page = client.get(reverse("home")).text
    assert "Le courrier est retenu" in page
    assert reverse("letters-held") in page
    client.force_login(make_user())
    assert "Le courrier est retenu" not in client.get(reverse("home")).text
