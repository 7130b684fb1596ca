"""From our page to the provider and back: who came is said once, to the browser that left, by the provider that was asked."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from allauth.socialaccount import providers
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.openid import fetch, flow
from accounts.openid.adapter import SocialAccountAdapter
from accounts.openid.faults import Code, Fault
from accounts.openid.provider import Provider
from tests.accounts.openid.conftest import make_sign_in
from tests.accounts.openid.travel import MARIE, come_back, leave, query_of, through
from tests.openid_server import (
    ABSENT,
    TOKEN,
)

pytestmark = pytest.mark.urls("tests.accounts.openid.urls")


# --- well ---------------------------------------------------------------------------------
def test_somebody_goes_and_comes_back(client, provider, sign_in):
    assert through(client, provider, sign_in) == MARIE


def test_allauth_knows_no_provider_but_ours(rf, sign_in):
    assert providers.registry.get_class_list() == [Provider]
    assert isinstance(sign_in.app.get_provider(rf.get("/")), Provider)
    assert SocialAccountAdapter().list_providers(rf.get("/")) == []


def test_nothing_is_kept_of_it(client, provider, sign_in):
    through(client, provider, sign_in)
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    assert "_auth_user_id" not in client.session
    assert client.session[statekit.STATES_SESSION_KEY] == {}


def test_the_provider_is_asked_for_no_more_than_an_address_and_a_name(client, sign_in, settings):
    asked = query_of(leave(client, sign_in))
    assert asked.pop("code_challenge_method") == "S256"
    assert len(asked.pop("state")) >= 16
    assert len(asked.pop("nonce")) >= 32
    assert len(asked.pop("code_challenge")) == 43
    path = reverse("openid_connect_callback", args=[sign_in.app.provider_id])
    assert asked == {
        "client_id": "our-client",
        "response_type": "code",
        "scope": "openid profile email",
        "redirect_uri": settings.SITE_URL + path,
    }
    assert flow.return_address(sign_in) == settings.SITE_URL + path


def test_the_pages_own_address_adds_nothing_to_what_is_asked(client, sign_in):
    extra = urlencode(
        {"scope": "offline_access", "auth_params": "prompt=none&nonce=mine", "process": "connect"}
    )
    asked = query_of(leave(client, sign_in, f"?{extra}"))
    assert asked["scope"] == "openid profile email"
    assert asked["nonce"] != "mine"
    assert "prompt" not in asked


def test_a_host_name_that_the_visitor_makes_up_isnt_where_they_come_back(sign_in, settings):
    asked = query_of(leave(Client(headers={"host": "evil.example.org"}), sign_in))
    assert asked["redirect_uri"].startswith(settings.SITE_URL)


def test_questions_that_the_providers_address_has_stay(client, provider, sign_in):
    provider.discovery = {"authorization_endpoint": lambda url: f"{url}?policy=b2c"}
    assert query_of(leave(client, sign_in))["policy"] == "b2c"


def test_the_page_in_between_isnt_kept_and_tells_nobody_where_one_came_from(client, sign_in):
    page = client.post(reverse("openid_connect_login", args=[sign_in.app.provider_id]))
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Content-Security-Policy"].endswith("form-action 'self'")


@pytest.mark.parametrize(
    ("methods", "in_the_form"),
    [
        (["client_secret_post", "client_secret_basic"], True),
        (["client_secret_basic"], False),
        (ABSENT, False),
        ("client_secret_post", False),
    ],
)
def test_the_secret_is_shown_as_the_provider_says(client, provider, sign_in, methods, in_the_form):
    provider.discovery = {"token_endpoint_auth_methods_supported": methods}
    assert through(client, provider, sign_in) == MARIE
    (sent,) = [form for method, path, form in provider.asked if path == TOKEN]
    assert (sent.get("client_secret") == "our-secret") == in_the_form


def test_each_sign_in_has_a_state_a_nonce_and_a_verifier_of_its_own(client, provider, sign_in):
    first, second = (query_of(leave(client, sign_in)) for _time in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]


# --- too late, twice, elsewhere -----------------------------------------------------------
def test_nobody_comes_back_twice(client, provider, sign_in):
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    assert come_back(client, sign_in, back) == MARIE
    assert come_back(client, sign_in, back) == {"fault": "STATE"}


def test_another_browser_doesnt_come_back_with_it(client, provider, sign_in):
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    assert come_back(Client(), sign_in, back) == {"fault": "STATE"}


def test_nobody_comes_back_ten_minutes_later(client, provider, sign_in):
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert come_back(client, sign_in, back) == {"fault": "STATE"}


def test_the_state_of_one_provider_doesnt_open_anothers_way_back(client, provider, sign_in):
    other = make_sign_in(provider.url)
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    assert come_back(client, other, back) == {"fault": "STATE"}


@pytest.mark.parametrize(
    "query", [{}, {"state": ""}, {"state": "x"}, {"code": "x"}, {"state": "\x00é", "code": "x"}]
)
def test_who_never_left_doesnt_come_back(client, sign_in, query):
    leave(client, sign_in)
    assert come_back(client, sign_in, query) == {"fault": "STATE"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"error": "access_denied"}, Code.CANCELLED),
        ({"error": "server_error", "error_description": "<script>"}, Code.REFUSED_BY_PROVIDER),
        ({"error": ""}, Code.REFUSED_BY_PROVIDER),
        ({"error": "login_required", "code": "x"}, Code.REFUSED_BY_PROVIDER),
        ({"code": ""}, Code.REFUSED_BY_PROVIDER),
        ({}, Code.REFUSED_BY_PROVIDER),
        ({"code": "made-up"}, Code.CODE),
        ({"code": "x", "iss": "https://evil.example.org"}, Code.ISSUER),
    ],
)
def test_a_no_is_told_apart_and_is_heard_once(client, sign_in, said, code):
    state = query_of(leave(client, sign_in))["state"]
    assert come_back(client, sign_in, said | {"state": state}) == {"fault": code}
    assert come_back(client, sign_in, said | {"state": state}) == {"fault": "STATE"}


def test_an_answer_names_its_provider_where_that_was_promised(client, provider, sign_in):
    provider.discovery = {"authorization_response_iss_parameter_supported": True}
    assert through(client, provider, sign_in) == {"fault": "ISSUER"}
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    assert come_back(client, sign_in, back | {"iss": provider.url}) == MARIE


def test_a_sign_in_that_has_ended_leads_nowhere(rf, sign_in):
    sign_in.app = None
    for go in (
        lambda: flow.begin(rf.post("/"), sign_in, data={}),
        lambda: flow.finish(rf.get("/"), sign_in),
    ):
        with pytest.raises(Fault) as caught:
            go()
        assert caught.value.code == Code.ENDED


# --- what is told -------------------------------------------------------------------------
def test_the_log_names_the_fault_and_the_provider_and_nothing_else(
    client, provider, sign_in, caplog
):
    provider.claims = {"nonce": "another"}
    with caplog.at_level(logging.DEBUG, logger="accounts"):
        assert through(client, provider, sign_in) == {"fault": "NONCE"}
    (line,) = [one for one in caplog.records if one.name.startswith("accounts")]
    assert line.getMessage() == f"A provider's fault: NONCE, of {provider.url!r}"


def test_a_provider_that_reads_well_is_well(provider):
    flow.check_provider(provider.url)


def test_a_provider_without_a_key_that_we_could_use_isnt(provider):
    provider.keys = [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]
    with pytest.raises(Fault) as caught:
        flow.check_provider(provider.url)
    assert caught.value.code == Code.KEYS


@pytest.mark.parametrize(
    "issuer",
    ["", "fonderies", "https://", "https://id.example.org/\nx", "https://id.example.org?x"],
)
def test_what_is_typed_for_a_provider_may_be_anything(settings, issuer, monkeypatch):
    monkeypatch.setattr(fetch.socket, "getaddrinfo", lambda *_args, **_kind: [])
    with pytest.raises(Fault) as caught:
        flow.check_provider(issuer)
    assert caught.value.code == Code.ADDRESS


def test_every_fault_has_a_sentence(client):
    assert all(str(code.label).endswith(".") for code in Code)
