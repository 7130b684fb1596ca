"""Who coordinates where: the people of an operator, in the pôles in which it holds a seat."""

import pytest

from accounts.actions import seats
from accounts.models import Door, Membership, Organisation, coordinated_by, poles_of
from accounts.states import OrganisationStatus, SeatStatus
from marketplace.actions.desk.takeovers import leave_behind
from marketplace.models import Need
from tests.factories import (
    make_coordinator,
    make_need,
    make_organisation,
    make_pole,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db
OPERATOR = Organisation.Kind.OPERATOR
NOT_HELD = [SeatStatus.PROPOSED, SeatStatus.INVITED, SeatStatus.DECLINED, SeatStatus.ENDED]


@pytest.fixture
def two():
    return make_pole(), make_pole("Pôle voisin", departments=("80",))


@pytest.fixture
def person(two):
    """Coordinates the first pôle, by an operator that belongs to it."""
    return make_coordinator(two[0])


@pytest.fixture
def operator(person):
    return Organisation.objects.get(members=person)


def test_an_operator_with_two_seats_coordinates_two_poles(two, person, operator):
    make_seat(operator, two[1])
    assert set(poles_of(person)) == set(two)
    assert all(person.coordinates(pole) for pole in two)
    assert person.memberships.with_poles().get().poles == {pole.pk for pole in two}


def test_the_page_knows_it_with_no_question_more(two, person, operator, django_assert_num_queries):
    make_seat(operator, two[1])
    read, again = person.memberships.with_poles().get(), person.memberships.get()
    with django_assert_num_queries(0):
        known = read.poles
    with django_assert_num_queries(1):
        assert again.poles == known


@pytest.mark.parametrize("status", NOT_HELD)
def test_a_seat_that_is_asked_for_or_was_held_makes_nobody_coordinate(
    two, person, operator, status
):
    make_seat(operator, two[1], status=status)
    assert set(poles_of(person)) == {two[0]}
    assert not person.coordinates(two[1])
    assert not Membership.objects.coordinating(two[1]).exists()


def test_one_that_is_to_leave_coordinates_until_a_second_operator_has_agreed(two, person, operator):
    operator.seats.update(status=SeatStatus.LEAVING)
    assert person.coordinates(two[0])


@pytest.mark.parametrize(
    "ended", [OrganisationStatus.SUSPENDED, OrganisationStatus.CLOSED, OrganisationStatus.SUBMITTED]
)
def test_a_seat_of_an_operator_that_is_not_verified_today_makes_nobody_coordinate(
    two, person, operator, ended
):
    Organisation.objects.filter(pk=operator.pk).update(status=ended)
    assert not coordinated_by(person).exists()
    assert not person.coordinates(two[0])
    assert person.memberships.with_poles().get().poles == frozenset()


def test_somebody_who_has_left_the_operator_coordinates_none(two, person, operator):
    make_seat(operator, two[1])
    person.memberships.all().delete()
    assert not poles_of(person).exists()


def test_a_member_of_a_structure_coordinates_none_whatever_seat_it_were_given(two):
    member = make_user()
    make_seat(make_organisation(pole=two[0], member=member), two[0])
    assert not poles_of(member).exists()


def test_what_somebody_followed_in_each_of_its_poles_is_left_to_their_operator(
    two, person, operator
):
    make_seat(operator, two[1])
    theirs = [make_need(make_organisation(pole=pole), coordinator=person) for pole in two]
    other = make_coordinator(two[1])
    kept = make_need(make_organisation(pole=two[1]), coordinator=other)
    leave_behind(person, operator, by=person)
    for need in theirs:
        need.refresh_from_db()
        assert (need.coordinator, need.operator) == (None, operator)
    assert Need.objects.get(pk=kept.pk).coordinator == other


def test_the_first_operator_of_a_pole_is_seated_once_and_has_its_door(two):
    operator = make_organisation(OPERATOR, pole=two[0], name="Coup de Pouce & Cie")
    operator.seats.all().delete()
    for _twice in range(2):
        seats.settle(operator, two[0], by=None, now=operator.created_at)
    assert operator.seats.get().since == operator.created_at
    assert Door.objects.get(operator=operator).slug == "coup-de-pouce-cie"


@pytest.mark.parametrize("name", ["Coup de Pouce", "&&&"])
def test_two_operators_of_one_name_have_two_doors(two, name):
    slugs = {
        seats.open_door(make_organisation(OPERATOR, pole=pole, name=name)).slug for pole in two
    }
    assert len(slugs) == 2
    assert all(slugs)
