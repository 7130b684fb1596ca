"""What a team by name takes of a programme that has so many places, and so many days, for all."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from marketplace.actions.missions import quotas, teams
from marketplace.figures import programme_year
from marketplace.models import CompanyProgramme, Employee, TeamMember
from marketplace.rules import programme_hours
from tests.marketplace.missions.team_people import (
    NAMES,
    a_team,
    boss_of,
    colleague,
    fresh,
    manager_says,
    says_yes,
)

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def a_day_s_team(**fields):
    return a_team(starts_on=today(), ends_on=today(), **fields)


def programme_of(mission, **said):
    return CompanyProgramme.objects.create(
        organisation=mission.offer.organisation,
        name="Une journée",
        days_per_year=Decimal(2),
        **said,
    )


def name(mission, programme, people=NAMES):
    them = [colleague(mission, *one) for one in people]
    return teams.name(mission, them, programme=programme, by=boss_of(mission), now=timezone.now())


def test_a_team_of_three_needs_three_places():
    """Each of them was looked at alone, and found one place."""
    mission = a_day_s_team(hours=21)
    with pytest.raises(quotas.OverQuota, match="Places restantes"):
        name(mission, programme_of(mission, places=2))
    assert not TeamMember.objects.exists()
    name(mission, programme_of(mission, places=3))
    assert TeamMember.objects.count() == 3


def test_of_an_authority_s_team_who_is_on_a_contract_is_refused_unless_their_manager_has_agreed():
    """The law leaves out staff on contracts, and what was agreed before that was asked goes on."""
    mission = a_day_s_team(hours=21)
    Organisation.objects.filter(pk=mission.offer.organisation_id).update(
        kind="AUTHORITY", level="COMMUNE", legal_form="PUBLIC"
    )
    town = Organisation.objects.get(pk=mission.offer.organisation_id)
    programme = programme_of(mission)
    with pytest.raises(quotas.OverQuota, match="Dites de quel contrat"):
        name(fresh(mission), programme)
    for person in User.objects.filter(memberships__organisation=town):
        Employee.objects.update_or_create(
            organisation=town, person=person, defaults={"contract": "PUBLIC"}
        )
    team = [one.user for one in town.memberships.filter(role="EMPLOYEE")][:2]
    parts = teams.name(
        fresh(mission), team, programme=programme, by=boss_of(mission), now=timezone.now()
    )
    for part in parts:
        says_yes(part)
    manager_says(parts[0])
    Employee.objects.update(contract="FIXED_TERM")
    with pytest.raises(quotas.OverQuota) as refusal:
        quotas.require_of_team(fresh(mission))
    first, second = (part.person.get_full_name() for part in parts)
    assert second in str(refusal.value)
    assert first not in str(refusal.value)


def test_the_hours_of_all_are_those_of_the_budget():
    mission = a_day_s_team(hours=21)
    with pytest.raises(quotas.OverQuota, match="il en reste 14"):
        name(mission, programme_of(mission, budget_days=Decimal(2)))
    name(mission, programme_of(mission, budget_days=Decimal(3)))


def test_the_hours_that_are_shared_anew_are_looked_at_as_a_whole_too():
    mission = a_day_s_team(hours=24)
    first, *_others = name(mission, programme_of(mission, budget_days=Decimal("3.5")), NAMES[:2])
    CompanyProgramme.objects.update(budget_days=Decimal(3))
    with pytest.raises(quotas.OverQuota, match="il en reste 21"):
        teams.share(mission, {first.pk: 11}, now=timezone.now())


def test_each_who_has_said_yes_has_a_place_and_their_own_hours():
    mission = a_day_s_team(hours=21)
    programme = programme_of(mission, places=5)
    parts = name(mission, programme)
    taken = programme_hours.taken_of([programme], today().year)[programme.pk]
    assert (taken.places, taken.hours) == (1, 21)  # a team of nobody yet is its writer's
    says_yes(*parts[:2])
    taken = programme_hours.taken_of([programme], today().year)[programme.pk]
    assert (taken.places, taken.hours) == (2, 14)


def test_who_left_without_giving_an_hour_frees_their_place():
    mission = a_day_s_team(hours=21)
    programme = programme_of(mission, places=3)
    parts = name(mission, programme)
    says_yes(*parts)
    teams.take_off(parts[0], by=boss_of(mission), now=timezone.now())
    taken = programme_hours.taken_of([programme], today().year)[programme.pk]
    assert (taken.places, taken.hours) == (2, 14)


def test_the_page_of_the_programme_counts_them_as_on_a_mission():
    mission = a_day_s_team(hours=21)
    parts = name(mission, None)
    says_yes(*parts[:2])
    manager_says(parts[0])
    house = fresh(mission).offer.organisation
    assert programme_year.of(house, today().year, today=today()).today.coming == 2


def test_all_whom_the_programme_doesn_t_give_as_much_are_said_at_once():
    mission = a_day_s_team(hours=60)
    with pytest.raises(quotas.OverQuota) as refused:
        name(mission, programme_of(mission))
    for one in ("Ana Petit", "Bob Roux", "Cyr Vidal"):
        assert one in str(refused.value)
