"""The story of tests/test_story.py and a mission at work, with its papers and a file, in browsers in front of two webs with
disks of their own."""

import pytest
from playwright.sync_api import expect

from tests import test_story
from tests.config.several import balanced, several_machines
from tests.marketplace.talk.test_files import pdf
from tests.people_in_browsers import Someone
from tests.telling import begin
from tests.test_mission_of_each_regime import FRAMES, from_yes_to_closed, laid_out, people_of

pytestmark = [pytest.mark.e2e, pytest.mark.postgres]
LETTER = pdf()


class Busy(Someone):
    """Looks at nothing: these pages are looked at where one machine answers them."""

    def look(self) -> None:
        self.page.wait_for_load_state()


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    with several_machines(prepared, folder) as site:
        yield site


@pytest.fixture
def someone(site, browser):
    people: list[Busy] = []

    def make(*names: str) -> Busy:
        people.append(Busy(site, browser, *names))
        return people[-1]

    yield make
    for person in people:
        person.page.context.close()


@pytest.fixture
def told_by_both(site, tmp_path):
    """The balancer; when all is told, each web has answered a good part of it, and kept no file. Half of it each, but for the
    ten seconds during which nginx leaves a web alone that a busy machine has let fail twice."""
    with balanced(site, tmp_path) as answered:
        yield
    ports = answered.read_text().split()
    for web in site.webs:
        assert ports.count(f"127.0.0.1:{web.port}") > len(ports) / 6
    assert site.keeps_no_file()


@pytest.mark.usefixtures("told_by_both")
def test_from_a_need_to_a_mission_that_is_followed(site, browser, someone):
    test_story.tell(
        site,
        begin(site, browser, Busy),
        someone("Ghislaine", "Petit", "tresoriere@example.org"),
        someone("Isabelle", "Delbecq", "comptable@example.org"),
        someone("Sam", "Passant", "passant@example.org"),
    )
    assert [word for word in test_story.CANARIES if word in site.log] == []


@pytest.mark.usefixtures("told_by_both")
def test_from_yes_to_the_last_paper_with_a_file_between_them(site, someone, tmp_path):
    frame = next(frame for frame in FRAMES if frame.name == "prestation")
    people = people_of(frame, laid_out(site, [frame]), someone)
    from_yes_to_closed(people, frame)
    vault = site.bucket / "vault"
    papers = {path for path in vault.rglob("*") if path.is_file()}
    assert papers
    send_a_file(people.head, tmp_path)
    people.worker.open(people.head.page.url.partition("#")[0])  # with it, no page is asked for
    link = people.worker.page.get_by_role("link", name="devis.pdf")
    path = link.first.get_attribute("href")
    for _turn in site.webs:  # the balancer gives them their turns
        answer = people.worker.page.request.get(site.url + path)
        assert (answer.status, answer.body()) == (200, LETTER)
    assert len({path for path in vault.rglob("*") if path.is_file()} - papers) == 1


def send_a_file(person: Someone, folder) -> None:
    letter = folder / "devis.pdf"
    letter.write_bytes(LETTER)
    person.fill(text="Voici le devis.")
    person.page.locator("details.said-more > summary").click()
    person.page.locator("[name=files]").set_input_files(letter)
    person.click("Envoyer", exact=True)
    expect(person.page.get_by_role("link", name="devis.pdf").first).to_be_visible()
