"""Every door x every way of leaving, with the session and the links of before: nothing of what is no
longer theirs is read, nothing is written."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from email import policy

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from accounts.actions import organisations
from accounts.models import (
    Membership,
    Organisation,
    Seat,
    User,
)
from accounts.states import (
    OrganisationStatus,
    SeatStatus,
)
from marketplace.actions.market import people
from marketplace.actions.talk import replies
from marketplace.models import Consent, Document, FreeTime, Review, SavedFilter, TeamMember
from notifications.models import Notification
from notifications.replies import addresses
from tests.doors.doors import Door, doors_of, of_today
from tests.doors.knocking import client_of, is_open, knock, opened_by, tables_written, tried_by
from tests.doors.world import World
from tests.factories import make_user
from tests.marketplace.talk.test_reply_by_mail import MX, PASS, answer

pytestmark = pytest.mark.once


# --- the ways of leaving -----------------------------------------------------------------------
def be_removed(world: World, person: User) -> None:
    membership = person.memberships.get()
    others = membership.organisation.memberships.administrators().exclude(user=person)
    people.remove(membership, by=others.first().user, now=timezone.now())


def leave(world: World, person: User) -> None:
    people.leave(person.memberships.get(), now=timezone.now())


def have_the_account_closed(world: World, person: User) -> None:
    """By those who run the site, or by the person: the session is still in the browser."""
    User.objects.filter(pk=person.pk).update(is_active=False)


def be_suspended(world: World, person: User) -> None:
    organisation = person.memberships.get().organisation
    by = world.people["second"]
    if organisation.kind == Organisation.Kind.OPERATOR:
        Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.SUSPENDED)
    else:
        organisations.suspend(organisation, reason="À voir.", by=by)


def see_it_closed(world: World, person: User) -> None:
    organisation = person.memberships.get().organisation
    organisation.move(OrganisationStatus.CLOSED, by=world.people["second"])
    organisation.memberships.all().delete()


def move_to_another_pole(world: World, person: User, elsewhere: World) -> None:
    person.memberships.get().delete()
    Membership.objects.create(user=person, organisation=elsewhere.operator)
    # Of each coordinator a second factor is asked: the day is noted at their first page.
    User.objects.filter(pk=person.pk).update(second_factor_asked_at=timezone.now())


def lose_the_seat(world: World, person: User) -> None:
    """Their operator has left the pôle; they are of it still."""
    seat = world.operator.seats.get()
    Seat.objects.filter(pk=seat.pk).update(status=SeatStatus.ENDED, until=timezone.now())


LEAVE: dict[str, Callable] = {
    "removed": be_removed,
    "left": leave,
    "account closed": have_the_account_closed,
    "organisation suspended": be_suspended,
    "organisation closed": see_it_closed,
}
ROLES = ("boss", "member", "head", "employee", "csr")
# Each way for each side; what is the same for two roles is tried with one of them.
CASES = [("employee", way) for way in LEAVE]
CASES += [
    ("boss", way)
    for way in ("left", "account closed", "organisation suspended", "organisation closed")
]
CASES += [("member", "removed"), ("head", "removed"), ("head", "organisation suspended")]
CASES += [
    ("csr", "left"),
    ("csr", "organisation suspended"),
    ("hr", "removed"),
    ("manager", "left"),
]
CASES += [("volunteer", "account closed"), ("ally", "left"), ("ally", "organisation suspended")]
CASES += [("coordinator", way) for way in ("removed", "account closed", "organisation suspended")]
CASES += [("coordinator", "moved"), ("coordinator", "seat ended")]


@contextmanager
def after(world: World, next_door: World, role: str, way: str):
    """The person's browser, logged in before, once they have gone; all is undone at the end."""
    person = world.people[role]
    with transaction.atomic():
        browser = client_of(person)
        if way == "seat ended":
            lose_the_seat(world, person)
        elif way == "moved":
            move_to_another_pole(world, person, next_door)
        else:
            LEAVE[way](world, person)
        yield browser
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def known() -> dict:
    """What has been asked once of these worlds: which doors open to an account that has nothing here."""
    return {}


