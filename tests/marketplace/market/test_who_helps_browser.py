"""A structure looks at who can help and at its pôle without a script, wide and narrow; axe looks with it."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import NARROW, Someone, looks_well

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_POLE = """
from django.test import Client
from django.utils import timezone
from accounts.models import Organisation, Pole
from marketplace.models import PlaceFigures, Reckoning
from tests.factories import make_offer, make_organisation, make_pole, make_user, verify
pole = Pole.objects.first() or make_pole()
aline = verify(make_user("Aline"))
make_organisation(member=aline, pole=pole, name="Les Bottines du Nord et de la Thiérache")
make_organisation(Organisation.Kind.OPERATOR, pole=pole, name="Les Passeurs de savoir-faire")
for _ in range(6):
    make_offer(make_user(), pole=pole, ranked=False)
Reckoning.objects.update_or_create(pole=pole, defaults={"made_at": timezone.now(), "kept_back": {}})  # the clock would count again
PlaceFigures.objects.create(
    pole=pole, month=timezone.localdate().replace(day=1), code="1", name="Métropole", latitude=50.6,
    longitude=3, needs=12, missions=9,
)
client = Client()
client.force_login(aline)
print("told", pole.slug, client.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def told(site):
    return site.manage("shell", "-v0", "-c", A_POLE).split()[-2:]


def test_a_family_opens_without_a_script_and_leads_to_a_need(site, browser, told):
    window = browser.new_context(viewport=NARROW, locale="fr-FR", java_script_enabled=False)
    window.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    page = window.new_page()
    page.goto(f"{site.url}/qui-peut-aider/")
    begin = page.get_by_role("link", name="Écrire un besoin")
    expect(begin).to_be_hidden()
    page.locator("summary", has_text="environ 5").click()
    expect(begin).to_be_visible()
    begin.click()
    expect(page.get_by_role("heading", name="Qu’est-ce qui vous aiderait")).to_be_visible()
    expect(page.locator(".suggestions button").first).to_be_visible()


def test_both_pages_look_well(site, browser, told):
    aline = Someone(site, browser, "Aline", "Moreau", "")
    aline.page.context.add_cookies([{"name": "session", "value": told[1], "url": site.url}])
    for path in ("/qui-peut-aider/", f"/pole/{told[0]}/", "/"):
        aline.open(path)
    assert aline.faults == []
    aline.page.goto(f"{site.url}/qui-peut-aider/")
    aline.page.locator("main summary").first.click()
    looks_well(aline.page)
    aline.page.goto(f"{site.url}/pole/{told[0]}/")
    aline.page.locator("main summary").first.click()
    looks_well(aline.page)
