"""Whatever a provider says wrongly is a fault with a name; what it says of somebody is read as it is meant."""

import time

import pytest
from django.urls import reverse

from accounts.openid import fetch, flow
from accounts.openid import provider as provider_room
from accounts.openid.faults import Code, Fault
from tests.accounts.openid.conftest import make_sign_in
from tests.accounts.openid.travel import MARIE, come_back, leave, query_of, through
from tests.openid_server import (
    ABSENT,
    DISCOVERY,
    KEYS,
    OWN,
    TOKEN,
    USERINFO,
    Key,
    redirects,
    says,
    says_json,
    says_slowly,
    signed_with_the_public_key,
    unsigned,
)

pytestmark = pytest.mark.urls("tests.accounts.openid.urls")


# --- lies ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://evil.example.org"}, Code.ISSUER),
        ({"aud": "another-client"}, Code.AUDIENCE),
        ({"aud": ["our-client", "another"]}, Code.AUDIENCE),
        ({"exp": lambda _said: time.time() - 3_600}, Code.EXPIRED),
        ({"iat": lambda _said: time.time() + 3_600}, Code.FUTURE),
        ({"nonce": "another"}, Code.NONCE),
        ({"nonce": ABSENT}, Code.NONCE),
        ({"sub": ABSENT}, Code.SUBJECT),
        ({"sub": 12}, Code.SUBJECT),
        ({"sub": ""}, Code.SUBJECT),
        ({"sub": "x" * 192}, Code.SUBJECT),
        ({"sub": "a\x00b"}, Code.SUBJECT),
        ({"sub": "\ud800"}, Code.SUBJECT),
        ({"email": ["marie@example.org"]}, Code.NO_EMAIL),
        ({"email": "marie"}, Code.NO_EMAIL),
        ({"email": "marie@exa\ud800mple.org"}, Code.NO_EMAIL),
        ({"email": "marie@example.org\r\nBcc: x@example.org"}, Code.NO_EMAIL),
        ({"email": "m" * 900_000 + "@example.org"}, Code.TOO_BIG),
        ({"email": "m" * 300 + "@example.org"}, Code.NO_EMAIL),
    ],
)
def test_what_the_token_says_wrongly_isnt_believed(client, provider, sign_in, claims, code):
    provider.claims = claims
    assert through(client, provider, sign_in) == {"fault": code}


def test_the_nonce_of_another_sign_in_isnt_taken(client, provider, sign_in):
    first = query_of(leave(client, sign_in))
    provider.claims = {"nonce": first["nonce"]}
    assert through(client, provider, sign_in) == {"fault": "NONCE"}


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (unsigned, Code.ALGORITHM),
        (signed_with_the_public_key, Code.ALGORITHM),
        (Key(kid="own").sign, Code.SIGNATURE),
        (Key(kid="unknown").sign, Code.KEYS),
        (lambda _claims: ABSENT.__class__.__name__, Code.UNREADABLE),
        (lambda _claims: None, Code.NO_TOKEN),
        (lambda _claims: ["a.b.c"], Code.NO_TOKEN),
    ],
)
def test_a_token_that_the_provider_hasnt_signed_isnt_believed(
    client, provider, sign_in, forge, code
):
    """Though it comes from the provider's own machine: allauth wouldn't look."""
    provider.signs_with(OWN)
    provider.forge = forge
    assert through(client, provider, sign_in) == {"fault": code}


def test_keys_may_change_between_two_sign_ins(client, provider, sign_in):
    before, after = Key(kid="2025"), Key(kid="2026")
    for now, published in ((before, ()), (before, (after,)), (after, (before,)), (after, ())):
        provider.signs_with(now, *published)
        assert through(client, provider, sign_in) == MARIE
    provider.signs_with(after)
    provider.forge = before.sign
    assert through(client, provider, sign_in) == {"fault": "KEYS"}


