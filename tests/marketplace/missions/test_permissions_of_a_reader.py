"""What somebody may do is the same on a page, which has read their memberships, as where the database is asked each time."""

import inspect
from collections.abc import Callable, Iterator

import pytest

from accounts.models import Membership, Organisation, User
from accounts.reading import Reading
from accounts.scope import WHOLE, Scope
from accounts.states import OrganisationStatus
from marketplace.models import Duty, Mission, Need, Offer, Proposal, Thread
from marketplace.rules import permissions
from marketplace.states import MissionStatus
from tests.accounts.test_reading import read
from tests.factories import (
    make_carrier,
    make_coordinator,
    make_mission,
    make_need,
    make_user,
)

pytestmark = pytest.mark.django_db

NOUNS = (Organisation, Need, Offer, Proposal, Mission, Thread)
FEWEST = 90  # questions of one person about one of these nouns
RAISE = {"require", "own_side", "side_to_answer"}


def questions() -> Iterator[tuple[str, type, Callable]]:
    """The permissions of a person about one row, and nothing else that has to be said."""
    for name in permissions.__all__:
        asked = getattr(permissions, name)
        if not inspect.isfunction(asked) or name in RAISE:
            continue
        user, *about = inspect.signature(asked).parameters.values()
        needed = [
            one for one in about if one.default is one.empty and one.kind != one.VAR_POSITIONAL
        ]
        if user.annotation is not User or len(needed) != 1:
            continue
        for noun in NOUNS:
            if needed[0].annotation in (noun, noun | None):
                yield name, noun, asked


def world(*, work: bool) -> tuple[dict[type, list], list[User]]:
    """A mission with all that is around it, and everybody who has a part in it."""
    made = make_mission(work=work, status=MissionStatus.RUNNING)
    mission = Mission.objects.filter(pk=made.pk).with_course().get()
    need, offer = mission.need, mission.offer
    houses = [need.organisation, *([offer.organisation] if offer.organisation else [])]
    rows: dict[type, list] = {
        Mission: [mission],
        Need: [need, make_need(need.organisation, status="DRAFT")],
        Offer: [offer],
        Proposal: [mission.proposal],
        Thread: [mission.proposal.thread],
        Organisation: houses,
    }
    carrier = make_carrier(need).organisation.members.get()
    both = make_coordinator(need.pole)
    Membership.objects.create(user=both, organisation=need.organisation)
    others = [make_user(), make_coordinator(need.pole), offer.person, carrier, both]
    return rows, [*others, *(one for house in houses for one in people(house))]


def people(house: Organisation) -> Iterator[User]:
    """Of each role and with each duty."""
    for role in Membership.Role:
        yield (one := make_user())
        Membership.objects.create(user=one, organisation=house, role=role)
    for kind in (Duty.Kind.HR, Duty.Kind.TREASURER, Duty.Kind.CSR):
        yield (one := make_user())
        of_it = Membership.objects.create(user=one, organisation=house)
        Duty.objects.create(membership=of_it, kind=kind, given_by=one)


def compared(person: User, rows: dict[type, list]) -> int:
    """How many answers were yes; all are the same."""
    yes, mine = 0, read(person).memberships
    for name, noun, asked in questions():
        for row in rows[noun]:
            person.reading = None
            before = asked(person, row)
            person.reading = Reading(mine)
            assert asked(person, row) == before, (name, row, mine)
            assert asked(person, row) == before, f"{name}, asked again"
            yes += bool(before)
    person.reading = None
    return yes


def test_nearly_every_permission_is_compared():
    assert len(list(questions())) >= FEWEST


@pytest.mark.parametrize("work", [True, False])
def test_every_answer_is_the_same(work):
    rows, everybody = world(work=work)
    assert sum(compared(one, rows) for one in everybody) > len(everybody)


def test_every_answer_is_the_same_by_a_company_s_sign_in_and_where_one_house_is_shut():
    rows, _everybody = world(work=True)
    [mission] = rows[Mission]
    person, here = mission.offer.person, mission.offer.organisation
    Membership.objects.create(user=person, organisation=mission.need.organisation)
    yes = []
    for scope in (WHOLE, Scope(own=False, only=here.pk), Scope(shut=frozenset([here.pk]))):
        person.scope = scope
        yes.append(compared(person, rows))
    assert len(set(yes)) == len(yes)


def test_every_answer_is_the_same_of_houses_that_are_suspended():
    rows, everybody = world(work=True)
    Organisation.objects.update(status=OrganisationStatus.SUSPENDED)
    now = {noun: [type(one).objects.get(pk=one.pk) for one in some] for noun, some in rows.items()}
    assert sum(compared(one, now) for one in everybody)
