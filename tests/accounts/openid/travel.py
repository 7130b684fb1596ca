"""Somebody who goes to a provider and comes back."""

from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from tests.accounts.openid.urls import address_in

MARIE = {
    "sub": "marie-12",
    "email": "marie.dupont@fonderies.example.org",
    "verified": True,
    "first_name": "Marie",
    "last_name": "Dupont",
    "data": {"for": "login"},
    "next": "/profil/",
}


def leave(client, sign_in, query=""):
    """To which address of the provider the browser is led."""
    page = client.post(reverse("openid_connect_login", args=[sign_in.app.provider_id]) + query)
    assert page.status_code == 200, page.content
    return address_in(page)


def come_back(client, sign_in, query):
    answer = client.get(reverse("openid_connect_callback", args=[sign_in.app.provider_id]), query)
    return answer.json()


def query_of(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def through(client, provider, sign_in, sub="marie-12"):
    """There, a yes, and back."""
    back = provider.sends_back(leave(client, sign_in), sub)
    return come_back(client, sign_in, query_of(back))
