"""Two years of a site, lived night by night that matters with every act of its clock: what goes when, who is told and closed, and who must
not be."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery import current_app
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import FormDraft, User
from common.dates import add_months
from marketplace.actions.desk import data_copies
from marketplace.actions.documents import documents as papers
from marketplace.actions.documents import receipts
from marketplace.actions.market import consents
from marketplace.models import (
    Consent,
    ConsentKind,
    DataCopy,
    JournalEntry,
    JournalKind,
    Kind,
    Message,
    Note,
)
from marketplace.states import MissionStatus
from notifications.models import ClockAct, Notification, RowFault
from tests.factories import (
    a_pole,
    make_coordinator,
    make_mission,
    make_need,
    make_offer,
    make_organisation,
    make_proposal,
    make_user,
    verify,
)
from tests.marketplace.documents import document_desk
from tests.marketplace.personal_data.everything import where

pytestmark = pytest.mark.once
# The database's own clock is later: it lets go of the journal after its twelve months, not before.
START = datetime(2024, 9, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
FIRST, LAST, EMAIL, PASSWORD = "Ottoline", "Zwingmann", "ozw@canaris.example", "une-phrase-longue"


@pytest.fixture
def clock(settings, tmp_path):
    settings.MAIL_TRANSPORT, settings.DOORBELL = "memory", False
    current_app.loader.import_default_modules()
    before, current_app.conf.task_always_eager = current_app.conf.task_always_eager, True
    with time_machine.travel(START, tick=False) as clock:
        yield clock
    current_app.conf.task_always_eager = before


def night(clock, months=0, **more):
    """Every act, so long after the beginning; twice, for what one of them hands on."""
    clock.move_to(
        datetime.combine(add_months(START.date(), months), START.timetz()) + timedelta(**more)
    )
    for _twice in range(2):
        for entry in house.CELERY_BEAT_SCHEDULE.values():
            told = current_app.tasks[entry["task"]].apply()
            assert told.state == "SUCCESS", (entry["task"], told.result)


def is_closed(person):
    return User.objects.get(pk=person.pk).closed_at is not None


@pytest.fixture
def silent(clock):
    """Who does everything on one day, and never comes back."""
    person = verify(make_user(FIRST, LAST, email=EMAIL, password=PASSWORD))
    browser = Client()
    browser.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    assert browser.get(reverse("profile")).status_code == 200
    coordinator, other = make_coordinator(), make_user("Aline", "Delattre")
    FormDraft.objects.create(user=person, place="offer:new", key="a", form="about=Bonjour")
    need = make_need(member=other, title="Repeindre la salle")
    proposal = make_proposal(need, make_offer(person, title="Peintre"), word=f"Bonjour, {FIRST}")
    Message.objects.create(
        thread=proposal.thread, author=other, text=f"Merci {FIRST} {LAST}", sent_key="a"
    )
    consents.give(person, ConsentKind.LETTERS, a_pole(), how=Consent.How.ACCOUNT)
    JournalEntry.objects.create(
        kind=JournalKind.PERSON_READ, by=coordinator, pole=a_pole(), subject=person, told=True,
        at=timezone.now(),
    )  # fmt: skip
    Note.objects.create(pole=a_pole(), person=person, by=coordinator, body="Préfère le matin")
    data_copies.ask(person, by=person, now=timezone.now())
    return person


@pytest.fixture
def kept():
    """Who is as silent, and must not be closed: why, and who."""
    live = make_user("Live")
    make_mission(offer=make_offer(live), status=MissionStatus.RUNNING)
    unsigned = document_desk.make_mission()
    papers.make(
        Kind.CONVENTION_SERVICE, unsigned, by=document_desk.head_of(unsigned.need.organisation),
        now=timezone.now(),
    )  # fmt: skip
    given = document_desk.make_receivable()
    receipts.issue(
        given, by=document_desk.head_of(given.need.organisation), capacity="présidente",
        now=timezone.now(),
    )  # fmt: skip
    for mission in (unsigned, given):
        type(mission)._base_manager.filter(pk=mission.pk).update(status=MissionStatus.CLOSED)
    boss, member = make_user("Last"), make_user("Member")
    make_organisation(administrator=boss, member=member)
    return {
        "a live mission": live,
        "an unsigned paper": unsigned.offer.person,
        "a reduction that is carried": document_desk.head_of(given.offer.organisation),
        "the last administrator": boss,
    }


def comes(*people):
    for person in people:
        User.objects.seen(person.pk, timezone.localdate())


def test_what_goes_when_who_is_told_and_who_stays(clock, silent, kept):
    here = [
        *User.objects.filter(organisations__kind="OPERATOR"),
        User.objects.get(first_name="Member"),
    ]

    night(clock, hours=1)
    assert DataCopy.objects.get().state == DataCopy.State.READY
    night(clock, hours=48)
    assert DataCopy.objects.get().file
    night(clock, hours=50)
    assert not DataCopy.objects.get().file, "a copy is taken within 48 hours"
    night(clock, days=29)
    assert Session.objects.exists()
    night(clock, days=32)
    assert not Session.objects.exists(), "sessions are swept"
    night(clock, days=59)
    assert FormDraft.objects.exists()
    night(clock, days=61)
    assert not FormDraft.objects.exists()

    for month in range(3, 12, 4):
        night(clock, month)
        comes(*here)
    night(clock, days=364)
    assert JournalEntry.objects.about(silent).exists()
    letters = Notification.objects.filter(created_at__lt=START + timedelta(days=1))
    assert letters.exclude(text="").exists()
    night(clock, 12, days=8)  # a month of words is never shorter than its longest
    assert not JournalEntry.objects.about(silent).exists(), "the journal is kept twelve months"
    assert not letters.exclude(text="").exclude(html="").exists(), "what a letter said, twelve"
    assert not Notification.objects.filter(kind="account_unused").exists()
    assert Note.objects.filter(person=silent).exists(), "notes are kept three years"

    for month in range(13, 23, 3):
        night(clock, month)
        comes(*here)
    assert not Notification.objects.filter(kind="account_unused").exists()
    night(clock, 23)
    told = Notification.objects.filter(kind="account_unused")
    assert {one.recipient for one in told} >= {silent}
    assert not {one.recipient for one in told} & set(kept.values())
    assert Notification.objects.filter(kind="administrator_silent").exists(), "their coordinators"
    assert Consent.objects.get(person=silent).ended_at is None
    comes(*here)
    for day in (-8, -7, -1):
        night(clock, 24, days=day)
    assert not is_closed(silent)
    assert Notification.objects.filter(kind="account_closes", recipient=silent).count() == 1
    night(clock, 24)
    assert is_closed(silent)
    assert Consent.objects.get(person=silent).ended_at, "each yes ends with the account"
    for days in (1, 2):
        night(clock, 24, days=days)
    assert where(LAST, EMAIL) <= {"notifications.Notification.address"}  # the last letter
    assert [why for why, person in kept.items() if is_closed(person)] == []
    assert not RowFault.objects.exists()
    assert not ClockAct.objects.exclude(failing_since=None).exists()
