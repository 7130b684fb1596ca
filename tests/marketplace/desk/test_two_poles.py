"""Who coordinates two pôles looks at either in the figures, the exchanges and the register, and their files."""

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.factories import make_coordinator, make_pole, make_seat

PAGES = ("figures", "figures-exchanges", "register")


@pytest.fixture
def first():
    return make_pole("Pôle des Hauts", ("59",))


@pytest.fixture
def second():
    return make_pole("Un second pôle", ("02",))


@pytest.fixture
def both(client, first, second):
    person = make_coordinator(first)
    make_seat(person.organisations.get(), second)
    client.force_login(person)
    return person


def links(page) -> list[str]:
    """The links of the page's own part that show figures or the register, or a file of them."""
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    found = [unescape(link) for link in re.findall(r'(?:href|action)="([^"]+)"', main)]
    own = ("/bureau/chiffres/", "/bureau/freins/", "?")
    rooms = {reverse("figures"), reverse("register")}
    return [link for link in found if link.startswith(own) and link not in rooms]


@pytest.mark.parametrize("name", PAGES)
def test_each_pole_is_one_click_away_and_stays_in_the_links(client, both, first, second, name):
    page = client.get(reverse(name)).content.decode()
    assert f'href="?pole={second.pk}"' in page
    there = client.get(reverse(name), {"pole": second.pk})
    own = [link for link in links(there) if f"pole={first.pk}" not in link.split("&")[0]]
    assert own
    assert [link for link in own if f"pole={second.pk}" not in link] == []


@pytest.mark.parametrize("name", ["figures-export", "figures-exchanges-export", "register-export"])
def test_a_file_is_of_the_pole_that_was_chosen(client, both, second, name):
    answer = client.get(reverse(name, args=["csv"]), {"pole": second.pk})
    assert second.slug in answer["Content-Disposition"]


@pytest.mark.parametrize("name", PAGES)
def test_who_coordinates_one_has_nothing_to_choose(client, first, second, name):
    client.force_login(make_coordinator(first))
    page = client.get(reverse(name), {"pole": second.pk}).content.decode()
    assert "Un second pôle" not in page
    assert f"?pole={first.pk}" not in page


def test_making_them_anew_stays_with_the_pole(client, both, second):
    answer = client.post(f"{reverse('figures-refresh')}?pole={second.pk}")
    assert answer["Location"] == f"{reverse('figures')}?pole={second.pk}"
    assert second.reckoning.asked_at
