"""An organisation opens its own sign-in, and somebody nobody knew has an offer online by it; then what is their own opens,
and the sign-in is required. Real browsers, the real processes and a real provider; axe looks at each page."""

import re

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import PASSWORD, Someone
from tests.telling import tick_first_skill

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
OWN_ADDRESS = "lea.roux@example.org"
A_HOUSE = """
from django.test import Client
from marketplace.models import CompanyProgramme
from tests.accounts.at_work_people import open_domain
from tests.factories import make_organisation, make_user, verify
boss = verify(make_user("Hugo", "Marin"))
client = Client()
client.force_login(boss)
house = make_organisation("COMPANY", name="Fonderies du Nord", administrator=boss)
open_domain(house, boss, "fonderies.example.org")
CompanyProgramme.objects.create(organisation=house, name="Deux jours", days_per_year=2)
print(client.cookies["session"].value, house.pk)
"""


class Worker(Someone):
    """Somebody whom the provider knows. `presses` counts what they have to press."""

    presses = 0

    def click(self, name: str, *, exact: bool = False) -> None:
        self.presses += 1
        super().click(name, exact=exact)

    def goes_through(self, button: str, provider, sub: str) -> None:
        """To the provider by this button, a yes there, and back."""
        self.presses += 1
        self.page.get_by_role("main").get_by_role("button", name=button).click()
        self.page.wait_for_url(re.compile(re.escape(provider.url)))
        self.page.get_by_label("Subject").fill(sub)
        self.page.get_by_role("button", name="Authorize", exact=True).click()
        self.page.wait_for_url(re.compile(re.escape(self.site.url)))
        self.look()


@pytest.fixture
def known(running_provider):
    """The provider, honest, which knows both."""
    running_provider.forget()
    for sub, first_name, last_name in (("hugo-1", "Hugo", "Marin"), ("lea-2", "Léa", "Roux")):
        running_provider.knows(
            sub,
            email=f"{sub}@fonderies.example.org",
            email_verified=True,
            given_name=first_name,
            family_name=last_name,
        )
    return running_provider


@pytest.fixture
def boss(site, browser):
    """On the page that brings people in."""
    session, house = site.manage("shell", "-v0", "-c", A_HOUSE).split()[-2:]
    someone = Worker(site, browser, "Hugo", "Marin", "")
    someone.page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    someone.open(f"/organisations/{house}/faire-venir/")
    return someone


def test_from_the_providers_address_to_an_offer_online_and_on_to_what_is_ones_own(
    site, browser, known, boss
):
    sets_it_up(boss, known)
    lea = Worker(site, browser, "Léa", "Roux", "lea-2@fonderies.example.org")
    comes_for_the_first_time(lea, known)
    offer = publishes_an_offer(lea)
    assert lea.presses == 7, "go on, join, write my offer, a skill, two steps, publish"
    opens_what_is_their_own(lea)

    lea.open(offer)
    lea.sees("Experte-comptable")
    boss.click("L’exiger")
    boss.sees("Exigée depuis le")
    lea.finds_nothing_at(offer)
    lea.open("/offres/")
    lea.does_not_see("Experte-comptable")
    lea.page.get_by_role("link", name="Passer par sa connexion").click()
    lea.look()
    lea.goes_through("Continuer avec mon compte professionnel", known, "lea-2")
    lea.open("/offres/")
    lea.sees("Experte-comptable")
    assert boss.faults + lea.faults == []


def sets_it_up(boss: Worker, provider) -> None:
    boss.page.locator("section", has_text="Par leur compte professionnel").get_by_role(
        "link", name="Mettre cette connexion en place"
    ).click()
    boss.look()
    address = boss.page.get_by_label("Adresse de retour")
    address.focus()
    assert address.evaluate("field => { field.select(); return getSelection().toString(); }") == (
        address.input_value()
    )
    boss.fill(issuer=provider.url + "/ailleurs", client_id="trait-d-union", secret="s3cret")
    boss.click("Enregistrer")
    expect(boss.page.locator("[name=issuer]")).to_have_attribute("aria-invalid", "true")
    boss.sees("Saisissez-le de nouveau")
    boss.fill(issuer=provider.url, secret="s3cret")
    boss.click("Enregistrer")
    boss.sees(provider.url)
    boss.goes_through("L’essayer", provider, "hugo-1")
    boss.sees("hugo-1@fonderies.example.org")
    boss.click("L’ouvrir à tous")
    boss.sees("Ouverte depuis le")


def comes_for_the_first_time(lea: Worker, provider) -> None:
    lea.open("/compte/login/")
    lea.page.get_by_role("link", name="Se connecter avec son compte professionnel").click()
    lea.look()
    lea.fill(email=lea.email)
    lea.goes_through("Continuer", provider, "lea-2")
    lea.sees("Rejoindre Fonderies du Nord")
    lea.page.locator("[name=terms]").check()
    lea.click("Rejoindre Fonderies du Nord")
    lea.sees("Commencez par votre offre")
    lea.sees("Il vous reste 2 jours sur 2")


def publishes_an_offer(lea: Worker) -> str:
    lea.click("Écrire mon offre")
    lea.does_not_see("temps libre.")
    lea.fill(title="Experte-comptable")
    lea.page.locator("[name=about]").press_sequentially("Je tiens la comptabilité d'associations.")
    tick_first_skill(lea)
    lea.presses += 1
    lea.click("Continuer")
    lea.page.locator("[name=amount][value='35']").check()
    lea.click("Continuer")
    lea.click("Publier")
    lea.sees("Experte-comptable")
    return lea.page.url.removeprefix(lea.site.url)


def opens_what_is_their_own(lea: Worker) -> None:
    """From the menu: an address of their own, its letter, a password, and then their profile."""
    lea.open("/")
    lea.page.locator("summary", has_text="Mon compte").click()
    lea.look()
    lea.page.locator("summary", has_text="Mon compte").click()
    lea.page.get_by_role("link", name="Ce qui est à moi").click()
    lea.look()
    lea.fill(email=OWN_ADDRESS)
    lea.click("Écrire à cette adresse")
    lea.sees("Nous l’avons envoyé à " + OWN_ADDRESS)
    lea.email = OWN_ADDRESS  # where her letters go from now on
    lea.open(lea.link_in("Confirmez"))
    lea.click("Confirmer mon adresse")
    lea.open("/votre-temps/")
    lea.click("M’écrire")
    lea.open(lea.link_in("mot de passe"))
    lea.fill(password1=PASSWORD, password2=PASSWORD)
    lea.click("Enregistrer mon nouveau mot de passe")
    lea.open("/profil/")
    lea.fill(login=OWN_ADDRESS, password=PASSWORD)
    lea.click("Se connecter", exact=True)
    lea.sees("Organisations dont la connexion ouvre mon compte")
    lea.sees("Fonderies du Nord, depuis le")
