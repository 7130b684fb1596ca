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
from accounts.models import Membership, Organisation, User
from accounts.states import OrganisationStatus
from marketplace.actions import people, replies
from marketplace.models import Document
from notifications.models import Notification
from notifications.replies import addresses
from tests.doors.doors import Door, doors_of
from tests.doors.knocking import client_of, knock, opened_by
from tests.doors.world import World
from tests.factories import make_user
from tests.marketplace.test_reply_by_mail import MX, PASS, answer

pytestmark = pytest.mark.once
SECRET = re.compile(r"SECRET-[\w-]+")


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


LEAVE: dict[str, Callable] = {
    "removed": be_removed,
    "left": leave,
    "account closed": have_the_account_closed,
    "organisation suspended": be_suspended,
    "organisation closed": see_it_closed,
}
ROLES = ("boss", "member", "head", "employee", "csr")
CASES = [(role, way) for role in ROLES for way in LEAVE]
CASES += [("volunteer", "account closed"), ("hr", "removed"), ("manager", "left")]
CASES += [
    ("coordinator", way)
    for way in ("removed", "left", "account closed", "organisation suspended", "moved")
]


@contextmanager
def after(world: World, next_door: World, role: str, way: str):
    """The person's browser, logged in before, once they have gone; all is undone at the end."""
    person = world.people[role]
    with transaction.atomic():
        browser = client_of(person)
        if way == "moved":
            move_to_another_pole(world, person, next_door)
        else:
            LEAVE[way](world, person)
        yield browser
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def known() -> dict:
    """What has been asked once of these worlds: which doors open to whom, before anybody goes."""
    return {}


def opened_before(known: dict, world: World, who: str, person: User) -> dict[str, set[Door]]:
    if who not in known:
        known[who] = opened_by(client_of(person), doors_of(world))
    return known[who]


def open_to_anybody(known: dict, world: World) -> dict[str, set[Door]]:
    """To an account that has nothing here: what is public, and what is everybody's own."""
    if "anybody" not in known:
        with transaction.atomic():
            known["anybody"] = opened_by(client_of(make_user()), doors_of(world))
            transaction.set_rollback(True)
    return known["anybody"]


def is_own(door: Door, person: User) -> bool:
    """Their own letters, what they have said and signed: these stay."""
    row = door.row
    match row:
        case Notification():
            return row.recipient_id == person.pk and door.name == "letter-open"
        case Document():
            signed = row.signatures.filter(user=person).exists()
            return signed and door.name in {"document", "document-file"}
        case User():
            return False
    return getattr(row, "author_id", None) == person.pk and door.name == "review-unquote"


@pytest.mark.parametrize(("role", "way"), CASES)
def test_who_has_gone_opens_nothing_that_was_theirs(ours, next_door, known, role, way):
    person = ours.people[role]
    before = opened_before(known, ours, role, person)
    public = open_to_anybody(known, ours)
    with after(ours, next_door, role, way) as browser:
        for how in ("GET", "POST"):
            if way == "organisation suspended" and how == "GET":
                continue  # they read: the next test says what
            tried = before[how] - public[how]
            open_still = opened_by_one(browser, tried, how)
            left = {door for door in open_still if not is_own(door, person)}
            if way == "organisation suspended":
                left = {door for door in left if door.name not in STAYS_TO_THE_SUSPENDED}
            assert {(door.name, door.path) for door in left} == set()


# They leave it, talk with the coordination, read their own letters; what asks for no organisation is
# everybody's.
STAYS_TO_THE_SUSPENDED = {"membership-leave", "organisation-switch", "letter-open", "need-talk"}


def opened_by_one(browser, doors, how: str) -> set[Door]:
    return opened_by(browser, doors, (how,))[how]


@pytest.mark.parametrize("role", [*ROLES, "coordinator"])
def test_the_suspended_choose_nobody_and_the_coordinators_read_nothing(
    ours, next_door, known, role
):
    """The people of a suspended organisation read their own; candidates and forms are no reading."""
    shut = {"need-candidates", "need-ask-offer", "need-why-not", "need-why-pair", "need-split",
            "need-edit", "mission-interrupt", "mission-cost", "document-preview"}  # fmt: skip
    person = ours.people[role]
    before = opened_before(known, ours, role, person)["GET"]
    tried = before - open_to_anybody(known, ours)["GET"]
    if role != "coordinator":
        tried = {door for door in tried if door.name in shut}
    with after(ours, next_door, role, "organisation suspended") as browser:
        open_still = opened_by_one(browser, tried, "GET")
    stays = {door for door in open_still if is_own(door, person) or door.name in READ_BY_ALL}
    assert {(door.name, door.path) for door in open_still - stays} == set()


READ_BY_ALL = {"members", "organisation-history", "membership-leave", "letter-habits"}


@pytest.mark.parametrize(("role", "way"), CASES)
def test_no_page_that_stays_open_shows_a_word_of_what_was_theirs(ours, next_door, known, role, way):
    person = ours.people[role]
    pages = opened_before(known, ours, role, person)["GET"]
    shown: dict[str, set[str]] = {}
    with after(ours, next_door, role, way) as browser:
        for door in sorted(pages, key=lambda door: door.path):
            answer = knock(browser, door, "GET")
            if answer.status_code == 200 and not answer.streaming:
                words = set(SECRET.findall(answer.content.decode("utf-8", "replace")))
                if words:
                    shown[door.path] = words
    if way == "organisation suspended" and role != "coordinator":
        assert any(words for words in shown.values()), "they read what is theirs"
        return
    own = "SECRET-Nord-own-words"
    assert {path: words - {own} for path, words in shown.items() if words - {own}} == {}


@pytest.mark.parametrize(("role", "way"), CASES)
def test_the_links_of_before_answer_and_sign_nothing(ours, next_door, role, way):
    mine = {kind: path for kind, (whose, path) in ours.links.items() if whose == role}
    with after(ours, next_door, role, way) as browser:
        counted = _count()
        for kind, path in mine.items():
            for said in (browser.get(path), browser.post(path, ANSWERS)):
                assert said.status_code in {403, 404, 410}, (kind, said.status_code)
        assert _count() == counted


ANSWERS = {"answer": "HELP", "words": "Au secours", "rating": "1", "again": "no", "read": "x"}
QUIET = {"Session", "ThreadRead", "Draft"}


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
