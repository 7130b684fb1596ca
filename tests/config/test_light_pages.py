"""Pages travel compressed, but for whom another site could have them asked for: their sizes would tell what they hold."""

import gzip
import re

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import make_user

PAGE = "/comment-ca-marche/"


def asked(client, path=PAGE, **headers):
    return client.get(path, headers={"accept-encoding": "gzip, br"} | headers)


def is_compressed(answer) -> bool:
    if "Content-Encoding" not in answer.headers:
        return False
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    return b"<!DOCTYPE html>" in gzip.decompress(answer.content)


@pytest.mark.parametrize("came_from", ["same-origin", "none"])
def test_a_page_is_compressed_for_who_reads_on_and_for_who_typed_its_address(client, came_from):
    client.force_login(make_user())
    assert is_compressed(asked(client, **{"sec-fetch-site": came_from}))


@pytest.mark.parametrize("came_from", ["cross-site", "same-site", "Same-Origin, none", ""])
def test_another_site_never_has_a_page_of_somebodys_compressed(client, came_from):
    client.force_login(make_user())
    assert not is_compressed(asked(client, **{"sec-fetch-site": came_from}))


def test_an_old_browser_that_says_nothing_of_where_it_comes_from_gets_a_readers_page_whole(client):
    client.force_login(make_user())
    assert not is_compressed(asked(client))


def test_what_a_stranger_gets_is_compressed_whoever_led_them_here(client):
    """A search engine, say: the page is the same for all who have no cookie but those of language and forms."""
    answer = asked(client, reverse("account_login"), **{"sec-fetch-site": "cross-site"})
    assert is_compressed(answer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert settings.CSRF_COOKIE_NAME in client.cookies
    assert is_compressed(asked(client, **{"sec-fetch-site": "cross-site"}))


@pytest.mark.parametrize("name", ["session", "messages", "anything"])
def test_whatever_else_a_cookie_says_it_may_say_who_asks(client, name):
    client.cookies[name] = "x"
    assert not is_compressed(asked(client, **{"sec-fetch-site": "cross-site"}))


def test_the_same_page_is_never_of_the_same_size_twice(client):
    """What is left to guess from a size is drowned in a padding that changes each time."""
    sizes = {len(asked(client, **{"sec-fetch-site": "none"}).content) for _ in range(8)}
    assert len(sizes) > 1


def test_a_browser_that_wants_none_gets_none(client):
    assert not is_compressed(client.get(PAGE, headers={"sec-fetch-site": "none"}))


def test_what_isnt_a_page_goes_as_it_is(client):
    answer = asked(client, "/robots.txt", **{"sec-fetch-site": "none"})
    assert "Content-Encoding" not in answer.headers


def test_the_cookies_that_say_who_asks_dont_come_along_from_another_site():
    """Without this, any image of any site would do for asking."""
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_what_a_page_asks_for_by_itself_says_nothing_of_its_address_again():
    """Another site may open a page with words of its own in the address, and what the page then asks for comes from us.
    These are told counts, in words; one more is to be read with decision 85 in hand."""
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    at_once = {
        page.name
        for page in pages
        if re.search(r'hx-trigger="[^"]*\b(load|revealed|intersect)\b', page.read_text("utf-8"))
    }
    assert at_once == {"_plan_better_door.html", "_need_ways_to_write.html", "_offer_standing.html"}


def test_the_readme_keeps_the_proxy_from_compressing_in_our_place():
    assert "    gzip off;" in (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
