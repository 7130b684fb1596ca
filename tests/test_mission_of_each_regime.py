"""One mission of each legal frame, from the second yes to the last page, in browsers on the real processes."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from pypdf import PdfReader

from tests.marketplace.desk.mentions import kinds_in, missing
from tests.mission_people import SETUP
from tests.people_in_browsers import NARROW, PASSWORD, Someone

pytestmark = [pytest.mark.e2e, pytest.mark.once]


@dataclass(frozen=True)
class Frame:
    """What is answered, and what the papers must say."""

    name: str
    answers: dict
    papers: tuple[str, ...]
    receipt: bool = False
    company_form: str = "SAS"
    structure_form: str = "ASSOCIATION"

    @property
    def work(self) -> bool:
        return bool(self.answers)


FRAMES = [
    Frame(
        "prestation",
        {"whose": "COMPANY", "directs": "EMPLOYER", "receipt": "YES"},
        ("mécénat",),
        receipt=True,
    ),
    Frame(
        "pret",
        {"whose": "COMPANY", "directs": "STRUCTURE", "receipt": "YES"},
        ("L. 8241", "avenant"),
        receipt=True,
    ),
    Frame("benevolat", {}, ("bénévol",)),
    Frame(
        "agent",
        {"whose": "PUBLIC", "directs": "STRUCTURE", "receipt": "YES"},
        ("209", "arrêté"),
        company_form="PUBLIC",
    ),
    Frame(
        "cooperative",
        {
            "whose": "COMPANY",
            "directs": "STRUCTURE",
            "receipt": "NO",
            "large_lender": "on",
            "small_user": "on",
        },
        ("8241-3",),
        structure_form="SCIC",
    ),
    Frame(
        "salariee",
        {"whose": "NON_PROFIT", "directs": "STRUCTURE"},
        ("L. 8241-1", "marge"),
        company_form="ASSOCIATION",
    ),
]


PARTS = """[...new Set([...document.querySelectorAll("body *")].map(part =>
    [part.tagName, part.className, part.type, part.getAttribute("role")].join(" ")))]"""


class Hurried(Someone):
    """Axe looks at each kind of page, then only when it shows a kind of part that it hadn't there before.
    That nothing is wider than a phone is asked of each kind of page in each legal frame: words differ."""

    parts: ClassVar[dict[str, set[str]]] = {}
    measured: ClassVar[set[tuple[str, str]]] = set()

    def look(self) -> None:
        self.page.wait_for_load_state()
        frame = self.email.partition("@")[0].rpartition("-")[2]
        shape = re.sub(r"\d+|[\w-]{40,}", "#", urlsplit(self.page.url).path)
        seen, parts = self.parts.setdefault(shape, set()), set(self.page.evaluate(PARTS))
        if parts - seen:
            seen |= parts
            super().look()
        elif (frame, shape) not in self.measured:
            self.measure()
        self.measured.add((frame, shape))


@dataclass
class People:
    head: Someone
    boss: Someone
    worker: Someone
    manager: Someone
    proposal: str


@pytest.fixture(scope="module")
def proposals(site) -> dict[str, str]:
    """The six stories laid out at once: a process of Django's takes longer to start than to do it."""
    return laid_out(site, FRAMES)


def laid_out(site, frames: list[Frame]) -> dict[str, str]:
    """The number of each one's proposal."""
    told = [
        SETUP.format(
            mark=frame.name.capitalize(), number=4100 + rank, work=frame.work, receipt=frame.receipt,
            company_form=frame.company_form, structure_form=frame.structure_form,
        )
        for rank, frame in enumerate(frames)
    ]  # fmt: skip
    return dict(re.findall(r"proposal (\w+) (\d+)", site.manage("shell", say="\n".join(told))))


@pytest.fixture
def people(site, browser, proposals, frame):
    people = people_of(frame, proposals, lambda *names: Hurried(site, browser, *names))
    yield people
    for person in (people.head, people.boss, people.worker, people.manager):
        person.page.context.close()


def people_of(frame: Frame, proposals: dict[str, str], someone: Callable[..., Someone]) -> People:
    mark = frame.name.capitalize()
    names = (
        ("Inès", "Marchal"),
        ("Paul", "Delattre"),
        ("Noé", "Lambert"),
        ("Dominique", "Lefebvre"),
    )
    keys = ("ines", "paul", "noe", "dominique")
    there = [
        someone(*name, f"{key}-{mark}@example.org".lower())
        for name, key in zip(names, keys, strict=True)
    ]
    return People(*there, f"/propositions/{proposals[mark]}/")


