"""Every door x a session that a company's sign-in has opened: what opens is what opens to a colleague who has nothing else
here, and nothing of one's own time is read. And x a password, where the company asks for its sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from tests.accounts.at_work_people import by_sign_in, link, sign_in_of
from tests.doors.doors import Door, doors_of, of_today
from tests.doors.knocking import client_of, is_open, knock, tables_written
from tests.doors.test_bosses import HOME, THEIRS, at_home_of
from tests.doors.world import World
from tests.factories import make_user

pytestmark = pytest.mark.once
Role = Membership.Role


@contextmanager
def at_work(ours: World, role: str) -> Iterator[tuple]:
    """Somebody who volunteers, administers the structure and works at the company in this role: (the world, they, the
    company's sign-in). All is undone at the end."""
    person = ours.people["volunteer"]
    with transaction.atomic():
        world = at_home_of(ours, person)
        Membership.objects.create(user=person, organisation=ours.company, role=role)
        Membership.objects.create(user=person, organisation=ours.structure, role=Role.ADMINISTRATOR)
        sign_in = sign_in_of(ours.company, ours.people["head"])
        link(person, sign_in, "v@verreries-du-nord.fr")
        yield world, person, sign_in
        transaction.set_rollback(True)


def what_opens(
    browser, doors: list[Door], words: list[str]
) -> tuple[set[tuple[Door, str]], set[str]]:
    """(doors that open, how), and behind which of them one of these words stands."""
    opened, read = set(), set()
    for door in doors:
        for how in ("GET", "POST"):
            answer = knock(browser, door, how)
            if is_open(answer) and not leads_to_ones_own(answer):
                opened.add((door, how))
            text = b"" if answer.streaming else answer.content
            if answer.status_code == 200 and any(word.encode() in text for word in words):
                read.add(door.name)
    return opened, read


def addresses_of_their_own(world: World) -> list[str]:
    """Nothing leads there either, nor says that it is there."""
    rows = [row for model in THEIRS for row in world.things[model.__name__][:1]]
    return [f'"{row.get_absolute_url()}' for row in rows if hasattr(row, "get_absolute_url")]


def leads_to_ones_own(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/votre-temps/")


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.ADMINISTRATOR])
def test_at_work_one_opens_what_a_colleague_opens_who_has_nothing_else(ours, role):
    with at_work(ours, role) as (world, person, sign_in):
        words = [HOME, *addresses_of_their_own(world)]
        doors = of_today(doors_of(world, one=True))
        opened, read = what_opens(by_sign_in(person, sign_in), doors, words)
        colleague = make_user("Salomé", "Vidal")
        Membership.objects.create(user=colleague, organisation=ours.company, role=role)
        theirs, _read = what_opens(client_of(colleague), doors, [])
    assert read == set()
    assert {(door.name, how) for door, how in opened - theirs} <= {("own-time", "GET")}


def test_with_ones_own_password_all_of_it_opens(ours):
    """What the one above isn't shown is there to be read."""
    with at_work(ours, Role.EMPLOYEE) as (world, person, _sign_in):
        words = [HOME, *addresses_of_their_own(world)]
        opened, read = what_opens(client_of(person), doors_of(world, one=True), words)
    names = {door.name for door, _how in opened if isinstance(door.row, THEIRS)}
    assert names >= {"offer", "proposal", "mission", "thread"}
    assert read >= {"home", "offers", "missions", "offer", "mission", "thread"}


@pytest.mark.parametrize("role", ["employee", "head"])
def test_where_the_sign_in_is_required_a_password_opens_nothing_of_the_company(ours, role):
    """As to somebody who isn't of the company; an administrator opens the pages of its sign-in besides."""
    person, now = ours.people[role], timezone.now()
    with transaction.atomic():
        sign_in_of(ours.company, ours.people["head"], required_at=now)
        doors = of_today(doors_of(ours, one=True))
        opened, _read = what_opens(client_of(person), doors, [])
        Membership.objects.filter(user=person, organisation=ours.company).delete()
        theirs, _read = what_opens(client_of(person), doors, [])
        transaction.set_rollback(True)
    kept = {"sign-in-settings", "sign-in-end"} if role == "head" else set()
    assert {door.name for door, _how in opened - theirs} - kept == set()


def test_at_work_nothing_of_ones_own_is_written(ours):
    with at_work(ours, Role.ADMINISTRATOR) as (world, person, sign_in):
        browser = by_sign_in(person, sign_in)
        wrote = {
            (door.name, table)
            for door in doors_of(world, one=True)
            if isinstance(door.row, THEIRS) and door.row.pk in own_numbers(world, door)
            for table in tables_written(browser, door)
        }
    assert wrote == set()


def own_numbers(world: World, door: Door) -> set[int]:
    return {one.pk for one in world.things[type(door.row).__name__]}
