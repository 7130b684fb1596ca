"""A team of three in real browsers: named, each says yes, hours, three certificates and a receipt that names them."""

from datetime import date, timedelta

import pytest

from tests.people_in_browsers import Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the pages are the same on either database
A_TEAM = """
from django.test import Client
from marketplace.models import Mission, Offer, MissionSheet
from tests.factories import verify
from tests.marketplace.documents import document_desk as desk
from tests.marketplace.missions.team_people import NAMES, colleague
mission = desk.make_mission(company=desk.make_company(), status="AGREEMENT")
boss = desk.head_of(mission.offer.organisation)
Offer.objects.filter(pk=mission.offer_id).update(person=None, created_by=boss)
MissionSheet.objects.filter(mission=mission).update(hours=30)
mission = Mission.objects.get(pk=mission.pk)
people = [boss, desk.head_of(mission.need.organisation)]
people += [colleague(mission, *name, manager=False) for name in NAMES]
said = ["told", str(mission.pk)]
for one in people:
    client = Client()
    client.force_login(verify(one))
    said.append(client.cookies["session"].value)
print(*said)
"""
PARTS = "from marketplace.models import TeamMember as T; print('told', *T.objects.values_list('pk', flat=True))"
THEY_AGREE = """
from django.utils import timezone
from marketplace.actions.missions import agreements
from marketplace.models import Agreement
for one in Agreement.objects.waiting().exclude(member=None):
    agreements.answer(one, answer="YES", now=timezone.now())
"""
RUNS = """
from django.utils import timezone
from marketplace.models import Mission
Mission.objects.filter(pk={pk}).update(status="RUNNING", started_at=timezone.now())
"""
RECEIPT = """
from decimal import Decimal
from django.utils import timezone
from marketplace.actions.documents import receipts
from marketplace.models import Mission
from tests.marketplace.documents import document_desk as desk
Mission.objects.filter(pk={pk}).update(status="VALUED", delivered_at=timezone.now())
mission = Mission.objects.get(pk={pk})
desk.declare_value(mission)
by = desk.head_of(mission.need.organisation)
made = receipts.issue(mission, counterparts=Decimal(0), by=by, capacity="présidente", now=timezone.now())
print("told", *(one["name"].replace(" ", "_") for one in made.facts["receipt"]["people"]))
"""


@pytest.fixture
def told(site):
    return _said(site, A_TEAM)


def _said(site, script):
    words = site.manage("shell", "-v0", "-c", script).split()
    return words[words.index("told") + 1 :] if "told" in words else []


@pytest.fixture
def people(site, browser, told):
    found = []
    for cookie in told[1:]:
        one = Someone(site, browser, "", "", "")
        said = {"name": "session", "value": cookie, "url": site.url}
        one.page.context.add_cookies([said])
        found.append(one)
    return found


def _is_on_the_first_screen(one, name):
    """Of a small phone, without scrolling."""
    size = one.page.viewport_size
    one.page.set_viewport_size({"width": 360, "height": 740})
    box = one.page.get_by_role("button", name=name).bounding_box()
    assert box["y"] + box["height"] <= 740
    one.page.set_viewport_size(size)


def test_from_naming_to_three_certificates_and_a_receipt(site, told, people):
    pk, (boss, structure, *three) = told[0], people
    boss.open(f"/missions/{pk}/")
    boss.click("Nommer qui vient")
    for name in ("Ana Petit", "Bob Roux", "Cyr Vidal"):
        boss.choose(name)
    boss.click("Nommer et leur demander")
    boss.sees("Qui en fait partie\u00a0: 30 des 30 heures")
    boss.look()
    parts = sorted(_said(site, PARTS), key=int)
    for one, part in zip(three, parts, strict=True):
        one.open(f"/equipes/{part}/")
        _is_on_the_first_screen(one, "Oui, je viens")
        one.fill(manager_name="Dominique Lefebvre", manager_email="dominique@example.org")
        one.click("Oui, je viens")
        one.sees("Dominique Lefebvre")
        one.look()
    _said(site, THEY_AGREE)  # by the links of their letters, which are tried elsewhere
    boss.open(f"/missions/{pk}/accord/")
    boss.choose("Je donne mon accord")
    boss.click("Répondre pour l’employeur")
    site.manage("shell", "-v0", "-c", RUNS.format(pk=pk))
    yesterday = date.today() - timedelta(days=1)
    boss.open(f"/missions/{pk}/equipe/jour/?jour={yesterday}&heures=7")
    boss.fill(what="Peinture")
    boss.click("Enregistrer la journée")
    three[0].open(f"/equipes/{parts[0]}/heures/")
    three[0].sees("Peinture")
    structure.open(f"/missions/{pk}/heures/")
    structure.sees("Cyr Vidal")
    structure.click("Tout confirmer")
    structure.sees("confirmé")
    for number in range(3):
        structure.open(f"/missions/{pk}/papiers/")
        structure.page.locator("form[action$='/attestation/'] button").first.click()
        structure.sees("Attestation d’heures")
        assert structure.page.url.count("/documents/") == 1, number
    three[1].open(f"/equipes/{parts[1]}/")
    three[1].click("Attestation d’heures")
    three[1].sees("D-")
    assert _said(site, RECEIPT.format(pk=pk)) == ["Ana_Petit", "Bob_Roux", "Cyr_Vidal"]
    assert [fault for one in people for fault in one.faults] == []
