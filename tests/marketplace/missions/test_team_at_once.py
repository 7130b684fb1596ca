"""Several people act on teams at the same moment: a last place is given once, and a yes and its end don't meet."""

import contextlib
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import ForbiddenMove, Membership, Organisation
from marketplace.actions.market import people
from marketplace.actions.missions import teams
from marketplace.actions.refusals import NotYet
from marketplace.models import CompanyProgramme, Consent, Mission, Offer, TeamMember
from marketplace.states import TeamStatus
from tests.at_once import together
from tests.marketplace.missions.team_people import (
    NAMES,
    a_team,
    boss_of,
    colleague,
    fresh,
    named,
    running,
    says_yes,
)

# SQLite has one writer at a time: the next one waits.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def quietly(act):
    with contextlib.suppress(NotYet, ForbiddenMove):
        act()


def of_one_house(first: Mission) -> Mission:
    """A second mission of the same house."""
    second = a_team(hours=30)
    Offer.objects.filter(pk=second.offer_id).update(
        organisation=first.offer.organisation_id, created_by=first.offer.created_by_id
    )
    return fresh(second)


def test_of_two_teams_one_gets_the_last_place():
    first = a_team(hours=30)
    second = of_one_house(first)
    house = first.offer.organisation
    programme = CompanyProgramme.objects.create(
        organisation=house, name="Une place", days_per_year=Decimal(9)
    )
    boss, now = boss_of(first), timezone.now()
    parts = []
    for mission, name in ((first, NAMES[0]), (second, NAMES[1])):
        parts += teams.name(
            mission, [colleague(first, *name)], programme=programme, by=boss, now=now
        )
    CompanyProgramme.objects.filter(pk=programme.pk).update(places=1)
    together(*(partial(says_yes, part) for part in parts))
    asked = [one for one in parts if one.agreements.current().exists()]
    assert TeamMember.objects.coming().count() == 2, "their own yeses stand"
    assert len(asked) <= 1


def test_a_yes_and_a_taking_off_at_once_leave_no_consent_behind():
    mission = a_team()
    ana, *_others = named(mission)
    together(
        partial(quietly, partial(says_yes, ana)),
        partial(quietly, partial(teams.take_off, ana, by=boss_of(mission), now=timezone.now())),
    )
    assert TeamMember.objects.get(pk=ana.pk).status == TeamStatus.LEFT
    assert not Consent.objects.standing(ana.person).exists()
    assert not ana.agreements.waiting().exists()


def test_two_who_leave_the_house_at_once_leave_both_teams():
    first, parts = running()
    second = of_one_house(first)
    both = [one.person for one in parts[:2]]
    says_yes(*named(second, *both))
    house = Organisation.objects.get(pk=first.offer.organisation_id)
    gone = [Membership.objects.get(user=one, organisation=house) for one in both]
    together(*(partial(people.leave, one, now=timezone.now()) for one in gone))
    assert not TeamMember.objects.in_it().filter(person__in=both).exists()


def test_the_same_people_named_twice_at_once_are_named_once():
    mission = a_team()
    three = [colleague(mission, *name) for name in NAMES]
    together(*(partial(quietly, partial(named, mission, *three)) for _twice in range(2)))
    assert sorted(TeamMember.objects.values_list("hours", flat=True)) == [10, 10, 10]
