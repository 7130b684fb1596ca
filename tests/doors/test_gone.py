"""Somebody who did everything has gone: nobody reads their name any more, behind any door, but on the papers that stay; nor is it in
a log, in the name of a file or in what waits for a worker."""

import logging
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from marketplace.actions.desk import left_names
from marketplace.actions.market import people
from marketplace.models import (
    LeftName,
    Message,
    Mission,
    Need,
    Note,
    Proposal,
    StoredFile,
    Tag,
    Thread,
)
from notifications.models import Notification, Status
from tests.doors.doors import doors_of
from tests.doors.knocking import client_of, knock
from tests.marketplace.personal_data.everything import where

pytestmark = pytest.mark.once
FIRST, LAST, EMAIL, PHONE = "Ottoline", "Zwingmann", "ozw@canaris.example", "06 98 76 54 32"
NAME = f"{FIRST} {LAST}"
# Papers, and what shows who signed them: declared in personal_data/kept.py.
PAPERS = {"document", "document-file", "document-preview", "document-make", "document-verify"}


@pytest.fixture
def gone(ours):
    """The volunteer of the world, named in all that others wrote around them, whose account is then closed."""
    person = ours.people["volunteer"]
    User.objects.filter(pk=person.pk).update(email=EMAIL, phone=PHONE)
    person.refresh_from_db()
    person.first_name, person.last_name = FIRST, LAST
    person.save()
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    said = f"Vu avec {NAME}, {EMAIL}, {PHONE}."
    threads = Message.objects.filter(thread__messages__author=person).values("thread")
    Message.objects.filter(thread__in=threads).update(text=said, search_text=said.lower())
    StoredFile.objects.filter(thread__in=threads).update(original_name=f"CV_{FIRST}_{LAST}.pdf")
    for need in Need.objects.filter(proposals__offer__person=person).distinct():
        need.context = said
        need.save()
        by = ours.people["second"]
        Note.objects.create(pole=ours.pole, need=need, by=by, body=said)
        Tag.objects.create(pole=ours.pole, need=need, by=by, words=NAME)
    about = {f"thread:{row['thread']}" for row in threads}
    about |= {
        f"need:{pk}"
        for pk in Need.objects.filter(proposals__offer__person=person).values_list("pk", flat=True)
    }
    told = Notification.objects.filter(matter__in=about).exclude(recipient=person)
    told.update(text=said, subject=NAME)
    people.close_account(person, now=timezone.now(), anew=True)
    for _turn in range(2):
        left_names.carry_on(timezone.now())
        Notification.objects.update(status=Status.SENT, sent_at=timezone.now())
    left_names.carry_on(timezone.now())
    return person


def test_nobody_reads_the_name_of_somebody_who_has_gone(ours, gone, caplog):
    assert not LeftName.objects.exists()
    read = set()
    with caplog.at_level(logging.DEBUG), transaction.atomic():
        for role in ("coordinator", "boss"):
            browser = client_of(ours.people[role])
            for door in doors_of(ours, one=True):
                answer = knock(browser, door, "GET")
                text = answer.getvalue().decode("utf-8", "replace").lower()
                if LAST.lower() in text or EMAIL in text:
                    read.add(door.name)
        transaction.set_rollback(True)
    assert read <= PAPERS
    lines = "\n".join(logging.Formatter("%(message)s").format(one) for one in caplog.records)
    assert LAST not in lines
    assert EMAIL not in lines


def around(person):
    """The addresses of what was around them, and of the lists in which it stands."""
    proposals = Proposal.objects.filter(offer__person=person).select_related("need", "offer")
    rows = [row for one in proposals for row in (one, one.need, one.offer)]
    rows += Mission.objects.filter(proposal__in=proposals)
    rows += Thread.objects.filter(messages__author=person).distinct()
    lists = [reverse(name) for name in ("home", "missions", "inbox", "offers", "find")]
    return list(dict.fromkeys([*(row.get_absolute_url() for row in rows), *lists]))


def reading(ours, ways):
    """Who reads the name where, of everybody there is and of nobody."""
    found = set()
    for role in [*ours.people, "nobody"]:
        browser = client_of(ours.people.get(role))
        for way in ways:
            text = browser.get(way).getvalue().decode("utf-8", "replace").lower()
            if LAST.lower() in text or EMAIL in text:
                found.add((role, way))
    return found


@pytest.mark.parametrize("left", [True, False], ids=["read", "not yet"])
def test_no_role_reads_it_on_what_was_around_them(ours, request, monkeypatch, left):
    """But as long as nobody has taken it out: then those who wrote with them still do."""
    if not left:
        monkeypatch.setattr(left_names, "carry_on", lambda now: 0)
    gone = request.getfixturevalue("gone")
    ways = around(gone)
    assert len(ways) > 8
    logging.disable(logging.CRITICAL)
    try:
        found = reading(ours, ways)
    finally:
        logging.disable(logging.NOTSET)
    assert bool(found) != left, found


def test_nor_is_it_in_the_name_of_a_file_or_in_what_waits_for_a_worker(ours, gone):
    for path in Path(settings.VAR_DIR).rglob("*"):
        assert LAST.lower() not in path.name.lower()
        if "queue" in path.parts and path.is_file():
            assert LAST.encode() not in path.read_bytes()


def test_nor_in_any_text_that_others_wrote(ours, gone):
    """What is left in the database is what personal_data/kept.py declares: those who are named there have signed."""
    left = where(LAST, EMAIL)
    assert {column for column in left if not column.startswith("marketplace.")} <= {
        "notifications.Notification.address"  # the last letter, to them
    }
    assert not left & {
        f"marketplace.{name}"
        for name in (
            "Message.text",
            "Need.context",
            "Note.body",
            "Tag.words",
            "StoredFile.original_name",
        )
    }
