"""What an employer never learns of: own time. Not by a page, a file, a letter or an address; nor by a figure that changes, a
search that finds, or a no that says more than another no."""

import difflib
import io
import logging
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from marketplace.actions.missions import missions
from marketplace.models import HoursEntry, JournalEntry, Message, Mission, Offer, Proposal, Thread
from notifications.models import Notification
from tests.doors.doors import doors_of
from tests.doors.knocking import client_of, knock
from tests.doors.test_bosses import HOME, at_home_of
from tests.factories import make_mission, make_need, make_organisation, make_user
from tests.marketplace.documents.test_documents import text_of

pytestmark = pytest.mark.once
EMPLOYER = ["head", "csr", "hr"]
OWN_PLACE = "Ferme des Saules"
# Of one answer alone: the form's keys, the scripts' own, the moment of a file.
CHANGES = re.compile(
    r'\b[A-Za-z0-9]{64}\b|nonce="[^"]+"|typing_key" value="[^"]+"|\b\d{4}-\d\d-\d\dT[\d:]+Z'
)
FILES = ("csv", "xlsx")


@pytest.fixture(autouse=True)
def _bare_refusals(monkeypatch):
    """Here what a refusal says is what is asked: its page is written."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


@pytest.fixture
def worker(ours):
    """Somebody who helps on their own time, and is employed by the company."""
    person = ours.people["volunteer"]
    ours.company.memberships.create(user=person, role=Membership.Role.EMPLOYEE)
    return person


def whole(answer) -> str:
    """All that an answer says, also in a file: a workbook and an archive are opened, a paper is read."""
    content = answer.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return "\n".join(box.read(name).decode("utf-8", "replace") for name in box.namelist())
    if content.startswith(b"%PDF"):
        return text_of(content)
    return content.decode("utf-8", "replace")


def helps_at_home(person):
    """A whole mission on their own time: said, written, counted."""
    need = make_need(make_organisation(name=OWN_PLACE, member=make_user()), title=OWN_PLACE)
    mission = make_mission(need=need, person=person, status="RUNNING")
    HoursEntry.objects.create(
        mission=mission,
        person=person,
        written_by=person,
        day=timezone.localdate(),
        hours=7,
        what=HOME,
    )
    Message.objects.create(
        thread=mission.proposal.thread, author=person, text=HOME, sent_key="home"
    )
    return mission


def house_pages(world, person):
    """What the pages of the house say to somebody of it, by address."""
    browser, found = client_of(person), {}
    for door in doors_of(world, one=True):
        about = getattr(door.row, "pk", None) == world.company.pk and door.row == world.company
        if about or door.name in ("home", "figures", "programmes", "missions", "offers"):
            answer = knock(browser, door, "GET")
            if answer.status_code == 200:
                found[door.path] = CHANGES.sub("", whole(answer))
    return found


@pytest.mark.parametrize("role", EMPLOYER)
def test_no_figure_and_no_line_of_the_house_changes_by_what_somebody_does_at_home(
    ours, worker, role
):
    """Neither today nor over time: the figures of one week less those of the week before say nothing."""
    before = house_pages(ours, ours.people[role])
    assert len(before) >= 8
    helps_at_home(worker)
    after = house_pages(ours, ours.people[role])
    assert [line for path in before for line in _unlike(before[path], after[path])] == []
    make_mission(work=True, person=worker, company=ours.company, status="RUNNING")
    assert house_pages(ours, ours.people[role]) != before, "on its time, it is told"


def _unlike(one: str, other: str) -> list[str]:
    lines = difflib.ndiff(one.splitlines(), other.splitlines())
    return [line for line in lines if line[0] in "+-"] if one != other else []


@pytest.mark.parametrize("role", EMPLOYER)
def test_no_file_that_the_house_takes_out_says_it(ours, worker, role):
    world = at_home_of(ours, worker)
    mission = helps_at_home(worker)
    browser, company = client_of(ours.people[role]), ours.company
    given = [
        browser.post(reverse("taking-out", args=[company.pk]), {"file": file})
        for code in ("personnes", "missions", "heures", "valeurs", "recus")
        for file in (f"{code}.csv", f"{code}.xlsx")
    ]
    given.append(browser.post(reverse("taking-out", args=[company.pk]), {"file": "tout.xlsx"}))
    given += [browser.post(reverse("employees-export", args=[company.pk, kind])) for kind in FILES]
    taken = [whole(one) for one in given if one.status_code == 200]
    assert len(taken) >= 4
    words = (HOME, OWN_PLACE, mission.need.title, world.things["Offer"][0].title)
    for text in taken:
        assert not [word for word in words if word in text]
    for line in JournalEntry.objects.filter(organisation=company):
        assert HOME not in line.words + line.why


@pytest.mark.parametrize("role", EMPLOYER)
def test_a_search_finds_nothing_of_it(ours, worker, role):
    at_home_of(ours, worker)
    helps_at_home(worker)
    browser = client_of(ours.people[role])
    for name in ("find", "missions", "offers"):
        found, nothing = (browser.get(reverse(name), {"q": word}).text for word in (HOME, "Xyzzy"))
        assert found.count(HOME) == nothing.count("Xyzzy")  # the word that was typed, and no more


@pytest.mark.parametrize("role", [*EMPLOYER, "manager"])
def test_what_is_there_and_isnt_theirs_is_refused_as_what_isnt_there(ours, worker, role):
    """The same status, the same words: a no doesn't say that there is something."""
    with transaction.atomic():
        world = at_home_of(ours, worker)
        browser, told, asked = client_of(ours.people[role]), set(), 0
        for door in doors_of(world, one=True):
            theirs = world.things.get(type(door.row).__name__, [])
            if (
                not isinstance(door.row, (Offer, Proposal, Mission, Thread))
                or door.row not in theirs
            ):
                continue
            nowhere = door.path.replace(f"/{door.row.pk}/", "/987654321/")
            if nowhere == door.path:
                continue
            for how in ("GET", "POST"):
                answer, nothing = knock(browser, door, how), _ask(browser, nowhere, how)
                asked += 1
                said = _words(answer, door.row.pk), _words(nothing, 987654321)
                if answer.status_code != nothing.status_code or said[0] != said[1]:
                    told.add((door.name, how, *_unlike(*said)[:2]))
        transaction.set_rollback(True)
    assert asked > 40
    assert told == set()


def _ask(browser, path, how):
    with transaction.atomic():
        answer = browser.get(path) if how == "GET" else browser.post(path)
        transaction.set_rollback(True)
    return answer


def _words(answer, number):
    return CHANGES.sub("", whole(answer)).replace(f"/{number}/", "/…/")


def test_no_letter_to_the_house_tells_of_it(ours, worker):
    at_home_of(ours, worker)
    before = set(Notification.objects.values_list("pk", flat=True))
    mission = helps_at_home(worker)
    missions.interrupt(mission, reason=HOME, by=worker, now=timezone.now() + timedelta(hours=1))
    told = Notification.objects.exclude(pk__in=before)
    assert told.exists()
    of_house = ours.company.memberships.exclude(user=worker).values("user")
    assert not told.filter(recipient__in=of_house).exists()
