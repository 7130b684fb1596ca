"""A joint need of three in real browsers, an association, a commune and a cooperative: from what the law says of their
hours to two receipts."""

import pytest

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
THREE = """
from django.test import Client
from marketplace.models import Regime
from tests.factories import make_coordinator, make_mission, make_organisation, make_user, verify
from tests.marketplace.missions.served_people import Form, head_of, joint_need, structure_of
lead = structure_of("Bottines")
town = structure_of("Villeurbanne", form=Form.PUBLIC)
coop = structure_of("ACEPP", form=Form.SCIC, gives=None)
company = make_organisation("COMPANY", name="Verreries", administrator=make_user(), siren="552100554", address="3 quai du Wault")
mission = make_mission(need=joint_need(lead, town, coop), work=True, company=company, regime=Regime.LOAN)
people = [make_coordinator(mission.need.pole), head_of(lead), head_of(town)]
said = ["told", str(mission.pk)]
for one in people:
    client = Client()
    client.force_login(verify(one))
    said.append(client.cookies["session"].value)
print(*said)
"""
PAPERS = """
from django.utils import timezone
from marketplace.actions.documents import documents
from marketplace.models import Kind, Mission
mission = Mission.objects.get(pk={pk})
sheet = mission.sheet
sheet.need_agreed = sheet.offer_agreed = sheet.number
sheet.save()
Mission.objects.filter(pk={pk}).update(status="DOCUMENTS", regime="PRESTATION")
made = documents.make(Kind.CONVENTION_SERVICE, Mission.objects.get(pk={pk}), by=mission.offer.person, now=timezone.now())
print("told", made.pk)
"""
HOURS = """
from decimal import Decimal
from django.utils import timezone
from accounts.models import Organisation
from marketplace.actions.missions import hours
from marketplace.models import Mission
Mission.objects.filter(pk={pk}).update(status="RUNNING", started_at=timezone.now())
mission, today = Mission.objects.get(pk={pk}), timezone.localdate()
for served, many in ((None, "3.5"), (Organisation.objects.get(name="Villeurbanne"), "4")):
    hours.write(mission, {{today: (Decimal(many), "Atelier")}}, person=mission.offer.person, today=today, served=served)
"""
VALUE = """
from decimal import Decimal
from django.utils import timezone
from marketplace.actions.documents import valuations
from marketplace.models import Mission
Mission.objects.filter(pk={pk}).update(status="REVIEWED", delivered_at=timezone.now())
mission = Mission.objects.get(pk={pk})
valuations.declare(mission, Decimal("100"), by=mission.offer.organisation.members.first(), now=timezone.now())
"""
GIVEN = "from marketplace.models import Document as D; print('told', *sorted(str(d.amount) for d in D.objects.receipts()))"


def _said(site, script):
    words = site.manage("shell", "-v0", "-c", script).split()
    return words[words.index("told") + 1 :] if "told" in words else []


@pytest.fixture
def told(site):
    return _said(site, THREE)


@pytest.fixture
def people(site, browser, told):
    found = []
    for cookie in told[1:]:
        one = Someone(site, browser, "", "", "")
        one.page.context.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
        found.append(one)
    return found


def test_from_what_the_law_says_of_three_to_two_receipts(site, told, people):
    pk, (coordinator, lead, town) = told[0], people
    page = f"/missions/{pk}/"
    coordinator.open(page)
    coordinator.sees("ACEPP n’en délivre pas")
    coordinator.click("Créer une seconde mission pour elle")
    coordinator.fill(hours="10")
    coordinator.page.locator("[name=large_lender]").check()
    coordinator.page.locator("[name=small_user]").check()
    coordinator.click("Créer la seconde mission")
    coordinator.sees("sert ACEPP seule")

    (paper,) = _said(site, PAPERS.format(pk=pk))
    lead.open(f"/documents/{paper}/")
    town.open(page)
    town.click("Lire la fiche et dire oui")
    town.fill(capacity="maire")
    town.page.locator("[name=agrees]").check()
    town.click("Nous acceptons")
    town.sees("accepte que les documents soient signés en son nom")

    site.manage("shell", "-v0", "-c", HOURS.format(pk=pk))
    for one in (town, lead):
        one.open(page)
        one.click("Confirmer les heures")
        one.sees("Atelier")
        one.click("Tout confirmer")
        one.sees("confirmé")
    site.manage("shell", "-v0", "-c", VALUE.format(pk=pk))
    for one in (town, lead):
        one.open(f"/missions/{pk}/recu/")
        one.fill(capacity="présidente")
        one.click("Délivrer ce reçu")
        one.sees("R-")
    assert _said(site, GIVEN) == ["46.67", "53.33"]
    assert [fault for one in people for fault in one.faults] == []