def enter(person: Someone) -> None:
    person.open("/compte/login/")
    person.fill(login=person.email, password=PASSWORD)
    person.page.get_by_role("main").locator("form button").last.click()
    person.page.wait_for_load_state()


def answer_the_questions(person: Someone, mission: str, answers: dict) -> None:
    person.open(mission)
    person.click("Répondre à quelques questions")
    for name in [one for one in ("whose", "directs", "receipt") if one in answers]:
        person.page.locator(f"[name={name}][value={answers[name]}]").check()
    if "large_lender" in answers:
        person.page.locator("details.more summary").first.click()
        person.page.locator("[name=large_lender]").check()
        person.page.locator("[name=small_user]").check()
    person.click("Choisir ce cadre")


def write_for_the_papers(person: Someone, mission: str) -> None:
    """What they will say of the aim and of the work: saved, it is this side's yes."""
    person.open(f"{mission}fiche/")
    person.click("Les écrire")
    person.fill(
        aim="L’équipe tient elle-même son site à jour.",
        work="Construire le site et former l’équipe.",
    )
    person.click("Enregistrer et prévenir l’autre partie")
    person.sees("Version 2")


def say_yes_to_the_sheet(person: Someone, mission: str) -> None:
    person.open(mission)
    person.click("Lire la fiche")
    person.click("Oui à cette fiche")


def get_the_agreement(people: People, mission: str) -> None:
    worker, manager, boss = people.worker, people.manager, people.boss
    worker.open(mission)
    worker.click("Demander l’accord")
    worker.fill(manager_name="Dominique Lefebvre", manager_email=manager.email, position="Fondeur")
    worker.click("Écrire à la hiérarchie")
    worker.sees("Dominique Lefebvre")
    manager.open(manager.link_in("demande votre accord"))
    manager.choose("Je donne mon accord")
    manager.click("Envoyer ma réponse")
    manager.sees("Vous avez répondu")
    enter(boss)
    boss.open(mission)
    boss.click("Répondre pour l’employeur")
    boss.choose("Je donne mon accord")
    boss.click("Répondre pour l’employeur")


def make_the_papers(person: Someone, mission: str, section_of: int = 0) -> list[str]:
    """Each one of a section – before the mission, after it – made; their addresses."""
    person.open(f"{mission}papiers/")
    while person.page.locator("form[action$='/faire/']").filter(visible=True).count():
        before = person.page.locator("form[action$='/faire/']").count()
        section = person.page.locator("main section").nth(section_of)
        if not section.locator("form[action$='/faire/']").count():
            break
        section.locator("form[action$='/faire/'] button").first.click()
        person.page.wait_for_load_state()
        person.look()
        person.open(f"{mission}papiers/")
        assert person.page.locator("form[action$='/faire/']").count() < before, (
            person.page.content()
        )
    links = person.page.locator("main section").nth(section_of).locator("h3 a").all()
    return [link.get_attribute("href") for link in links]


def sign(person: Someone, document: str) -> None:
    """For every side this person may sign for."""
    person.open(document)
    while person.page.locator("form[action$='/signer/']").count():
        form = person.page.locator("form[action$='/signer/']").first
        form.locator("[name=capacity]").fill("signataire")
        form.locator("[name=agreed]").check()
        form.locator("button").click()
        person.page.wait_for_load_state()
        person.open(document)


def text_of(person: Someone, path: str) -> str:
    answer = person.page.request.get(person.site.url + path)
    assert answer.headers["content-type"] == "application/pdf", path
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def sign_everything(people: People, mission: str) -> str:
    documents = make_the_papers(people.head, mission)
    assert documents
    there = [people.head, people.worker]
    if people.boss.page.url != "about:blank":  # nobody at work has a part in volunteering
        there.append(people.boss)
    for person in there:
        for document in documents:
            sign(person, document)
    said = [read(text_of(people.head, f"{document}signe.pdf")) for document in documents]
    return " ".join(said)


def read(said: str) -> str:
    """Mention by mention: a paper is known by its title."""
    kinds = kinds_in(said)
    assert kinds, said[:300]
    for kind in kinds:
        assert missing(said, kind) == [], kind
    return said


def papers_of_the_end(people: People, mission: str) -> str:
    """What was done, certified by the structure."""
    documents = make_the_papers(people.head, mission, section_of=1)
    assert documents
    return " ".join(read(text_of(people.head, f"{document}original.pdf")) for document in documents)


