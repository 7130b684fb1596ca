"""Whoever else may come: a town and its agent, an association that lends, two other operators, one of two pôles."""

import pytest

from accounts.models import Organisation
from accounts.states import SeatStatus
from marketplace.models import Time
from tests.doors.doors import doors_of, of_today
from tests.doors.knocking import client_of, opened_by
from tests.doors.test_doors import OFFERED, PUBLIC
from tests.factories import make_offer, make_organisation, make_seat, make_user

pytestmark = pytest.mark.once
OPERATOR = Organisation.Kind.OPERATOR
# What is an operator's own: its people, its words, its seat. Another operator of the pôle reads, and changes nothing.
OF_AN_OPERATOR = {
    "Organisation",
    "Membership",
    "Seat",
    "Invitation",
    "User",
    "SavedFilter",
    "BulkAct",
    "Absence",
    "FreeTime",
}
# The gatherings of these worlds are for authorities: a town reads them and comes.
FOR_AUTHORITIES = {"gathering-page", "gathering-date", "gathering-attend"}
OWN = {"SavedFilter", "BulkAct", "Note", "Task", "FreeTime"}  # their writer's


def numbered(world):
    """Without the pictures of needs: what they say goes by the need, whoever asks (test_sharing.py)."""
    doors = of_today(doors_of(world, one=True))
    return [door for door in doors if door.row is not None and door.name != "need-picture"]


def opened(person, world) -> set[str]:
    ways = opened_by(client_of(person), numbered(world))
    return {f"{how} {door.name}" for how, doors in ways.items() for door in doors}


def names(found: set[str]) -> set[str]:
    return {one.split()[1] for one in found}


def a_town(world):
    mayor, agent = make_user("Maire"), make_user("Agent")
    town = make_organisation(
        "AUTHORITY", pole=world.pole, legal_form="PUBLIC", level="DEPARTMENT",
        administrator=mayor, member=agent,
    )  # fmt: skip
    make_offer(agent, organisation=town, time=Time.WORK)
    return mayor, agent


def an_association_that_lends(world):
    head, bookkeeper = make_user("Présidente"), make_user("Comptable")
    lender = make_organisation(pole=world.pole, administrator=head, member=bookkeeper)
    make_offer(bookkeeper, organisation=lender, time=Time.WORK)
    return head, bookkeeper


@pytest.mark.parametrize("who", [a_town, an_association_that_lends])
def test_those_of_the_pole_who_ask_and_lend_open_nothing_of_the_others(ours, next_door, who):
    invited = FOR_AUTHORITIES if who is a_town else set()
    for person in who(ours):
        for world in (ours, next_door):
            assert names(opened(person, world)) - invited <= PUBLIC | OFFERED


def coordinator_of(operator):
    person = make_user("Coordination")
    operator.memberships.create(user=person, role="ADMINISTRATOR")
    return person


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """What has been asked once: which doors open to somebody who coordinates by an operator of one pôle."""
    return {}


def opened_by_one_more(known, world) -> set[str]:
    if "one more" not in known:
        person = coordinator_of(make_organisation(OPERATOR, pole=world.pole, name="D’un seul"))
        known["one more"] = opened(person, world)
    return known["one more"]


def test_a_coordinator_of_a_third_operator_opens_what_the_pole_s_own_open_but_what_is_an_operator_s(
    ours, known
):
    make_organisation(OPERATOR, pole=ours.pole, name="Deuxième")
    theirs, own = opened_by_one_more(known, ours), opened(ours.people["coordinator"], ours)
    assert not theirs - own
    of_what = {
        f"{how} {door.name}": type(door.row).__name__
        for door in numbered(ours)
        for how in ("GET", "POST")
    }
    assert {of_what[one] for one in own - theirs} <= OF_AN_OPERATOR | OWN


def test_an_operator_of_two_poles_opens_in_both_what_its_people_open_in_each(
    ours, next_door, known
):
    """Both worlds are made alike: what opens in one to those who coordinate there opens in the other."""
    both = make_organisation(OPERATOR, pole=ours.pole, name="Des deux")
    make_seat(both, next_door.pole)
    person = coordinator_of(both)
    for world in (ours, next_door):
        assert opened(person, world) == opened_by_one_more(known, ours)


@pytest.mark.parametrize("status", [SeatStatus.PROPOSED, SeatStatus.INVITED, SeatStatus.ENDED])
def test_an_operator_that_isn_t_seated_there_opens_nothing(ours, status):
    operator = make_organisation(OPERATOR, pole=ours.pole, name="Pas encore")
    operator.seats.update(status=status)
    person = coordinator_of(operator)
    assert names(opened(person, ours)) <= PUBLIC | OFFERED
