"""The page by which somebody reads what a pôle has brought in about them, lets it stay or erases it."""

import re

import pytest

from marketplace.actions.desk import record_tellings
from marketplace.models import PersonRecord
from notifications.models import Notification
from tests.factories import make_commune, make_organisation, make_user
from tests.marketplace.desk.bringing import MISSIONS, ORGANISATIONS, PEOPLE, brought
from tests.marketplace.desk.test_bringing import later


@pytest.fixture
def link():
    coordinator = make_user("Hélène", "Roux")
    make_commune()
    operator = make_organisation("OPERATOR", member=coordinator, name="Les Passeurs")
    for kind in (ORGANISATIONS, PEOPLE, MISSIONS):
        brought(operator, coordinator, kind)
    record_tellings.carry_on(later(hours=26))
    letter = Notification.objects.get(kind="record_told")
    return re.search(r"/fiche/[\w-]+/", letter.text)[0]


def test_the_link_shows_what_is_held_and_erases_only_when_it_is_confirmed(client, link):
    page = client.get(link)
    for words in ("Les Passeurs", "Comptable", "0600000001", "une mission passée"):
        assert words in page.text
    assert page["X-Robots-Tag"] == "noindex"
    assert PersonRecord.objects.filter(number="P1").exists()
    assert "Tout est effacé" in client.post(link, {"act": "erase"}).text
    assert not PersonRecord.objects.filter(number="P1").exists()
    assert client.post(link, {"act": "erase"}).status_code == 410, "twice"
    assert client.get(link).status_code == 410


def test_who_lets_it_stay_may_still_erase_it(client, link):
    client.post(link, {"act": "keep"})
    assert PersonRecord.objects.get(number="P1").agreed_at
    record_tellings.carry_on(later(days=31))
    assert [one.number for one in PersonRecord.objects.all()] == ["P1"], "a yes needs no letter"
    assert "Tout est effacé" in client.post(link, {"act": "erase"}).text


@pytest.mark.parametrize("said", [{}, {"act": "other"}, {"act": "\0"}])
def test_another_word_or_another_link_does_nothing(client, link, said):
    assert client.post(link, said).status_code == 200
    assert client.post(f"{link[:-4]}/", {"act": "erase"}).status_code == 410
    assert PersonRecord.objects.filter(number="P1").exists()
