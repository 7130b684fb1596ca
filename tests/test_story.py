"""The whole story, across four people, on the real processes, with letters from a real mail server."""

import pytest

from tests.people_in_browsers import Someone
from tests.telling import begin, post_a_need, post_an_offer, qualify, register, verify

pytestmark = pytest.mark.e2e
# Of people, and of what they write: in no line of the log, however the story goes.
CANARIES = (
    "Ghislaine",
    "Delbecq",
    "tresoriere@example.org",
    "comptable@example.org",
    "Vous devriez vous entendre",
)
A_WEEK_LATER = """
from datetime import timedelta
from django.utils import timezone
from marketplace.models import Mission
from marketplace.tasks import ask_follow_ups
Mission.objects.update(
    starts_on=timezone.localdate() - timedelta(days=8),
    started_at=timezone.now() - timedelta(days=8),
)
ask_follow_ups()
"""


@pytest.fixture
def coordinator(site, browser):
    return begin(site, browser)


@pytest.fixture
def treasurer(site, browser):
    return Someone(site, browser, "Ghislaine", "Petit", "tresoriere@example.org")


@pytest.fixture
def employee(site, browser):
    return Someone(site, browser, "Isabelle", "Delbecq", "comptable@example.org")


@pytest.fixture
def stranger(site, browser):
    return Someone(site, browser, "Sam", "Passant", "passant@example.org")


def test_from_a_need_to_a_mission_that_is_followed(
    site, coordinator, treasurer, employee, stranger
):
    tell(site, coordinator, treasurer, employee, stranger)
    everyone = (coordinator, treasurer, employee, stranger)
    assert [fault for person in everyone for fault in person.faults] == []
    assert [word for word in CANARIES if word in site.log] == []


def tell(
    site, coordinator: Someone, treasurer: Someone, employee: Someone, stranger: Someone
) -> None:
    # Two organisations register; nothing of them is public until a coordinator has verified them.
    treasurer.sign_up("ESS")
    treasurer.confirm()
    register(treasurer, "structure", "L’Épicerie du récit", rna="W595000001")
    employee.sign_up("COMPANY")
    employee.confirm()
    register(employee, "entreprise", "Cabinet du récit", company_number="000000018")
    need = post_a_need(treasurer)
    stranger.finds_nothing_at(need)
    verify(coordinator, "L’Épicerie du récit")
    verify(coordinator, "Cabinet du récit")
    employee.letter("vérifiée")

    # The coordinator qualifies the need; the company offers; each is shown the other with reasons.
    qualify(coordinator, need)
    treasurer.letter("publié")
    post_an_offer(employee)
    employee.sees("Tenir la comptabilité sans se tromper")
    treasurer.open(need)
    treasurer.click("Voir qui pourrait aider")
    treasurer.sees("Isabelle D.")
    treasurer.does_not_see("comptable@example.org")

    # The coordinator introduces them; both say yes; the stranger sees nothing of it.
    coordinator.open(need)
    coordinator.click("Voir qui pourrait aider")
    coordinator.click("Proposer")
    coordinator.fill(word="Vous devriez vous entendre.")
    coordinator.click("Proposer aux deux parties")
    proposal = coordinator.page.url.removeprefix(site.url)
    employee.open(employee.link_in("Une mission pour vous"))
    employee.click("Oui, allons-y")
    treasurer.open(treasurer.link_in("Un premier oui"))
    treasurer.click("Oui, allons-y")
    treasurer.sees("comptable@example.org")
    mission = treasurer.page.url.removeprefix(site.url)
    stranger.sign_up("MYSELF")
    stranger.confirm()
    for path in (proposal, mission):
        stranger.finds_nothing_at(path)

    # They talk, and a letter says that a message waits.
    treasurer.fill(text="Bonjour Isabelle, jeudi à 9 h vous irait ?")
    treasurer.click("Envoyer", exact=True)
    treasurer.sees("jeudi à 9 h")
    assert "jeudi à 9 h" in employee.letter("vous a écrit")
    assert "comptable@example.org" in treasurer.letter("C’est oui")

    # On one's own time nothing stands between the two yeses and the first day.
    employee.open(mission)
    employee.click("Commencer la mission")
    employee.click("Oui, la mission commence")
    assert "comptable@example.org" in treasurer.letter("commence")

    # A week later the question comes by itself, and the letter's link answers it.
    site.manage("shell", say=A_WEEK_LATER)
    letter = employee.letter("comment cela se passe")
    doubt = next(line for line in letter.splitlines() if "answer=DOUBT" in line).split(" ")[-1]
    employee.page.goto(doubt)
    employee.click(
        "Envoyer ma réponse"
    )  # within minutes of the letter a program may have opened it
    employee.sees("La coordination est prévenue")
    coordinator.open(coordinator.link_in("a un doute"))
    coordinator.sees("J’ai un doute")

    # The mission ends, and each side says how it went.
    treasurer.open(mission)
    treasurer.click("Le travail est fini")
    treasurer.click("Oui, le travail est fini")
    treasurer.click("Faire mon bilan")
    treasurer.page.locator("[name=rating][value='5']").check()
    treasurer.page.locator("[name=again][value=yes]").check()
    treasurer.fill(words="Nos comptes sont à jour.")
    treasurer.click("Envoyer mon bilan")
    treasurer.sees("5 sur 5")
    employee.letter("est terminée")
