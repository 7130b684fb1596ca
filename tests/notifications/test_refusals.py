"""What mail servers answer, in plain words: for the page, and beside each letter that didn't arrive."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from notifications import delivery, desk, refusals
from notifications.models import Notification
from tests.factories import make_user


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("550 5.1.1 <x@example.org>: Recipient address rejected", "no such mailbox"),
        ("550 No such user here", "no such mailbox"),
        ("552 5.2.2 Over quota", "mailbox is full"),
        ("452 4.2.2 The mailbox is full", "mailbox is full"),
        ("451 4.7.1 Greylisted, come back", "come back later"),
        ("450 try again", "come back later"),
        ("421 Too many connections", "busy"),
        ("Login refused: 535 5.7.8 Error", "our login"),
        ("Our sender is refused: 550 5.7.26 Unauthenticated mail", "couldn’t make sure"),
        ("550 5.7.1 Message rejected, SPF fail", "couldn’t make sure"),
        ("554 5.7.1 Service unavailable; blocked using a list", "refuses us"),
        ("554 Transaction failed", "refuses us"),
        ("550 5.4.4 no route", "takes no mail"),
        ("552 5.3.4 Message too big", "refuses us"),
        ("554 5.6.0 Bad words", "refuses these words"),
    ],
)
def test_a_refusal_is_said_in_plain_words(said, words):
    with override("en"):
        assert words in str(refusals.meaning_of(said).means)


@pytest.mark.parametrize(
    "said", ["", "No longer theirs", "Cut while sending: timed out", "5 people"]
)
def test_what_no_server_said_is_left_as_it_is(said):
    assert refusals.meaning_of(said) is None


def test_beside_a_letter_that_came_back_the_desk_says_why(reader, post, server):
    letter = post(reader)
    server.recipients[reader.email] = "550 5.1.1 No such user"
    delivery.deliver_due()
    [described] = desk.described(list(Notification.objects.filter(pk=letter.pk)))
    assert "Cette boîte n’existe pas" in described.means


@pytest.mark.parametrize(
    ("words", "ours", "theirs"),
    [
        (
            f"{refusals.AWAY}: [Errno 111] Connection refused",
            "Le serveur de messagerie ne répond pas.",
            "[Errno 111] Connection refused",
        ),
        (
            f"{refusals.LOGIN}: 535 5.7.8 Error",
            "Le serveur de messagerie refuse notre identifiant ou notre mot de passe.",
            "535 5.7.8 Error",
        ),
        (
            "550 5.1.1 No such user",
            "Le serveur de messagerie a répondu\xa0:",
            "550 5.1.1 No such user",
        ),
        ("Stopped by Aline", "Stopped by Aline", ""),
        ("", "", ""),
    ],
)
def test_why_a_letter_waits_is_a_sentence_of_ours_and_a_quotation(words, ours, theirs):
    assert refusals.why(words) == refusals.Why(ours, theirs)


def test_each_way_of_failing_has_its_sentence():
    """What transports.py writes at the beginning of a row is what the page looks for there."""
    for beginning in refusals.SENTENCES:
        assert refusals.why(f"{beginning}: [Errno 1]").theirs == "[Errno 1]"
        assert beginning not in refusals.why(f"{beginning}: [Errno 1]").ours


def test_what_a_server_says_is_read_as_english_and_escaped(reader, post, server, client):
    post(reader)
    server.recipients[reader.email] = "550 5.1.1 <b>No such user</b>"
    delivery.deliver_due()
    client.force_login(make_user(is_staff=True))
    page = client.get(reverse("letters-desk")).text
    said = '<q lang="en">550 5.1.1 &lt;b&gt;No such user&lt;/b&gt;</q>'
    assert f"a répondu\xa0: {said}" in page
