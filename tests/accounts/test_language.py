"""French by default, English by choice."""

from django.conf import settings
from django.urls import reverse


def test_an_english_browser_gets_french(client):
    page = client.get(reverse("needs"), headers={"accept-language": "en-GB,en;q=0.9"})
    assert '<html lang="fr">' in page.content.decode()


def test_who_asks_for_english_gets_it_and_keeps_it(client):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("needs")})
    assert '<html lang="en">' in client.get(reverse("needs")).content.decode()


def test_an_unknown_language_is_french(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert '<html lang="fr">' in client.get(reverse("needs")).content.decode()
