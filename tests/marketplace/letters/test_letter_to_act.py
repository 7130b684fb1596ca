"""From a letter to the act: each letter that asks something of the coordinators leads to the page where it is done, whose
first form is the act; how many presses that takes is counted here, and written in docs/desk.md."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.letters import DESK
from accounts.letters.organisations import organisation_submitted
from accounts.states import OrganisationStatus
from marketplace import letters
from marketplace.actions.desk import desk as acts
from marketplace.letters import registry
from marketplace.models import Case, Eligibility, MissionSheet
from marketplace.states import NeedStatus
from notifications.models import Notification
from tests.factories import make_coordinator, make_mission, make_need, make_organisation, make_user
from tests.marketplace.desk.desk_people import (
    ago,
    asleep,
    key_of,
    make_colleague,
    scope_of,
    submitted,
)
from tests.marketplace.desk.waiting import (
    a_case,
    a_domain,
    a_report,
    receipts_to_check,
)

READ = {"scope": "YES", "transfer": "YES", "team": "YES", "urgency": "YES", "outcome": "PUBLISH"}
TODAY = timezone.localdate


def a_need_told(_coordinator) -> None:
    need = make_need(member=make_user(), status=NeedStatus.DRAFT)
    letters.need_submitted(need.move(NeedStatus.SUBMITTED, by=need.created_by))
    type(need).objects.update(submitted_at=ago(0))


def a_reading_due(_coordinator) -> None:
    need = submitted(3)
    letters.reading_due(need, handed_in_on=TODAY(), by_day=TODAY(), late=True)


def an_organisation_told(_coordinator) -> None:
    boss = make_user()
    structure = make_organisation(status=OrganisationStatus.MORE_ASKED, administrator=boss)
    organisation_submitted(structure.move(OrganisationStatus.SUBMITTED, by=boss))


def a_case_told(_coordinator) -> None:
    letters.case_opened(a_case(), words="Elle ne répond plus.")


def a_case_passed_on(coordinator) -> None:
    case = a_case()
    case.in_charge = coordinator
    case.save(update_fields=["in_charge"])
    by = make_colleague(coordinator)
    entry = case.entries.create(kind="NOTE", words="À toi.", by=by)
    letters.case_passed_on(case, entry=entry, by=by)


def receipts_told(_coordinator) -> None:
    letters.eligibility_declared(Eligibility.objects.get(organisation=receipts_to_check()))


def a_share_told(_coordinator) -> None:
    mission = make_mission(work=True, regime="NON_PROFIT_LOAN")
    MissionSheet.objects.update(billed_share=40, share_asked_at=ago(1))
    mission.refresh_from_db()
    letters.below_cost_asked(mission)


def a_silence_told(_coordinator) -> None:
    closes_on = TODAY() + timedelta(days=4)
    letters.proposal_silent(asleep(), silent=["NEED"], closes_on=closes_on)


def a_line_handed_over(coordinator) -> None:
    need, by = submitted(1), make_colleague(coordinator)
    acts.hand_over(acts.find(key_of(by, need), scope_of(by)), to=coordinator, note="", by=by)


@dataclass(frozen=True)
class Way:
    """How a letter is told, the words on the button of its act, what is chosen there, and what is typed."""

    tell: Callable[[Any], Any]
    button: str
    chosen: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def presses(self) -> int:
        """The letter's link, a press for each choice, the button."""
        return 1 + len(self.chosen) + 1


WAYS: dict[str, Way] = {
    "need_submitted": Way(a_need_told, "Décider et prévenir la structure", {**READ}),
    "reading_due": Way(a_reading_due, "Décider et prévenir la structure", {**READ}),
    "handed_over": Way(a_line_handed_over, "Décider et prévenir la structure", {**READ}),
    "organisation_submitted": Way(an_organisation_told, "Accepter cette organisation"),
    "proposal_silent": Way(a_silence_told, "Envoyer les courriels"),
    "case_opened": Way(a_case_told, "Je m’en occupe"),
    "case_passed_on": Way(a_case_passed_on, "Noter", typed={"words": "Appelée."}),
    "domain_asked": Way(lambda _by: a_domain(), "Oui, pour un an"),
    "message_reported": Way(lambda _by: a_report(), "Garder le message"),
    "eligibility_declared": Way(receipts_told, "J’ai vérifié"),
    "below_cost_asked": Way(a_share_told, "Répondre", {"agrees": "yes"}),
}
# Whose act isn't a form at the top of a page.
OTHERWISE = {
    "administrator_silent": "one asks the structure who takes over, as one can: test_inactivity.py",
    "behalf_asked": "one reads first who asks and for what: test_behalf_asked.py",
    "tasks_left": "one chooses whose they become: test_tasks_of_leavers.py",
    "pole_asked": "one looks for somebody there: the page begins with one's own people who fit",
    "pole_reminded": "the same page",
    "need_alone": "one looks for somebody: the page begins with those who fit",
    "lines_left": "one chooses which lines, before who takes them over: test_takeovers.py",
    "needs_dispatched": "several needs: the board in which they stand",
    "mission_disputed": "both sides are called first; how it goes on is said on the mission's page",
    "seat_asked": "the seat's page begins with the question and its two answers: test_operators.py",
    "skill_proposed": "for those who keep the list of skills, in the admin",
}
each_way = pytest.mark.parametrize(("name", "way"), WAYS.items(), ids=[*WAYS])