def tried_by_a_stranger(known: dict, world: World) -> dict[str, tuple[set[Door], set[Door]]]:
    """How → what opens to an account that has nothing here (what is public, and what is everybody's own), and what
    isn't knocked at in this way by anybody."""
    if "anybody" not in known:
        with transaction.atomic():
            known["anybody"] = tried_by(client_of(make_user()), of_today(doors_of(world, one=True)))
            transaction.set_rollback(True)
    return known["anybody"]


def is_own(door: Door, person: User) -> bool:
    """Their own letters, what they have said, signed, agreed to and kept: these stay."""
    row = door.row
    match row:
        case Notification():
            return row.recipient_id == person.pk and door.name == "letter-open"
        case Document():
            signed = Document.objects.signed_by(person).filter(pk=row.pk).exists()
            return signed and door.name in {"document", "document-file"}
        case Consent():
            return row.person_id == person.pk
        case SavedFilter():
            return row.user_id == person.pk
        case FreeTime():  # hours for visits go with who says them to their next pôle
            return row.person_id == person.pk
        case TeamMember():  # their hours and papers, as of a mission that they have left
            return row.person_id == person.pk and door.name in {"team-member", "team-hours"}
        case Review():
            return row.author_id == person.pk and door.name == "review-unquote"
    return False


@pytest.mark.parametrize(("role", "way"), CASES)
def test_who_has_gone_reads_and_writes_nothing_that_was_theirs(ours, next_door, known, role, way):
    """No door that isn't everybody's, no word of a page that stays open, and nothing written by any form."""
    person, doors = ours.people[role], set(of_today(doors_of(ours, one=True)))
    strangers = tried_by_a_stranger(known, ours)
    (public, no_page), (sent, no_form) = strangers["GET"], strangers["POST"]
    suspended = (
        way == "organisation suspended" and role != "coordinator"
    )  # they read, and write nothing
    with after(ours, next_door, role, way) as browser:
        read = set() if suspended else still_read(browser, doors - no_page, public)
        wrote = still_written(browser, doors - no_form, sent)
    if way == "moved":
        # The desk of the other pôle is theirs, and who they are there; what it shows is another's.
        at_the_new_desk = {None, person}
        read = {
            found for found in read if found[0].row not in at_the_new_desk or found[1] != "open"
        }
        wrote = {(door, tables) for door, tables in wrote if door.row is not None}
    of_theirs = OF_THEIR_OPERATOR.get(way, set()) if role == "coordinator" else set()
    still = {door for door in doors if door.row == ours.operator and door.name in of_theirs}
    assert {found for found in read if not is_own(found[0], person)} - {
        (door, "open") for door in still
    } == set()
    stays = STAYS_TO_THE_SUSPENDED if suspended else set()
    left = {(door, tables) for door, tables in wrote if not is_own(door, person)}
    left = {(door, tables) for door, tables in left if door not in still}
    assert {(door, tables) for door, tables in left if door.name not in stays} == set()


# The pages of the operator itself, which they administer: one that coordinates no more is theirs still, and of a suspended
# one they read and take out what is its own. Its page of a departure says that it leaves by its seats.
_READ = {
    *("organisation-statement", "organisation-entries", "receipts-year"),
    *("leave-platform", "leave-papers", "gatherings-of-host", "organisation-data"),
}
OF_THEIR_OPERATOR = {
    "organisation suspended": _READ,
    "seat ended": _READ
    | {
        "organisation-edit",
        "organisation-unname",
        "organisation-listing",
        "receipts-make",
        "invitations-take-over",
    },
}


def still_read(browser, doors: set[Door], public: set[Door]) -> set[tuple[Door, str]]:
    """What opens though it is neither public nor everybody's; and of the others, each word that is ours."""
    found = set()
    for door in doors:
        answer = knock(browser, door, "GET")
        if door not in public and is_open(answer):
            found.add((door, "open"))
        if answer.status_code == 200 and not answer.streaming:
            words = set(SECRET.findall(answer.content.decode("utf-8", "replace")))
            found |= {(door, word) for word in words - OWN_WORDS}
    return {one for one in found if one[0].name not in OWN_PAGES}


