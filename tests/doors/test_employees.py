"""Every door x those who are of an organisation without speaking for it: nothing of a colleague's opens, nor is read; and
x everybody at an employer's: nothing of anybody's own time is read."""

import pytest
from django.db import transaction

from accounts.models import Membership
from marketplace.actions.market import roles
from marketplace.models import Duty, Employee
from tests.doors.doors import Door, doors_of, of_today
from tests.doors.knocking import client_of, is_open, knock
from tests.doors.test_bosses import HOME, at_home_of
from tests.doors.test_doors import OFFERED, PUBLIC
from tests.doors.world import COMPANY, STRUCTURE, mark
from tests.factories import make_user
from tests.marketplace.documents import document_desk

pytestmark = pytest.mark.once
EMPLOYEE = Membership.Role.EMPLOYEE
# What the people of an employer read of it: its programmes, and the rounds that they may answer.
OF_THE_HOUSE = {
    *("programmes", "programme", "home", "rounds", "round", "round-answer", "round-withdraw"),
    "own-employment",  # what the house keeps of the reader
}
SECRETS = [mark("Nord", COMPANY), mark("Nord", STRUCTURE), "Employee De Nord"]


def opened_and_read(
    person, doors: list[Door], words, ways=("GET", "POST")
) -> tuple[set[str], set[str]]:
    """The doors with a number that open to this person, and those behind which one of these words stands."""
    browser, opened, read = client_of(person), set(), set()
    for door in doors:
        for how in ways:
            answer = knock(browser, door, how)
            if door.row is not None and is_open(answer):
                opened.add(door.name)
            text = b"" if answer.streaming else answer.content
            if answer.status_code == 200 and any(word.encode() in text for word in words):
                read.add(door.name)
    return opened, read


def an_employee(world, house):
    person = make_user("Salomé", "Vidal")
    house.memberships.create(user=person, role=EMPLOYEE)
    return person


def of_the_company(world):
    return an_employee(world, world.company)


def of_the_structure(world):
    return an_employee(world, world.structure)


def manager_of_another_team(world):
    person = an_employee(world, world.company)
    document_desk.duty(person, world.company, Duty.Kind.MANAGER)
    return person


def administrator_of_before(world):
    """Somebody who has seen it all, and was made an employee by another administrator."""
    person = world.people["colleague"]
    there = Membership.objects.get(user=person, organisation=world.company)
    roles.change(there, EMPLOYEE, by=world.people["head"])
    return person


@pytest.mark.parametrize(
    "who", [of_the_company, of_the_structure, manager_of_another_team, administrator_of_before]
)
def test_an_employee_opens_and_reads_nothing_of_a_colleague(ours, who):
    with transaction.atomic():
        opened, read = opened_and_read(who(ours), of_today(doors_of(ours, one=True)), SECRETS)
        transaction.set_rollback(True)
    own = {"team"} if who is manager_of_another_team else set()
    left_to_them = {"draft", "membership-leave"}  # of their own
    assert opened - left_to_them <= PUBLIC | OFFERED | OF_THE_HOUSE | own
    assert read - OF_THE_HOUSE - {"need", "needs", "needs-feed", "pole"} == set()


def test_a_representative_opens_what_an_employee_does_not(ours):
    """What the one above isn't shown is there to be read."""
    with transaction.atomic():
        person = make_user("Salomé", "Vidal")
        ours.company.memberships.create(user=person)
        opened, read = opened_and_read(person, doors_of(ours, one=True), SECRETS)
        transaction.set_rollback(True)
    assert opened >= {"members", "duties", "group", "offer"}
    assert read >= {"members", "offer"}


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        ("employee", {"mission", "thread", "proposal", "document"}),
        ("manager", {"team"}),
    ],
)
def test_as_an_employee_one_keeps_what_is_ones_own_and_nothing_of_the_house(ours, role, theirs):
    person = ours.people[role]
    with transaction.atomic():
        Membership.objects.filter(user=person).update(role=EMPLOYEE)
        opened, _read = opened_and_read(person, doors_of(ours, one=True), [])
        transaction.set_rollback(True)
    assert opened >= theirs
    assert not opened & {"members", "duties", "group", "employees", "roles", "organisation-listing"}


@pytest.mark.parametrize("role", ["head", "csr", "hr", "manager", "colleague", "employee"])
def test_nobody_at_an_employer_s_reads_of_anybody_s_own_time(ours, role):
    person = ours.people["volunteer"]
    with transaction.atomic():
        world = at_home_of(ours, person)
        ours.company.memberships.create(user=person, role=EMPLOYEE)
        Employee.objects.create(
            organisation=ours.company, person=person, manager_email=ours.people["manager"].email
        )
        doors = of_today(doors_of(world, one=True))
        _opened, read = opened_and_read(ours.people[role], doors, [HOME], ways=["GET"])
        transaction.set_rollback(True)
    assert read == set()
