"""A local authority in the browser: it asks for help and lends an agent, from one account."""

import pytest

from tests.people_in_browsers import Someone
from tests.telling import begin, post_a_need, post_an_offer, qualify, register, verify

pytestmark = pytest.mark.e2e


def test_a_town_asks_for_help_and_lends_an_agent_from_one_account(site, browser):
    coordinator = begin(site, browser)
    town = Someone(site, browser, "Sophie", "Marchand", "mairie@example.org")
    town.sign_up("AUTHORITY")
    town.confirm()
    register(town, "collectivite", "Ville du récit", company_number="000000034")

    # Its number says nothing: a coordinator says what it is, and only then can accept it.
    coordinator.open("/bureau/organisations/")
    coordinator.click("Ville du récit")
    coordinator.click("Le préciser")
    coordinator.page.locator("[name=choice][value=COMMUNE]").check()
    coordinator.click("Enregistrer")
    coordinator.sees("Commune : Lille")
    verify(coordinator, "Ville du récit")
    assert "besoins peuvent maintenant" in town.letter("vérifiée")

    # One menu says both.
    town.open("/")
    menu = town.page.get_by_role("navigation", name="Menu principal").first
    menu.get_by_role("link", name="Nos besoins").click()
    town.look()
    qualify(coordinator, post_a_need(town))
    post_an_offer(town, time="WORK")
    menu.get_by_role("link", name="Ce que nous offrons").click()
    town.look()
    town.sees("Experte-comptable")
    town.does_not_see("Tenir la comptabilité sans se tromper")  # nothing is proposed within a house

    # A visitor finds it among those that do both, though a finger slipped.
    visitor = Someone(site, browser, "", "", "")
    visitor.open("/organisations/?does=both")
    visitor.sees("Ville du récit")
    visitor.open("/organisations/?q=vile+du+recti")
    visitor.click("Ville du récit")
    visitor.sees("Tenir la comptabilité sans se tromper")
    people = (coordinator, town, visitor)
    assert [fault for person in people for fault in person.faults] == []