def still_written(browser, doors: set[Door], public: set[Door]) -> set[tuple[Door, str]]:
    tried = {door for door in doors - public if door.name not in ANYBODY_S}
    wrote = {(door, ", ".join(sorted(tables_written(browser, door)))) for door in tried}
    return {(door, tables) for door, tables in wrote if tables}


# What was said of ours; what they wrote themselves, and a filter that they named, stay theirs.
SECRET = re.compile(r"SECRET-Nord-[\w-]+")
OWN_WORDS = {"SECRET-Nord-own-words"}
# Their own words and papers; who else is in a suspended house.
OWN_PAGES = {
    *("missions-done", "mission-done", "members"),
    *("organisation-history", "organisation-listing"),
}
# Typed by somebody who is logged out: it waits in the session of this browser.
ANYBODY_S = {"draft"}
# They leave, take back their own yes, and talk with the coordination.
STAYS_TO_THE_SUSPENDED = {
    # What they read, they take out: the journal says so.
    *("organisation-year-pdf", "employees-export", "taking-out-file", "leave-papers"),
    "membership-leave",
    "need-talk",
    "thread",
    "message-edit",
    "message-remove",
}


@pytest.mark.parametrize("role", ROLES)
def test_the_suspended_choose_nobody(ours, next_door, role):
    """They read what is theirs; who could help, and the forms of an act, are no reading."""
    tried = {door for door in doors_of(ours, one=True) if door.name in CHOOSING}
    with after(ours, next_door, role, "organisation suspended") as browser:
        assert opened_by(browser, tried, ("GET",))["GET"] == set()


CHOOSING = {"need-candidates", "need-why-not", "need-why-pair", "need-split", "need-edit",
            "mission-interrupt", "mission-cost", "document-preview"}  # fmt: skip


@pytest.mark.parametrize(("role", "way"), CASES)
def test_the_links_of_before_answer_and_sign_nothing(ours, next_door, role, way):
    mine = {kind: path for kind, (whose, path) in ours.links.items() if whose == role}
    with after(ours, next_door, role, way) as browser:
        counted = _count()
        for kind, path in mine.items():
            asked, sent = browser.get(path), browser.post(path, ANSWERS)
            assert sent.status_code in SHUT_LINK, (kind, sent.status_code)
            # Who is suspended still reads the mission: its page says why the question is over.
            read = way == "organisation suspended" and asked.status_code == 302
            if read and kind.startswith(("follow-up", "review-by-link")):
                assert browser.get(asked["Location"]).status_code == 200
            else:
                assert asked.status_code in SHUT_LINK, (kind, asked.status_code)
        assert _count() == counted


SHUT_LINK = {403, 404, 410}
ANSWERS = {"answer": "HELP", "words": "Au secours", "rating": "1", "again": "no", "read": "x"}
QUIET = {"Session", "ThreadRead", "Draft", "JournalEntry"}  # to read is noted: no act


def _count() -> dict[str, int]:
    """How many rows each table has: a write shows."""
    models = [model for app in ("accounts", "marketplace", "notifications")
              for model in apps.get_app_config(app).get_models()]  # fmt: skip
    return {
        model.__name__: model._default_manager.count()
        for model in models
        if model.__name__ not in QUIET
    }


@pytest.mark.parametrize("role", ["boss", "employee", "coordinator"])
@pytest.mark.parametrize("way", LEAVE)
def test_an_answer_by_mail_is_refused_to_who_has_gone(ours, next_door, settings, role, way):
    """It is proven, and comes from the account's own address."""
    settings.REPLY_DOMAIN, settings.REPLY_AUTHSERV_ID = "reponse.example.org", MX
    person = ours.people[role]
    thread = ours.things["Mission"][3].proposal.thread
    place = addresses.address_of(thread.pk, person.pk)
    mail = answer(sender=person.email, verdict=PASS).as_bytes(policy=policy.SMTP)
    with after(ours, next_door, role, way):
        counted = thread.messages.count()
        said = replies.take(place, person.email, mail, now=timezone.now())
        assert not said.startswith("published")
        assert thread.messages.count() == counted