def give_hours(people: People, mission: str) -> None:
    worker, head = people.worker, people.head
    worker.open(mission)
    worker.click("Noter mes heures")
    today = (
        f"{datetime.now(ZoneInfo(settings.TIME_ZONE)):%Y%m%d}"  # the site's day, not the browser's
    )
    worker.fill(**{f"hours_{today}": "3h30", f"what_{today}": "Premières maquettes"})
    worker.click("Enregistrer la semaine")
    worker.sees("Heures notées : 3,5")
    head.open(mission)
    head.click("Confirmer les heures")
    head.click("Tout confirmer")
    head.sees("Confirmées : 3,5")


def review(person: Someone, mission: str) -> None:
    person.open(f"{mission}bilan/")
    person.page.locator("[name=rating][value='5']").check()
    person.page.locator("[name=again][value=yes]").check()
    person.click("Envoyer mon bilan")


def value_and_receipt(people: People, mission: str) -> None:
    boss, head = people.boss, people.head
    boss.open(mission)
    boss.click("Déclarer la valeur")
    boss.fill(amount="123,45")
    boss.page.locator("[name=certified]").check()
    boss.click("Déclarer cette valeur")
    head.open(mission)
    head.click("Délivrer le reçu")
    head.fill(capacity="présidente")
    head.page.get_by_role("main").locator("form button.btn-accent").last.click()
    head.page.wait_for_load_state()
    receipt = head.page.url.removeprefix(head.site.url)
    said = read(text_of(head, f"{receipt}original.pdf"))
    for mention in ("238 bis", "123,45", "Les Ateliers", "Fonderie"):
        assert mention in said.replace("\u202f", " ").replace("\xa0", " "), mention


def a_visitor_finds(people: People, *names: str) -> None:
    """The association that has lent somebody and the one that has asked: in the directory, on a phone, without a script."""
    window = people.head.browser.new_context(
        viewport=NARROW, locale="fr-FR", java_script_enabled=False
    )
    page = window.new_page()
    for name in names:
        page.goto(f"{people.head.site.url}/organisations/")
        page.locator("#id_q").fill(name)
        page.keyboard.press("Enter")
        page.get_by_role("link", name=name).first.click()
        assert page.locator("h1").inner_text() == name
    window.close()


def a_visitor_finds_both(people: People, frame: Frame) -> None:
    """Who asked and who lent, in the public directory, with what they have in common."""
    visitor = Hurried(
        people.head.site,
        people.head.page.context.browser,
        "",
        "",
        f"visite-{frame.name}@example.org",
    )
    for name in (f"Ateliers {frame.name}", f"Fonderie {frame.name}"):
        visitor.open(f"/organisations/?q={name.replace(' ', '+')}")
        visitor.sees(name.title())
    visitor.page.context.close()


@pytest.mark.parametrize("frame", FRAMES, ids=[frame.name for frame in FRAMES])
def test_from_yes_to_closed(people, frame):
    from_yes_to_closed(people, frame)
    everyone = (people.head, people.worker, people.boss, people.manager)
    assert [fault for person in everyone for fault in person.faults] == []


def from_yes_to_closed(people: People, frame: Frame) -> None:
    head, worker = people.head, people.worker
    enter(head)
    enter(worker)
    head.open(people.proposal)
    head.click("Oui, allons-y")
    mission = head.page.url.removeprefix(head.site.url)

    if frame.work:
        answer_the_questions(worker, mission, frame.answers)
        write_for_the_papers(worker, mission)
        say_yes_to_the_sheet(head, mission)
        get_the_agreement(people, mission)
        said = sign_everything(people, mission)
        head.open(mission)
        head.click("Commencer la mission")
    else:
        worker.open(mission)
        worker.click("Commencer la mission")
    (head if frame.work else worker).click("Oui, la mission commence")
    if not frame.work:
        write_for_the_papers(head, mission)
        said = sign_everything(people, mission)
    for mention in frame.papers:
        assert mention in said, mention

    give_hours(people, mission)
    worker.open(mission)
    worker.click("Le travail est fini")
    worker.click("Oui, le travail est fini")
    certified = papers_of_the_end(people, mission)
    assert "3,5" in certified
    assert worker.first_name in certified
    for person in (head, worker):
        review(person, mission)
    if frame.work:  # the company that lent somebody is waited for
        review(people.boss, mission)
    if frame.receipt:
        value_and_receipt(people, mission)
    head.open(mission)  # it has closed by itself
    head.sees("Close")
    if frame.work:
        a_visitor_finds_both(people, frame)
    head.sees("5 sur 5")
    if frame.name == "salariee":
        a_visitor_finds(people, "Les Ateliers Salariee", "Fonderie Salariee")
