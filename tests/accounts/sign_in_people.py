"""What the tests of an organisation's own sign-in are about: one that is set up, whoever comes back from it."""

from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts.actions import sign_ins
from accounts.openid import flow
from accounts.openid.flow import Arrival, Identity
from tests.accounts.domain_people import DOMAIN, agreed

ISSUER = "https://connexion.verreries-du-nord.fr"


def an_identity(sub="sub-lea", email=f"lea.roux@{DOMAIN}", *, verified=True, **names):
    said = {"first_name": "Léa", "last_name": "Roux"} | names
    return Identity(sub=sub, email=email, verified=verified, **said)


def set_up(organisation, by, **said):
    said = {"issuer": ISSUER, "client_id": "site", "secret": "s3cret", "vouched": False} | said
    return sign_ins.set_up(organisation, **said, by=by, now=timezone.now())


def tried(organisation, by, **said):
    row = set_up(organisation, by, **said)
    email = f"essai@{organisation.mail_domains.first().domain}"
    sign_ins.note_tried(row, an_identity("sub-boss", email), by=by, now=timezone.now())
    row.refresh_from_db()
    return row


def opened(organisation, by, **said):
    row = tried(organisation, by, **said)
    sign_ins.open_to_all(row, by=by, now=timezone.now())
    row.refresh_from_db()
    return row


def open_house(organisation, by, coordinator, domain=DOMAIN, **said):
    """Its domain opens alone, and its sign-in is open to all."""
    agreed(organisation, by, coordinator, domain)
    return opened(organisation, by, **said)


class FakeProvider:
    """In the place of accounts.openid.flow: who comes back is said by the test."""

    def __init__(self):
        self.identity, self.fault, self.checked = an_identity(), None, []

    def check_provider(self, issuer):
        self.checked.append(issuer)
        self._fail()

    def begin(self, request, sign_in, *, data, next=""):
        self._fail()
        request.session["fake"] = {"data": data, "next": next}
        return HttpResponse(f"{sign_in.issuer}/authorize?client_id=site&next={quote(next)}")

    def finish(self, request, sign_in):
        self._fail()
        kept = request.session.pop("fake", {"data": {}, "next": ""})
        return Arrival(self.identity, kept["data"], kept["next"])

    def _fail(self):
        if self.fault:
            raise self.fault


@pytest.fixture
def provider(monkeypatch):
    fake = FakeProvider()
    for name in ("check_provider", "begin", "finish"):
        monkeypatch.setattr(flow, name, getattr(fake, name))
    return fake


def door(row):
    return reverse("openid_connect_login", args=[row.app.provider_id])


def back(row):
    return reverse("openid_connect_callback", args=[row.app.provider_id])


def come(browser, row, *, next=""):
    """Through the provider and back. `.answer` is what came of it."""
    browser.post(door(row), {"next": next})
    return browser.get(back(row))
