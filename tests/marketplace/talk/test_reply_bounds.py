"""Whoever may not answer to an address costs its reader no more than a mail's head."""

import pytest
from django.utils import timezone

from marketplace.actions.talk import messages, replies
from marketplace.models import Message
from marketplace.models.talk.conversations import LONGEST
from marketplace.words import contacts
from notifications.models import Notification
from notifications.replies import mail
from tests import hostile
from tests.factories import make_need, make_offer, make_proposal, make_user

pytestmark = pytest.mark.once
UNKNOWN = f"r-1-1-{'a' * 26}@reponse.example.org"


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.REPLY_DOMAIN = "reponse.example.org"
    settings.REPLY_AUTHSERV_ID = hostile.MX
    settings.DOORBELL = False


@pytest.fixture
def address():
    noe = make_user(first_name="Noé", email="noe@example.org")
    thread = make_proposal(make_need(), make_offer(noe)).thread
    messages.say(thread, text="Jeudi ?", sent_key="k", by=thread.proposal.need.created_by)
    return Notification.objects.get(recipient=noe, kind="message_waiting").reply_to


def take(address, content):
    return replies.take(address, "noe@example.org", content, now=timezone.now())


@pytest.mark.parametrize("shape", hostile.MAILS)
def test_below_its_head_a_mail_to_an_unknown_address_is_not_looked_at(shape, monkeypatch):
    monkeypatch.setattr(mail, "read", None)
    take(UNKNOWN, hostile.MAILS[shape](160_000))


@pytest.mark.parametrize(
    ("was", "is_now"),
    [("noe@example.org", "x@example.org"), ("dmarc=pass", "dmarc=fail")],
    ids=["another sender", "not proven"],
)
def test_nor_is_one_that_its_person_did_not_send(address, monkeypatch, was, is_now):
    monkeypatch.setattr(mail, "read", None)
    take(address, hostile.MAILS["tags"](160_000).replace(was.encode(), is_now.encode(), 1))


@pytest.mark.parametrize("shape", hostile.MAILS)
def test_whatever_its_own_person_sends_is_published_or_refused_in_words(address, shape):
    outcome = take(address, hostile.MAILS[shape](40_000))
    told = Notification.objects.filter(kind__startswith="reply_").count()
    published = Message.objects.filter(author__email="noe@example.org").count()
    assert published + told == 1 or outcome.startswith(("dropped", "ignored"))


def test_a_text_too_long_for_a_message_is_refused_before_it_is_looked_through(address, monkeypatch):
    monkeypatch.setattr(contacts, "without", None)
    sent = f"{hostile.HEAD}Content-Type: text/plain\r\n\r\n{'a' * (LONGEST + 1)}"
    assert "5000" in take(address, sent.encode())
    assert not Message.objects.filter(author__email="noe@example.org").exists()
    assert Notification.objects.filter(kind="reply_refused").count() == 1


def test_a_mail_longer_than_fifty_pages_is_refused_with_a_letter(address):
    sent = f"{hostile.HEAD}Content-Type: text/plain\r\n\r\n{'mot ' * 30_000}"
    assert take(address, sent.encode()).startswith("refused")
    assert "trop long" in Notification.objects.get(kind="reply_refused").text