@pytest.mark.parametrize(
    ("discovery", "code"),
    [
        ({"issuer": "https://evil.example.org"}, Code.OTHER_ISSUER),
        ({"issuer": lambda url: f"{url}/realm"}, Code.OTHER_ISSUER),
        ({"issuer": lambda url: f"{url}//"}, Code.OTHER_ISSUER),
        ({"issuer": ABSENT}, Code.DISCOVERY),
        ({"issuer": None}, Code.DISCOVERY),
        ({"token_endpoint": ABSENT}, Code.DISCOVERY),
        ({"jwks_uri": ABSENT}, Code.DISCOVERY),
        ({"authorization_endpoint": "javascript:alert(1)"}, Code.ADDRESS),
        ({"authorization_endpoint": 'https://x.example.org/?a="><script>'}, Code.ADDRESS),
        ({"authorization_endpoint": None}, Code.ADDRESS),
        ({"token_endpoint": ["https://id.example.org/"]}, Code.ADDRESS),
        ({"token_endpoint": "file:///etc/passwd"}, Code.ADDRESS),
        ({"userinfo_endpoint": "gopher://id.example.org/"}, Code.ADDRESS),
    ],
)
def test_what_the_provider_says_wrongly_of_itself_sends_nobody_there(
    provider, sign_in, client, discovery, code
):
    provider.discovery = discovery
    answer = client.post(reverse("openid_connect_login", args=[sign_in.app.provider_id]))
    assert (answer.status_code, answer.json()) == (400, {"fault": code})
    with pytest.raises(Fault) as caught:
        flow.check_provider(provider.url)
    assert caught.value.code == code


def test_no_browser_is_sent_by_http_where_others_reach_the_site(provider, settings):
    settings.OPENID_LOOPBACK = False
    with pytest.raises(Fault) as caught:
        fetch.checked("http://id.example.org/authorize")
    assert caught.value.code == Code.ADDRESS


def test_one_slash_more_or_less_in_the_issuer_is_the_same_provider(client, provider):
    assert through(client, provider, make_sign_in(provider.url + "/")) == MARIE
    flow.check_provider(provider.url + "/")


def test_the_token_bears_the_issuer_that_the_provider_gives_itself(client, provider, sign_in):
    provider.discovery = {"issuer": lambda url: f"{url}/"}
    assert through(client, provider, sign_in) == {"fault": "ISSUER"}
    provider.claims = {"iss": lambda url: f"{url}/"}
    assert through(client, provider, sign_in) == MARIE


# --- answers that are none ----------------------------------------------------------------
ODD = [
    (redirects("http://127.0.0.1:1/"), Code.REDIRECTED),
    (says(b"x" * 2_000_000), Code.TOO_BIG),
    (says(b"<!doctype html><h1>Hello</h1>", Content_Type="text/html"), Code.UNREADABLE),
    (says_json(["a"]), Code.UNREADABLE),
    (says_json("id_token access_token"), Code.UNREADABLE),
    (says_json(None), Code.UNREADABLE),
    (says(b"oh", "500 Oh"), Code.STATUS),
]


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, TOKEN, USERINFO])
@pytest.mark.parametrize(("answer", "code"), ODD)
def test_whatever_an_address_of_the_provider_answers_is_a_fault_with_a_name(
    client, provider, sign_in, path, answer, code
):
    provider.claims = {"email": ABSENT}  # so that all four are asked
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    provider.answers = {path: answer}
    assert come_back(client, sign_in, back) == {"fault": code}


def test_all_that_a_page_asks_ends_in_its_time(client, provider, sign_in, monkeypatch):
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    provider.answers = {TOKEN: says_slowly(20, 0.1)}
    monkeypatch.setattr(provider_room, "WHOLE", 0.5)
    before = time.monotonic()
    assert come_back(client, sign_in, back) == {"fault": "TOO_SLOW"}
    assert time.monotonic() - before < 1.5


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (says_json({"error": "invalid_client"}, "401 No"), Code.CLIENT),
        (says_json({"error": "invalid_client"}, "400 No"), Code.CLIENT),
        (says_json({"error": "unauthorized_client"}, "400 No"), Code.CLIENT),
        (says(b"", "401 No"), Code.CLIENT),
        (says_json({"error": "invalid_grant"}, "400 No"), Code.CODE),
        (says_json({"error": ["invalid_grant"]}, "400 No"), Code.STATUS),
        (says_json({"error": {"code": 3}}, "400 No"), Code.STATUS),
        (says(b"<p>", "400 No"), Code.STATUS),
        (says_json({}), Code.NO_TOKEN),
        (says_json({"access_token": "x", "id_token": {"a": 1}}), Code.NO_TOKEN),
    ],
)
def test_why_the_provider_gives_no_token_is_told_apart(client, provider, sign_in, answer, code):
    back = query_of(provider.sends_back(leave(client, sign_in), "marie-12"))
    provider.answers = {TOKEN: answer}
    assert come_back(client, sign_in, back) == {"fault": code}