@pytest.fixture
def coordinator(client):
    coordinator = make_coordinator(first_name="Maëlle", last_name="Vandamme")
    client.force_login(coordinator)
    return coordinator


def link_of(name: str, coordinator) -> str:
    """Where the letter leads, as its reader finds it."""
    letter = Notification.objects.filter(kind=name, recipient=coordinator).latest("pk")
    assert letter.url in unescape(letter.text)
    return letter.url


def first_form(page: str) -> str:
    main = page[page.index('<main id="main"') :]
    return re.search(r'<form[^>]*method="post".*?</form>', main, re.DOTALL)[0]


def said_with(form: str, words: str) -> dict[str, str]:
    """The name and value of the button with these words."""
    for attributes, inside in re.findall(r"<button([^>]*)>(.*?)</button>", form, re.DOTALL):
        if words in unescape(re.sub(r"<[^>]+>", "", inside)):
            found = dict(re.findall(r'(name|value)="([^"]*)"', attributes))
            return {found["name"]: found["value"]} if "name" in found else {}
    raise AssertionError(f"no button “{words}” in the first form")


class Filled(HTMLParser):
    """What a form holds as it is shown: what a browser would send with no press but the button's."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.firsts: dict[str, list[str]] = {}
        self.select = ""
        self.feed(form)
        self.values = self.firsts | self.values  # nothing chosen: a list shows its first line

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        kind, name, value = given.get("type", "text"), given.get("name"), given.get("value") or ""
        if tag == "select":
            self.select = name or ""
        elif tag == "option" and "selected" in given:
            self.values.setdefault(self.select, []).append(value)
        elif tag == "option":
            self.firsts.setdefault(self.select, [value])
        elif tag == "input" and name and (kind not in {"radio", "checkbox"} or "checked" in given):
            self.values.setdefault(name, []).append(value)


def test_each_letter_that_asks_something_of_the_coordinators_is_walked_or_says_why_not():
    asking = {one.name for one in registry.LETTERS if one.family.code == DESK.code and one.asks}
    assert asking == WAYS.keys() | OTHERWISE.keys()
    assert not WAYS.keys() & OTHERWISE.keys()


@each_way
def test_its_link_leads_to_the_act_and_the_act_is_done_there(client, coordinator, name, way):
    way.tell(coordinator)
    url = link_of(name, coordinator)
    page = client.get(url)
    assert page.status_code == 200, "no other page between the letter and the act"
    form = first_form(page.text)
    action = re.match(r'<form[^>]*action="([^"]*)"', form)
    sent = Filled(form).values | said_with(form, way.button) | way.chosen | way.typed
    answer = client.post(unescape(action[1]) if action else url, sent)
    done = answer.status_code == 302 or bool((answer.context or {}).get("outcomes"))
    assert done, "the act wants something more than was pressed"


def test_the_presses_are_those_that_the_documentation_counts():
    page = (Path(settings.BASE_DIR) / "docs" / "desk.md").read_text()
    told = dict(re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|$", page, re.MULTILINE))
    assert told == {name: str(way.presses) for name, way in WAYS.items()}


def test_a_letter_about_what_a_suspended_side_leaves_unanswered_leads_to_what_was_proposed():
    """Nobody answers for it meanwhile: it helps to read, and not to chase."""
    coordinator = make_coordinator()
    proposal = asleep()
    structure = proposal.need.organisation
    structure.status = OrganisationStatus.SUSPENDED
    structure.save(update_fields=["status"])
    letters.proposal_silent(proposal, silent=["NEED"], closes_on=TODAY())
    assert link_of("proposal_silent", coordinator) == proposal.get_absolute_url()


def test_the_link_of_a_letter_about_a_silence_finds_nothing_for_a_stranger(client, coordinator):
    a_silence_told(coordinator)
    url = link_of("proposal_silent", coordinator)
    client.force_login(make_user())
    assert client.get(url).status_code == 403
    asked = parse_qs(urlsplit(url).query)
    assert client.post(urlsplit(url).path, asked).status_code == 403
    client.logout()
    assert client.get(url).status_code == 302
    assert not Case.objects.exists()
