"""What holds for every page: methods, headers, cookies, whom the limits count, what the log keeps."""

import logging

import pytest
from django.conf import settings as house
from django.test import RequestFactory
from django.urls import reverse

from config.masking import WithoutKeys, without_keys
from config.wsgi import application
from tests.factories import make_coordinator, make_user, verify

pytestmark = pytest.mark.once
RESET = reverse("account_reset_password")
PAGES = ("/", "/besoins/", "/compte/login/", "/static/img/favicon.svg", "/nowhere/")


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "x"])
@pytest.mark.parametrize("path", PAGES)
def test_a_method_that_no_page_knows_is_refused(client, method, path):
    answer = client.generic(method, path, headers={"cookie": "session=secret"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        *(
            (f"text/html; charset={charset}", "400 Bad Request")
            for charset in ("rot13", "hex", "zlib", "idna", "undefined", "utf-16", "utf-7")
        ),
        ("multipart/form-data; boundary=x; charset=rot13", "400 Bad Request"),
        ("text/html; charset*=foo''%ff", "400 Bad Request"),
        ("text/html; charset=UTF-8", "200 OK"),
        ("text/html; charset=klingon", "200 OK"),
        ('text/html; charset="', "200 OK"),
        ("", "200 OK"),
    ],
)
def test_a_charset_that_is_not_ours_is_refused_and_breaks_nothing(db, content_type, status):
    """Django decodes the address by it before its first middleware: each page was an error 500 for whoever named one that
    is none of texts."""
    said = {"CONTENT_TYPE": content_type, "PATH_INFO": "/robots.txt", "QUERY_STRING": "q=%41%ff"}
    statuses = []
    asked = RequestFactory()._base_environ(**said)
    list(application(asked, lambda line, headers: statuses.append(line)))
    assert statuses == [status]


@pytest.mark.both  # PostgreSQL alone refuses it
@pytest.mark.parametrize("name", [house.SESSION_COOKIE_NAME, house.LANGUAGE_COOKIE_NAME, "other"])
def test_a_cookie_with_a_nul_is_refused(client, db, name):
    client.raise_request_exception = False
    answer = client.get("/", HTTP_COOKIE=f'{name}="abcdefghijkl\\000mn"')
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "way_on", ["http://[", "//[::1", "http://a]b/", "https://elsewhere.example.org/"]
)
@pytest.mark.parametrize("name", ["login", "signup", "reset_password", "logout", "reauthenticate"])
def test_a_way_on_that_is_none_of_ours_leads_home(client, db, name, way_on):
    """“http://[” was an error 500 for whoever opened such a link, without an account."""
    client.raise_request_exception = False
    person = verify(make_user(email="zoe@example.org", password="un-long-secret-42"))
    door = reverse(f"account_{name}")
    assert client.get(door, {"next": way_on}).status_code in {200, 302}
    said = {"login": person.email, "password": "un-long-secret-42", "next": way_on}
    assert client.post(reverse("account_login"), said)["Location"] == reverse("home")
    assert client.get(door, {"next": way_on}).status_code in {200, 302}


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_what_a_page_may_not_use(client, path):
    policy = client.get(path).headers["Permissions-Policy"]
    for feature in ("camera", "geolocation", "microphone", "payment"):
        assert f"{feature}=()" in policy
    assert "publickey-credentials" not in policy, "a key may be one's second factor"


@pytest.mark.parametrize("name", ["home", "profile", "organisations", "figures-export", "needs"])
def test_no_proxy_keeps_a_page_for_somebody_else(client, db, name):
    """Vary alone is not heeded by those that are told to keep all pages."""
    client.force_login(make_coordinator())
    answer = client.get(reverse(name, args=["csv"] if name == "figures-export" else []))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"


def by_the_switch(client):
    return client.post(reverse("set_language"), {"language": "en", "next": "/besoins/"})


def test_the_language_is_kept_in_a_cookie_that_only_travels_by_https_to_us(client, settings):
    settings.LANGUAGE_COOKIE_SECURE = True
    answer = by_the_switch(client)
    assert answer.status_code == 302, answer.content.decode()
    cookie = answer.cookies[house.LANGUAGE_COOKIE_NAME]
    assert (cookie["secure"], cookie["samesite"], cookie["httponly"]) == (True, "Lax", True)
    assert cookie["max-age"] == 60 * 60 * 24 * 365, "a choice outlives the window"


def ask_for_a_password(client, number: int, forwarded: str) -> int:
    return client.post(
        RESET,
        {"email": f"nobody{number}@example.org"},
        headers={"x-forwarded-for": forwarded},
        REMOTE_ADDR="192.0.2.1",
    ).status_code


def test_without_a_proxy_nobody_chooses_the_address_that_the_limits_count(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    tries = [ask_for_a_password(client, number, f"203.0.113.{number}") for number in range(21)]
    assert (tries[0], tries[-1]) == (302, 429)


def test_behind_a_proxy_the_address_that_it_adds_is_counted_alone(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    claims = [f"203.0.113.{number}, 198.51.100.7" for number in range(21)]
    tries = [ask_for_a_password(client, number, claim) for number, claim in enumerate(claims)]
    assert (tries[0], tries[-1]) == (302, 429)
    assert ask_for_a_password(client, 99, "198.51.100.8") == 302, "the neighbour isn't kept out"


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/besoins/12/", "/besoins/12/"),
        ("/bureau/", "/bureau/"),
        ("/static/js/picker.js", "/static/js/picker.js"),
        ("/invitation/kEy_-9/", "/invitation/*/"),
        ("/invitation/kEy_-9/compte/", "/invitation/*/compte/"),
        ("/rejoindre/12-kEy9/", "/rejoindre/12-*/"),
        ("/rejoindre/12-kEy9", "/rejoindre/*"),
        ("/rejoindre/kEy9/", "/rejoindre/*/"),
        ("/suivi/12:kEy:s1g/bilan/", "/suivi/*/bilan/"),
        ("/compte/password/reset/key/1-1kEy1-s/", "/compte/password/reset/key/*-*/"),
        ("/compte/confirm-email/MQ:1x:kEy/", "/compte/confirm-email/*/"),
        ("/invitation/kEy", "/invitation/*"),  # its slash is lost: no page
        ("/invitation/kEy/\nGET /", "/invitation/*"),
        ("//invitation/kEy/", "/invitation/*"),
        ("/", "/"),
        ("*", "/*"),
        ("/é\n", "/%C3%A9%0A"),
    ],
)
def test_what_is_written_of_an_address(path, written):
    assert without_keys(path) == written


def test_django_writes_no_key_when_it_refuses(client, caplog):
    caplog.handler.addFilter(WithoutKeys())
    with caplog.at_level(logging.WARNING, "django"):
        client.get("/invitation/a-key-of-somebody/")
    assert "Not Found: /invitation/*/" in caplog.text
    assert "a-key-of-somebody" not in caplog.text


def test_the_house_filters_each_line_that_it_writes():
    assert all("keys" in handler["filters"] for handler in house.LOGGING["handlers"].values())


def test_where_only_a_button_leads_a_page_says_so(client):
    """Whoever reloaded such an address had a white page."""
    for door in (reverse("invitation-sign-up", args=["x"]), reverse("letters-read-all")):
        answer = client.get(door)
        assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)
        assert "appuyez sur le bouton" in answer.text
        assert reverse("home") in answer.text
        client.force_login(make_user())
