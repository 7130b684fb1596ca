"""What Django and allauth send goes through the outbox: a mail server that is down fails no page."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.urls import reverse

from notifications import delivery
from notifications.models import Notification, Status
from tests.factories import make_user


@pytest.fixture(autouse=True)
def real_backend(settings):
    settings.MAILERS = {"default": {"BACKEND": "notifications.backend.OutboxBackend"}}


def test_a_reset_works_while_the_mail_server_is_down(client, server, on_commit):
    server.controller.stop()
    user = make_user(password="une longue phrase de passe")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with on_commit():
        answer = client.post(reverse("account_reset_password"), {"email": user.email})
    assert answer.status_code == 302
    letter = Notification.objects.get()
    assert letter.secret
    assert letter.address == user.email
    assert re.search(r"http://testserver/compte/\S+", letter.text)
    assert delivery.deliver_due() == 0
    letter.refresh_from_db()
    assert letter.status == Status.WAITING


def test_each_address_gets_its_own_letter():
    EmailMessage("Sujet\u2028double", "Texte", to=["a@example.org"], bcc=["b@example.org"]).send()
    assert set(Notification.objects.values_list("address", flat=True)) == {
        "a@example.org",
        "b@example.org",
    }
    assert Notification.objects.first().subject == "Sujet double"


def test_html_that_comes_along_is_kept():
    message = EmailMultiAlternatives("Sujet", "Texte", to=["a@example.org"])
    message.attach_alternative("<p>Beau</p>", "text/html")
    message.send()
    assert Notification.objects.get().html == "<p>Beau</p>"


def test_a_text_alone_gets_the_house_s_frame():
    EmailMessage("Sujet", "Texte <b>", to=["a@example.org"]).send()
    assert "Texte &lt;b&gt;" in Notification.objects.get().html


def test_attachments_are_refused_out_loud():
    message = EmailMessage("Sujet", "Texte", to=["a@example.org"])
    message.attach("a.txt", "x", "text/plain")
    with pytest.raises(ValueError, match="don't carry"):
        message.send()