def test_a_secret_with_odd_signs_is_sent(client, provider, sign_in):
    provider.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    sign_in.app.secret = "é:€/+ %"
    sign_in.app.save(update_fields=["secret"])
    assert through(client, provider, sign_in) == MARIE


# --- who it is ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "verified"),
    [
        *(
            (True, True),
            ("true", True),
            (False, False),
            ("false", False),
            (ABSENT, None),
            (None, None),
        ),
        *((1, False), ("yes", False), ([True], False), ({}, False)),
    ],
)
def test_whether_the_address_is_verified_is_what_the_provider_says(
    client, provider, sign_in, said, verified
):
    provider.claims = {"email_verified": said}
    assert through(client, provider, sign_in)["verified"] is verified


@pytest.mark.parametrize("said", [ABSENT, None, ""])
def test_an_address_that_the_token_lacks_is_asked_for(client, provider, sign_in, said):
    provider.claims = {"email": said}
    assert through(client, provider, sign_in) == MARIE


def test_otherwise_nothing_more_is_asked(client, provider, sign_in):
    through(client, provider, sign_in)
    assert USERINFO not in [path for _method, path, _form in provider.asked]


def test_whether_it_is_verified_is_said_where_the_address_is(client, provider, sign_in):
    provider.claims = {"email": ABSENT, "email_verified": True}
    provider.userinfo = {"email_verified": ABSENT}
    assert through(client, provider, sign_in)["verified"] is None


@pytest.mark.parametrize(
    ("userinfo", "code"),
    [
        *(
            ({"sub": "boss"}, Code.SUBJECT),
            ({"sub": ABSENT}, Code.SUBJECT),
            ({"sub": 12}, Code.SUBJECT),
        ),
        *(
            ({"email": ABSENT}, Code.NO_EMAIL),
            ({"email": None}, Code.NO_EMAIL),
            ({"email": {}}, Code.NO_EMAIL),
        ),
    ],
)
def test_what_is_said_of_another_or_of_nobody_isnt_taken(client, provider, sign_in, userinfo, code):
    provider.claims = {"email": ABSENT}
    provider.userinfo = userinfo
    assert through(client, provider, sign_in) == {"fault": code}


def test_without_a_place_to_ask_there_is_no_address(client, provider, sign_in):
    provider.claims, provider.discovery = {"email": ABSENT}, {"userinfo_endpoint": ABSENT}
    assert through(client, provider, sign_in) == {"fault": "NO_EMAIL"}


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"given_name": " Zoé\x00\n", "family_name": "Le\u202e  Bail"}, ("Zoé", "Le Bail")),
        ({"given_name": "Z" * 300_000}, ("Z" * 80, "Dupont")),
        ({"given_name": "\ud800", "family_name": 12}, ("", "")),
        ({"given_name": ["Marie"], "family_name": ABSENT}, ("", "")),
        (
            {"given_name": ABSENT, "family_name": ABSENT, "name": "Marie de la Tour"},
            ("Marie", "de la Tour"),
        ),
        ({"given_name": "", "family_name": None, "name": {"first": "Marie"}}, ("", "")),
    ],
)
def test_names_can_be_written_down_whatever_they_hold(client, provider, sign_in, claims, names):
    provider.claims = claims
    found = through(client, provider, sign_in)
    assert (found["first_name"], found["last_name"]) == names
