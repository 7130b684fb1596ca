"""From a real letter, on a phone: one click answers, and a review takes less than a minute."""

import pytest
from playwright.sync_api import expect

from tests.people_in_browsers import LINK, NARROW, Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]  # the page is the same on either database
A_MISSION = """
from datetime import timedelta
from django.utils import timezone
from marketplace.actions.missions import followups
from marketplace.models import Mission
from tests.factories import a_pole, make_coordinator, make_mission, make_user
coordinator = make_coordinator(a_pole(), email="suivi-coordination@example.org")
aline = make_user("Aline", "Moreau", email="suivi-structure@example.org")
mission = make_mission(member=aline, status="{status}")
week = timedelta(days=8)
Mission.objects.filter(pk=mission.pk).update(
    starts_on=timezone.localdate() - week,
    started_at=timezone.now() - week,
    delivered_at={delivered},
)
followups.ask_due(timezone.localdate())
"""


class OnAPhone(Someone):
    """320 pixels wide, without an account, and what they see is looked at by axe."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.page.set_viewport_size(NARROW)

    def answer_in(self, letter: str, code: str) -> str:
        links = LINK.findall(self.letter(letter))
        return next(link for link in links if f"answer={code}" in link)


def told(site, status: str, delivered: str) -> None:
    site.manage("shell", "-v0", "-c", A_MISSION.format(status=status, delivered=delivered))


@pytest.fixture
def aline(site, browser):
    return OnAPhone(site, browser, "Aline", "Moreau", "suivi-structure@example.org")


def asked(site, person: OnAPhone, letter: str, code: str) -> None:
    """The link of the letter, opened within minutes of its leaving: the answer is chosen, a click sends it.
    Later the page answers by itself as it opens."""
    person.page.goto(person.answer_in(letter, code))
    person.page.wait_for_url("**/suivi/**")
    person.click("Envoyer ma réponse")
    expect(person.page.locator("form[data-one-click]")).to_have_count(0)
    person.look()


def test_a_call_for_help_reaches_the_coordination(site, aline):
    told(site, "RUNNING", "None")
    asked(site, aline, "comment cela se passe", "HELP")
    aline.sees("La coordination est prévenue")
    assert (
        "Aline Moreau"
        in site.wait_for_letter("suivi-coordination@example.org", about="a besoin de vous")
        .get_body(("plain",))
        .get_content()
    )
    assert aline.faults == []


def test_a_review_from_the_letter_on_a_phone(site, browser):
    site.manage(
        "shell",
        "-v0",
        "-c",
        A_MISSION.replace("suivi-", "bilan-").format(
            status="DELIVERED", delivered="timezone.now() - timedelta(days=2)"
        ),
    )
    aline = OnAPhone(site, browser, "Aline", "Moreau", "bilan-structure@example.org")
    asked(site, aline, "Votre bilan", "GOOD")
    expect(aline.page.locator("[name=rating]:checked")).to_have_count(0)
    aline.page.locator("[name=rating][value='5']").check()
    aline.page.locator("[name=again][value=yes]").check()
    for summary in ("Ce qui a aidé", "Ce qui a freiné", "Ce qui a été appris"):
        aline.page.get_by_text(summary, exact=True).first.click()
    aline.choose("Besoin clair dès le départ")
    aline.look()
    aline.click("Envoyer mon bilan")
    aline.sees("Merci")
    assert aline.faults == []


LET_GO = """
from django.test import Client
from marketplace import letters
from marketplace.models import Side
from tests.factories import make_need, make_offer, make_proposal, make_user, verify
noe = verify(make_user("Noé", "Lambert", email="tardif@example.org"))
let_go = make_proposal(
    make_need(member=make_user()), make_offer(noe), origin="INVITATION", status="UNANSWERED"
)
letters.proposal_let_go(let_go, side=Side.OFFER)
client = Client()
client.force_login(noe)
print("session", client.cookies["session"].value)
"""


def test_a_yes_after_the_closing_from_its_letter(site, browser):
    session = site.manage("shell", "-v0", "-c", LET_GO).split()[-1]
    noe = OnAPhone(site, browser, "Noé", "Lambert", "tardif@example.org")
    noe.page.context.add_cookies([{"name": "session", "value": session, "url": site.url}])
    links = LINK.findall(noe.letter("clos sans réponse"))
    noe.open(next(link for link in links if "/propositions/" in link))
    noe.click("Je suis disponible, finalement")
    noe.fill(word="J’étais en déplacement : me revoilà.")
    noe.click("Envoyer mon oui")
    noe.sees("me revoilà")
    noe.sees("doit répondre")
    assert noe.faults == []
