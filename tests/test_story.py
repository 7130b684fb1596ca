"""The whole story, across four people, on the real processes, with letters from a real mail server."""

import pytest

from tests.people_in_browsers import Someone

pytestmark = pytest.mark.e2e
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
    site.manage(
        "create_pole",
        "--name=Pôle du récit",
        "--departments=59,62",
        "--operator=Les Passerelles du récit",
        "--email=coordination@example.org",
        "--commune=59350",
    )
    someone = Someone(site, browser, "Maëlle", "Vandamme", "coordination@example.org")
    someone.sign_up("", invitation=someone.link_in("Passerelles"))
    someone.click("Rejoindre")
    return someone


@pytest.fixture
def treasurer(site, browser):
    return Someone(site, browser, "Ghislaine", "Petit", "tresoriere@example.org")


@pytest.fixture
def employee(site, browser):
    return Someone(site, browser, "Isabelle", "Delbecq", "comptable@example.org")


@pytest.fixture
def stranger(site, browser):
    return Someone(site, browser, "Sam", "Passant", "passant@example.org")


def register(someone: Someone, kind: str, name: str, **numbers: str) -> None:
    someone.open(f"/organisations/nouvelle/{kind}/")
    someone.fill(name=name, purpose="Nous agissons près de chez nous.", **numbers)
    if kind != "collectivite":
        someone.page.locator("[name=legal_form]").select_option(index=1)
    pick_lille(someone)
    someone.click("Inscrire et demander la vérification")


def pick_lille(someone: Someone) -> None:
    """As a keyboard does: type, go down, enter."""
    field = someone.page.locator("[name=commune]")
    field.press_sequentially("lil")
    someone.page.get_by_role("option", name="Lille").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")


def verify(coordinator: Someone, name: str) -> None:
    coordinator.open("/bureau/organisations/")
    coordinator.click(name)
    coordinator.page.locator("[name=verb][value=accept]").click()
    coordinator.page.wait_for_load_state()
    coordinator.look()


def post_a_need(treasurer: Someone) -> str:
    treasurer.open("/besoins/nouveau/")
    treasurer.fill(title="Tenir la comptabilité sans se tromper")
    treasurer.page.locator("[name=context]").press_sequentially(
        "Notre comptabilité générale est tenue depuis un an par une seule personne."
    )
    treasurer.fill(deliverable="Une comptabilité à jour et un guide.")
    pick_first_suggestion(treasurer)
    set_dates_and_volume(treasurer)
    treasurer.page.locator("[name=cause]").select_option(index=1)
    treasurer.page.locator("[name=format]").select_option("SPLIT")
    treasurer.click("Envoyer à la coordination")
    treasurer.sees("La coordination lit votre besoin")
    return treasurer.page.url.removeprefix(treasurer.site.url)


def qualify(coordinator: Someone, need: str) -> None:
    """From the desk: the four questions, then the outcome."""
    coordinator.open("/bureau/")
    coordinator.sees("Tenir la comptabilité")
    coordinator.open(f"/bureau{need}qualifier/")
    for test in ("scope", "transfer", "team", "urgency"):
        coordinator.page.locator(f"[name={test}][value=YES]").check()
    coordinator.page.locator("[name=outcome][value=PUBLISH]").check()
    coordinator.page.locator("[name=end]").click()
    coordinator.page.wait_for_load_state()
    coordinator.look()


def pick_first_suggestion(someone: Someone) -> None:
    """What was written has been read: the first proposal is added with one click."""
    button = someone.page.locator("#skills-picker .suggestions button").first
    button.wait_for()
    button.click()
    someone.page.locator(".picked-skill").first.wait_for()
    someone.look()


def set_dates_and_volume(someone: Someone) -> None:
    today = someone.page.evaluate("new Date().toISOString().slice(0, 10)")
    later = someone.page.evaluate("new Date(Date.now() + 90 * 864e5).toISOString().slice(0, 10)")
    someone.fill(starts_on=today, ends_on=later, volume="30")


def post_an_offer(employee: Someone, *, time: str = "OWN") -> None:
    employee.open("/offres/nouvelle/")
    employee.page.locator("[name=person]").select_option(
        label=f"{employee.first_name} {employee.last_name}"
    )
    employee.fill(title="Experte-comptable")
    employee.page.locator("[name=about]").press_sequentially(
        "Je forme les trésoriers et je tiens la comptabilité d'associations."
    )
    pick_first_suggestion(employee)
    employee.page.locator(f"[name=time][value={time}]").check()
    set_dates_and_volume(employee)
    employee.click("Publier")
    employee.sees("Les besoins qui conviennent le mieux")


def test_from_a_need_to_a_mission_that_is_followed(
    site, coordinator, treasurer, employee, stranger
):
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
    coordinator.open(coordinator.link_in("a besoin de vous"))
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

    everyone = (coordinator, treasurer, employee, stranger)
    assert [fault for person in everyone for fault in person.faults] == []


def test_a_town_asks_for_help_and_lends_an_agent_from_one_account(site, browser, coordinator):
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
    assert "premier besoin" in town.letter("vérifiée")

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
    assert [fault for person in (coordinator, town) for fault in person.faults] == []
