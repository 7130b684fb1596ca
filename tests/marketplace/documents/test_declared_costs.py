"""A value that is reckoned by a cost: confirmed in words where it is an average, and kept with what it was counted by."""

from decimal import Decimal as D

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.documents import costs, valuations
from marketplace.models import Valuation
from tests.marketplace.documents.test_costs import average, house, hr, mission, year_of

__all__ = ["house", "hr", "mission"]  # fixtures
WORDS = "C’est une moyenne, nous l’avons vérifiée."


def declare(mission, amount, **said):
    said.setdefault("by", mission.offer.organisation.members.first())
    return valuations.declare(mission, D(amount), now=timezone.now(), **said)


def test_a_value_reckoned_by_an_average_is_confirmed_in_words_which_are_kept(house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    with pytest.raises(valuations.AverageDoubt):
        declare(mission, "420")
    assert not Valuation.objects.exists()
    said = declare(mission, "420", by=hr, confirmed=WORDS)
    assert (said.bases, said.confirmed_words, said.declared_by) == (["AVERAGE"], WORDS, hr)
    assert said.figures[str(year_of(mission))]["employee_cap_pmss"] == "3"


def test_a_figure_of_the_company_s_own_is_kept_as_such(house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    said = declare(mission, "431.50")
    assert (said.bases, said.confirmed_words) == (["FIGURE"], "")


def test_a_cost_of_the_mission_s_own_asks_for_no_words(house, hr, mission):
    costs.enter(house, {mission.pk: D(30)}, by=hr)
    said = declare(mission, "420", confirmed=WORDS)
    assert (said.bases, said.confirmed_words) == (["OWN"], "")


def test_another_average_afterwards_changes_nothing_that_was_declared(house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    declare(mission, "420", confirmed=WORDS)
    average(house, "35", by=hr, year=year_of(mission))
    kept = Valuation.objects.get()
    assert (kept.amount, kept.bases) == (D("420.00"), ["AVERAGE"])


def test_an_average_that_changes_while_the_page_is_open_is_read_again(client, house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    average(house, "35", by=hr, year=year_of(mission))
    with pytest.raises(valuations.Changed):
        declare(mission, "420", confirmed=WORDS, read=D("420.00"))
    client.force_login(hr)
    url = reverse("mission-value", args=[mission.pk])
    sent = {"amount": "420", "read": "420.00", "certified": "on", "average": "on"}
    page = client.post(url, sent)
    assert page.status_code == 200
    assert 'value="490.00"' in page.content.decode()
    assert not Valuation.objects.exists()


def test_the_page_asks_for_the_words_and_keeps_them_as_they_were_read(client, house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    client.force_login(hr)
    url = reverse("mission-value", args=[mission.pk])
    page = client.get(url).content.decode()
    assert "moyenne de l’entreprise" in page.lower()
    assert "à vérifier" in page.lower()
    sent = {"amount": "420,00", "read": "420.00", "certified": "on"}
    assert client.post(url, sent).status_code == 200
    assert client.post(url, sent | {"average": "on"}).status_code == 302
    assert Valuation.objects.get().confirmed_words in page.replace("&#x27;", "'")


def test_human_resources_read_what_was_declared_and_by_what(client, house, hr, mission):
    average(house, "30", by=hr, year=year_of(mission))
    declare(mission, "420", by=hr, confirmed=WORDS)
    client.force_login(hr)
    page = client.get(reverse("mission-cost", args=[mission.pk])).content.decode()
    assert "compté selon : moyenne de l’entreprise" in page.replace("\xa0", " ")
    assert WORDS in page
    client.force_login(mission.need.organisation.members.first())
    told = client.get(reverse("mission-documents", args=[mission.pk])).content.decode()
    assert "420,00" in told
    assert "moyenne" not in told
