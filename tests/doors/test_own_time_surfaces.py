"""Own time by each surface on which an employer could learn of it: what a file holds, how long it is, what its name and the head of
an answer say, where a link leads, from where a browser says that it comes."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.actions.desk import calendars, data_copies
from marketplace.models import DataCopy, HoursEntry
from marketplace.models.documents.documents import vault
from tests.doors.doors import doors_of
from tests.doors.knocking import client_of, knock
from tests.doors.test_bosses import HOME
from tests.doors.test_own_time import CHANGES, EMPLOYER, OWN_PLACE, helps_at_home, whole, worker
from tests.factories import make_mission

pytestmark = pytest.mark.once
__all__ = ["worker"]
# Of one moment: how long a form's key is, and when a file was made, says nothing of anybody.
MOMENTS = re.compile(r"\b\d{1,2}:\d\d(:\d\d)?\b|\b\d{1,2} h \d\d\b|DTSTAMP:\S+|\d{8}T\d{6}Z?")
HEADS = {
    "Set-Cookie",
    "X-Request-ID",
    "Date",
    "Expires",
    "Content-Length",
    "Content-Security-Policy",
}
OF_COPIES = {"marketplace.datacopy", "marketplace.journalentry"}


def said(content: bytes) -> str:
    """All that a file says, with the names and the lengths of what is in it."""
    if not content.startswith(b"PK"):
        return MOMENTS.sub("", whole(_Answer(content)))
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        parts = {one.filename: box.read(one) for one in box.infolist()}
    return "\n".join(
        f"{name}\n{said(part)}" for name, part in sorted(parts.items()) if _speaks(name)
    )


def _speaks(name: str) -> bool:
    return not name.endswith(("core.xml", ".png", ".svg", ".css"))


class _Answer:
    def __init__(self, content):
        self.content = content

    def getvalue(self):
        return self.content


# --- the surfaces: each gives what somebody of the house takes, as bytes ------------------------
def tables(ours, browser, ending):
    page = reverse("taking-out", args=[ours.company.pk])
    names = ["personnes", "missions", "heures", "valeurs", "recus"]
    names = [f"{name}.{ending}" for name in names] + (["annee.xlsx"] if ending == "xlsx" else [])
    return [browser.post(page, {"file": name}) for name in names]


def people(ours, browser, ending):
    return [browser.post(reverse("employees-export", args=[ours.company.pk, ending]))]


def report(ours, browser, _ending):
    year = timezone.localdate().year
    page = reverse("organisation-year-pdf", args=[ours.company.pk, year])
    return [browser.post(page, {"version": version}) for version in ("interne", "montrer", "")]


def papers(ours, browser, _ending):
    return [browser.post(reverse("leave-papers", args=[ours.company.pk]))]


SURFACES = {
    "CSV of the year": (tables, "csv"),
    "Excel of the year": (tables, "xlsx"),
    "CSV of the people": (people, "csv"),
    "Excel of the people": (people, "xlsx"),
    "PDF of the year": (report, "pdf"),
    "ZIP of the papers": (papers, "zip"),
}


def taken(surface, ours, role):
    ask, ending = SURFACES[surface]
    answers = [
        one for one in ask(ours, client_of(ours.people[role]), ending) if one.status_code == 200
    ]
    heads = [_head(one) for one in answers]
    return [said(one.getvalue()) for one in answers], heads


def _head(answer):
    return {
        name: CHANGES.sub("", value) for name, value in answer.headers.items() if name not in HEADS
    }


def at_home(ours, worker):
    """A mission on their own time, by an offer that still bears the house."""
    mission = helps_at_home(worker)
    type(mission.offer).objects.filter(pk=mission.offer_id).update(organisation=ours.company)
    return mission


def at_work(ours, worker):
    mission = make_mission(work=True, person=worker, company=ours.company, status="RUNNING")
    HoursEntry.objects.create(
        mission=mission, person=worker, written_by=worker, day=timezone.localdate(), hours=3, what="x",
    )  # fmt: skip
    return mission


@pytest.mark.parametrize("surface", SURFACES)
def test_a_file_of_the_house_is_the_same_whatever_they_do_at_home(ours, worker, surface):
    """To the letter, in its length, its name and its head; and by what is done at work it changes."""
    before = taken(surface, ours, "head")
    assert before[0], "the head of a house takes it out"
    at_home(ours, worker)
    assert taken(surface, ours, "head") == before
    at_work(ours, worker)
    if surface != "ZIP of the papers":  # none is made yet
        assert taken(surface, ours, "head") != before, "it tells of working time"


def copied(house, by):
    """Its tables, but for the copies themselves and who took them; its files; and all that it says."""
    DataCopy.objects.all().delete()
    copy, _new = data_copies.ask(house, by=by, now=timezone.now())
    data_copies.carry_on(copy, now=timezone.now())
    copy.refresh_from_db()
    with vault().open(copy.file, "rb") as kept, zipfile.ZipFile(io.BytesIO(kept.read())) as box:
        tables = json.loads(box.read("donnees.json"))["tables"]
        texts = "".join(box.read(one).decode("utf-8", "replace") for one in box.namelist())
        files = sorted(box.namelist())
    told = {name: rows for name, rows in tables.items() if name not in OF_COPIES}
    return told, files, texts


def test_the_whole_copy_of_the_house_neither(ours, worker):
    head = ours.people["head"]
    before, files, _texts = copied(ours.company, head)
    mission = at_home(ours, worker)
    after, same_files, texts = copied(ours.company, head)
    assert (after, same_files) == (before, files)
    for word in (HOME, OWN_PLACE, f"/missions/{mission.pk}/"):
        assert word not in texts
    work = at_work(ours, worker)
    assert work.need.title in copied(ours.company, head)[2]


@pytest.mark.parametrize("role", EMPLOYER)
def test_the_calendar_of_an_employer_neither(ours, worker, role, client):
    person = ours.people[role]
    address = reverse("calendar-feed", args=[calendars.renew(person, now=timezone.now())])
    before = said(client.get(address).content)
    mission = at_home(ours, worker)
    type(mission)._base_manager.filter(pk=mission.pk).update(
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=3)
    )
    assert said(client.get(address).content) == before


def house_doors(ours, worker):
    """The pages of the house, and those in it that are about this person."""
    theirs = {ours.company, worker, *worker.memberships.filter(organisation=ours.company)}
    for door in doors_of(ours, one=True):
        if door.row in theirs or door.name in ("home", "programmes", "find"):
            yield door


@pytest.mark.parametrize("role", EMPLOYER)
def test_neither_the_head_of_an_answer_nor_an_address_says_it(ours, worker, role):
    """No page of the house, nor theirs within it, bears a link to it, by its number or a word, or another head."""
    browser = client_of(ours.people[role])
    doors = list(house_doors(ours, worker))
    before = {door.path: _head(knock(browser, door, "GET")) for door in doors}
    mission = helps_at_home(worker)
    rows = (mission, mission.proposal, mission.offer, mission.need)
    own = {one.get_absolute_url() for one in rows}
    for door in doors:
        answer = knock(browser, door, "GET")
        assert _head(answer) == before[door.path], door.name
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            links = set(
                re.findall(r'(?:href|action|src|hx-get)="([^"]+)"', answer.getvalue().decode())
            )
            assert not [one for one in links if any(one.startswith(way) for way in own)], door.name
            assert not [one for one in links if OWN_PLACE in one or HOME in one], door.name


def test_a_browser_says_to_no_other_site_from_where_it_comes(ours, worker):
    """A link from one's own mission to the site of an employer, or of anybody, tells it no address: neither of pages, nor of files,
    nor of what isn't there."""
    mission = helps_at_home(worker)
    browser = client_of(worker)
    ways = [
        one.get_absolute_url() for one in (mission, mission.proposal, mission.need, mission.offer)
    ]
    for way in (*ways, "/", "/missions/987654321/", reverse("profile")):
        policy = browser.get(way).headers["Referrer-Policy"]
        assert policy in ("same-origin", "no-referrer"), way
        page = browser.get(way).getvalue().decode()
        assert "unsafe-url" not in page
        assert 'referrerpolicy="' not in page, "no link goes by a policy of its own"
