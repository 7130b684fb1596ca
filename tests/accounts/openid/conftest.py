"""A company that has its own provider, and a provider that runs beside the site."""

import secrets

import pytest
from allauth.socialaccount.models import SocialApp

from accounts.models import SignIn
from tests.factories import make_organisation, make_user, verify
from tests.openid_server import OpenIdServer


@pytest.fixture(scope="session")
def running_provider():
    with OpenIdServer() as provider:
        yield provider


@pytest.fixture
def provider(running_provider, settings):
    """Honest at the beginning of each test, and it knows Marie."""
    running_provider.forget()
    settings.OPENID_LOOPBACK = True
    running_provider.knows(
        "marie-12",
        email="Marie.Dupont@fonderies.example.org",
        email_verified=True,
        given_name="Marie",
        family_name="Dupont",
    )
    return running_provider


def make_sign_in(issuer, **fields):
    boss = verify(make_user(first_name="Hugo"))
    house = make_organisation("COMPANY", name="Fonderies du Nord", administrator=boss)
    app = SocialApp.objects.create(
        provider="openid_connect",
        provider_id=secrets.token_urlsafe(9),
        name="Fonderies",
        client_id="our-client",
        secret="our-secret",
        settings={"server_url": issuer} | fields,
    )
    return SignIn.objects.create(organisation=house, app=app, issuer=issuer, added_by=boss)


@pytest.fixture
def sign_in(provider):
    return make_sign_in(provider.url)
