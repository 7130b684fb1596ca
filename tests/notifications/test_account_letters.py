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


@pytest.mark.parametrize("act", ["reset", "reset of nobody's", "sign up", "sign up again"])
def test_links_lead_to_the_site_whatever_the_proxy_calls_us(client, settings, act):
    """Behind a proxy that ends HTTPS and asks us by an inner name."""
    settings.SITE_URL = "https://trait-d-union.example.org"
    known = make_user(email="aline@example.org")
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    email = known.email if act in ("reset", "sign up again") else "autre@example.org"
    page = "account_reset_password" if "reset" in act else "account_signup"
    fields = {"email": email, "first_name": "Ana", "last_name": "Li", "terms": "on"}
    fields |= {"password1": "une longue phrase de passe"}
    answer = client.post(reverse(page), fields, headers={"host": "web:8000"})
    assert answer.status_code == 302
    letter = Notification.objects.get()
    links = re.findall(r"https?://\S+", letter.text)
    assert links
    for link in [*links, *re.findall(r'href="(http[^"]+)"', letter.html)]:
        assert link.startswith(settings.SITE_URL + "/"), link
    assert client.get(links[0].removeprefix(settings.SITE_URL)).status_code in (200, 302)


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
